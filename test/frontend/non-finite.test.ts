import { describe, expect, it } from 'vitest'
import {
  clampTopDb,
  createFrontEnd,
  delta,
  estimateTuning,
  type FeatureKind,
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
import { featureCodes } from '../../src/frontend/settings.ts'
import { noise } from './signals.ts'

const notFinite = expect.objectContaining({ code: 'audio-not-finite' })
const invalid = expect.objectContaining({ code: 'settings-invalid' })
const wrongs = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
/** Finite, but their powers are not, in float32. */
const tooLoud = [1e18, -4.3e9]
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
  ['clampTopDb', (data, options) => clampTopDb(features(data), 80, options)],
  ['relativeToMax', (data, options) => relativeToMax(features(data), options)],
  ['delta', (data, options) => delta(features(data), options)],
  ['estimateTuning', (data, options) => estimateTuning(features(data), 16000, options)],
]

describe('values that are not finite are refused, or zeroed where asked', () => {
  for (const [name, run] of [...ofSamples, ...ofFeatures]) {
    it(name, () => {
      const isOfFeatures = ofFeatures.some(([other]) => other === name)
      const right = isOfFeatures ? spectrogram : clip
      for (const wrong of isOfFeatures ? wrongs : [...wrongs, ...tooLoud]) {
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

    it(`${name} refuses options that it has not`, () => {
      const right = ofFeatures.some(([other]) => other === name) ? spectrogram : clip
      expect(() => run(right, { nonfinite: 'zero' } as never)).toThrow(/have no 'nonfinite'/)
      expect(() => run(right, 'zero' as never)).toThrow(invalid)
    })
  }
})

describe('samples too loud for float32', () => {
  const kinds = Object.keys(featureCodes) as FeatureKind[]

  it('are refused or zeroed by a front end', async () => {
    const frontEnd = await createFrontEnd({ feature: kinds })
    const zeroing = await createFrontEnd({ feature: kinds }, { nonFinite: 'zero' })
    for (const wrong of [...wrongs, ...tooLoud]) {
      for (const at of [0, 5, 4000, clip.length - 1]) {
        const bad = clip.slice()
        const mended = clip.slice()
        bad[at] = wrong
        mended[at] = 0
        expect(() => frontEnd.compute(bad)).toThrow(notFinite)
        expect(() => frontEnd.stream().push(bad)).toThrow(notFinite)
        expect(zeroing.compute(bad)).toEqual(frontEnd.compute(mended))
      }
    }
  })

  it('begin where all features are still finite', async () => {
    const loudest = clip.map((x) => Math.sign(x) * 2 ** 32)
    for (const settings of [
      { nFft: 32 },
      {},
      { sampleRate: 44100, nFft: 32768, hopLength: 4000 },
      { nFft: 32768, hopLength: 4000, nMels: 1 },
      { nMels: 1024, fMin: 1000, fMax: 1032, nMfcc: 13 },
    ]) {
      const feature = settings.nFft === 32 ? kinds.filter((kind) => kind !== 'f0') : kinds
      for (const samples of [loudest, new Float32Array(40000).fill(2 ** 32)]) {
        const { data } = (await createFrontEnd({ ...settings, feature })).compute(samples)
        expect(data.every(Number.isFinite)).toBe(true)
      }
    }
    expect(normalizeLoudness(loudest, 16000, 100).every(Number.isFinite)).toBe(true)
    expect(reduceNoise(loudest, 16000, { threshold: -1000 }).every(Number.isFinite)).toBe(true)
  })
})

describe('features whose shape is not that of their values', () => {
  it('are refused', () => {
    expect(() => pool({ ...features(spectrogram), frames: 21 })).toThrow(invalid)
    expect(() => pool({ ...features(spectrogram), frames: 0.5, bins: 10280 })).toThrow(invalid)
    expect(() => delta({ ...features(spectrogram), bins: 256 })).toThrow(invalid)
    expect(() => pool({ ...features([1, 2] as never), frames: 1, bins: 2 })).toThrow(invalid)
  })
})
