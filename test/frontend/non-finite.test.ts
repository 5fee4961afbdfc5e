import { describe, expect, it } from 'vitest'
import {
  clampTopDb,
  delta,
  estimateTuning,
  type Features,
  loudness,
  normalizeLoudness,
  normalizePeak,
  pool,
  reduceNoise,
  relativeToMax,
  type SampleOptions,
  trim,
} from '../../src/frontend/index.ts'
import { noise } from './signals.ts'

const notFinite = expect.objectContaining({ code: 'audio-not-finite' })
const invalid = expect.objectContaining({ code: 'settings-invalid' })
const wrongs = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
const clip = noise(8000)
const spectrogram = noise(20 * 257, 3).map(Math.abs)

const ofSamples: [string, (samples: Float32Array, options?: SampleOptions) => unknown][] = [
  ['loudness', (samples, options) => loudness(samples, 16000, options)],
  ['normalizeLoudness', (samples, options) => normalizeLoudness(samples, 16000, -23, options)],
  ['normalizePeak', (samples, options) => normalizePeak(samples, 1, options)],
  ['reduceNoise', (samples, options) => reduceNoise(samples, 16000, options)],
  [
    'reduceNoise, in its noise',
    (noise, options) => reduceNoise(clip, 16000, { noise, ...options }),
  ],
  ['trim', (samples, options) => trim(samples, options)],
]

const features = (data: Float32Array) => ({ data, frames: 20, bins: 257 }) as Features
const ofFeatures: typeof ofSamples = [
  ['pool', (data, options) => pool(features(data), ['mean', 'max'], options)],
  ['delta', (data, options) => delta(features(data), options)],
  ['estimateTuning', (data, options) => estimateTuning(features(data), 16000, options)],
]

describe('values that are not finite are refused, or zeroed where asked', () => {
  for (const [name, run] of [...ofSamples, ...ofFeatures]) {
    it(name, () => {
      const right = ofFeatures.some(([other]) => other === name) ? spectrogram : clip
      for (const wrong of wrongs) {
        for (const at of [0, 4000, right.length - 1]) {
          const bad = right.slice()
          const mended = right.slice()
          bad[at] = wrong
          mended[at] = 0
          const before = bad.slice()
          expect(() => run(bad)).toThrow(notFinite)
          expect(() => run(bad, { nonFinite: 'refuse' })).toThrow(notFinite)
          expect(run(bad, { nonFinite: 'zero' })).toEqual(run(mended))
          expect(bad).toEqual(before)
        }
      }
      expect(() => run(right, { nonFinite: 'keep' as never })).toThrow(invalid)
    })
  }

  it('of log-mel, too', () => {
    for (const wrong of wrongs) {
      const bad = spectrogram.slice()
      bad[500] = wrong
      expect(() => clampTopDb(features(bad), 80)).toThrow(notFinite)
      expect(() => relativeToMax(features(bad))).toThrow(notFinite)
    }
  })
})

describe('features whose shape is not that of their values', () => {
  it('are refused', () => {
    expect(() => pool({ ...features(spectrogram), frames: 21 })).toThrow(invalid)
    expect(() => delta({ ...features(spectrogram), bins: 256 })).toThrow(invalid)
    expect(() => pool({ ...features([1, 2] as never), frames: 1, bins: 2 })).toThrow(invalid)
  })
})
