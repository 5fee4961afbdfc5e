import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  createFrontEnd,
  delta,
  estimateTuning,
  type FeatureSettings,
  type Features,
} from '../../src/frontend/index.ts'
import { signals } from './signals.ts'

interface Case {
  signal: string
  settings: Partial<FeatureSettings>
  values: Record<string, { offset: number; frames: number; bins: number }>
}

const golden = (name: string) => readFileSync(new URL(`../golden/${name}`, import.meta.url))
const { cases }: { cases: Case[] } = JSON.parse(golden('descriptors.json').toString())
const numbers = new Float32Array(new Uint8Array(golden('descriptors.f32')).buffer)

type Rule = {
  from: (samples: Float32Array, settings: Partial<FeatureSettings>) => Promise<Features>
  /** Largest difference, in the feature's unit; of the value itself where it is relative. */
  within: number
  relative?: boolean
  /** Share of values that may lie outside: where a decision hangs on the last bit. */
  except?: number
}

const feature =
  (name: FeatureSettings['feature'], more: Partial<FeatureSettings> = {}) =>
  async (samples: Float32Array, settings: Partial<FeatureSettings>) =>
    (await createFrontEnd({ ...settings, ...more, feature: name })).compute(samples)
const mfcc = feature('mfcc')
const magnitude = feature('magnitude')

const rules: Record<string, Rule> = {
  mel: { from: feature('mel'), within: 1e-4, relative: true },
  mfcc: { from: mfcc, within: 0.01 },
  'mfcc lifter': { from: feature('mfcc', { lifter: 22 }), within: 0.05 },
  delta: { from: async (y, s) => delta(await mfcc(y, s)), within: 0.002 },
  'delta 2': { from: async (y, s) => delta(await mfcc(y, s), { order: 2 }), within: 0.002 },
  'delta width 5': { from: async (y, s) => delta(await mfcc(y, s), { width: 5 }), within: 0.002 },
  chroma: { from: feature('chroma'), within: 1e-4 },
  'chroma tuning': { from: feature('chroma', { tuning: 0.3 }), within: 1e-4 },
  'chroma estimated': {
    from: async (y, s) => {
      const tuning = estimateTuning(await magnitude(y, s), s.sampleRate as number)
      return feature('chroma', { tuning })(y, s)
    },
    within: 1e-4,
  },
  contrast: { from: feature('contrast'), within: 0.01 }, // dB
  tonnetz: { from: feature('tonnetz'), within: 1e-4 },
  'zero-crossing-rate': { from: feature('zero-crossing-rate'), within: 1e-7 },
  rms: { from: feature('rms'), within: 1e-6 },
  centroid: { from: feature('centroid'), within: 0.1 }, // Hz
  bandwidth: { from: feature('bandwidth'), within: 0.1 }, // Hz
  rolloff: { from: feature('rolloff'), within: 1e-3, except: 0.01 }, // Hz; the others, a bin
  flatness: { from: feature('flatness'), within: 1e-4, relative: true },
  flux: { from: feature('flux'), within: 1e-4, relative: true },
  f0: { from: feature('f0'), within: 0.1, except: 0.02 }, // Hz
}

describe('librosa 0.11', () => {
  for (const { signal, settings, values } of cases) {
    const { sampleRate, nFft, winLength, hopLength } = settings
    const name = `${signal}, ${sampleRate} Hz, ${nFft}/${winLength}/${hopLength}`
    for (const [what, rule] of Object.entries(rules)) {
      it(`${what}: ${name}`, async () => {
        const { offset, frames, bins } = values[what] as NonNullable<(typeof values)[string]>
        const got = await rule.from(signals[signal] as Float32Array, settings)
        expect([got.frames, got.bins]).toEqual([frames, bins])
        const off = Array.from(got.data, (value, i) => {
          const expected = numbers[offset + i] as number
          const difference = Math.abs(value - expected)
          return rule.relative ? difference / Math.max(Math.abs(expected), 1e-9) : difference
        })
        const outside = off.filter((difference) => !(difference <= rule.within))
        const detail = `worst ${Math.max(...off)}, ${outside.length} of ${off.length} outside`
        expect(outside.length / off.length, detail).toBeLessThanOrEqual(rule.except ?? 0)
      })
    }

    for (const [what, power] of [
      ['tuning of magnitude', 1],
      ['tuning of power', 2],
    ] as const) {
      it(`${what}, estimated: ${name}`, async () => {
        const spectrum = await magnitude(signals[signal] as Float32Array, settings)
        const { offset } = values[what] as { offset: number }
        const tuning = estimateTuning(spectrum, sampleRate as number, { power })
        expect(tuning).toBeCloseTo(numbers[offset]!, 6)
      })
    }
  }
})

it('a tuning of another power, or of another feature, is refused', async () => {
  const invalid = expect.objectContaining({ code: 'settings-invalid' })
  const spectrum = await magnitude(signals.noise as Float32Array, {})
  const mel = await feature('mel')(signals.noise as Float32Array, {})
  expect(() => estimateTuning(spectrum, 16000, { power: 3 as 2 })).toThrow(invalid)
  expect(() => estimateTuning(mel, 16000)).toThrow(/magnitude.*40 values/)
})

describe('silence', () => {
  it('gives finite values of every feature', async () => {
    const frontEnd = await createFrontEnd({
      feature: ['chroma', 'contrast', 'tonnetz', 'zero-crossing-rate', 'rms', 'centroid'].concat([
        'bandwidth',
        'rolloff',
        'flatness',
        'flux',
        'f0',
        'mel',
        'mfcc',
        'magnitude',
      ]) as FeatureSettings['feature'],
    })
    const { data } = frontEnd.compute(new Float32Array(2000))
    expect(data.every(Number.isFinite)).toBe(true)
  })
})

describe('several features', () => {
  it('are what each alone is, side by side', async () => {
    const all = ['log-mel', 'f0', 'mfcc', 'rms', 'mel', 'flux', 'tonnetz', 'chroma'] as const
    const samples = signals.speech as Float32Array
    const together = await createFrontEnd({ feature: all, nMels: 41, nMfcc: 13 })
    const { data, frames, bins } = together.compute(samples)
    for (const { feature: one, offset, bins: width } of together.layout) {
      const alone = await createFrontEnd({ feature: one, nMels: 41, nMfcc: 13 })
      const expected = alone.compute(samples).data
      const got = Float32Array.from({ length: frames * width }, (_, i) => {
        const frame = Math.floor(i / width)
        return data[frame * bins + offset + (i % width)] as number
      })
      expect(got).toEqual(expected)
    }
  })
})
