import { describe, expect, it } from 'vitest'
import {
  loudness,
  normalizeLoudness,
  normalizePeak,
  type Preparation,
  prepare,
  reduceNoise,
  trim,
} from '../../src/frontend/index.ts'
import { noise, speech } from './signals.ts'

const invalid = (message: RegExp) =>
  expect.objectContaining({ code: 'settings-invalid', message: expect.stringMatching(message) })
const rate = 16000
const clip = speech()

describe('preparation', () => {
  const alone: [Preparation, Float32Array][] = [
    [{ kind: 'noise-reduction' }, reduceNoise(clip, rate)],
    [{ kind: 'noise-reduction', reduction: 0.5 }, reduceNoise(clip, rate, { reduction: 0.5 })],
    [{ kind: 'peak-normalization' }, normalizePeak(clip)],
    [{ kind: 'peak-normalization', peak: 0.25 }, normalizePeak(clip, 0.25)],
    [{ kind: 'loudness-normalization' }, normalizeLoudness(clip, rate)],
    [{ kind: 'loudness-normalization', target: -30 }, normalizeLoudness(clip, rate, -30)],
    [{ kind: 'trimming' }, clip.slice(trim(clip).start, trim(clip).end)],
    [
      { kind: 'trimming', topDb: 20 },
      clip.slice(trim(clip, { topDb: 20 }).start, trim(clip, { topDb: 20 }).end),
    ],
  ]
  for (const [step, expected] of alone) {
    it(`does ${JSON.stringify(step)} as the function does`, () => {
      const before = clip.slice()
      expect(prepare(clip, rate, [step])).toEqual(expected)
      expect(clip).toEqual(before)
    })
  }

  it('takes the steps in their order', () => {
    const peak: Preparation = { kind: 'peak-normalization', peak: 0.5 }
    const level: Preparation = { kind: 'loudness-normalization', target: -40 }
    const peaked = prepare(clip, rate, [level, peak])
    expect(Math.max(...peaked.map(Math.abs))).toBe(0.5)
    const levelled = prepare(clip, rate, [peak, level])
    expect(loudness(levelled, rate)).toBeCloseTo(-40, 3)
    expect(levelled).not.toEqual(peaked)
  })

  it('cuts silence off both ends, and leaves what is all silence', () => {
    const padded = new Float32Array(4 * rate)
    const inside = noise(rate)
    padded.set(inside, 2 * rate)
    const trimmed = prepare(padded, rate, [{ kind: 'trimming', topDb: 40 }])
    expect(trimmed.length).toBeGreaterThanOrEqual(inside.length)
    expect(trimmed.length).toBeLessThan(inside.length + 8192)
    const silence = new Float32Array(rate)
    const all = alone.map(([step]) => step)
    expect(prepare(silence, rate, all)).toEqual(silence)
    expect(prepare(new Float32Array(0), rate, all)).toEqual(new Float32Array(0))
  })

  it('without steps is the clip itself', () => {
    expect(prepare(clip, rate, [])).toBe(clip)
  })

  it('refuses steps that it does not know, and options that make no sense', () => {
    const refused = (step: unknown, message: RegExp) =>
      expect(() => prepare(clip, rate, [step as Preparation])).toThrow(invalid(message))
    refused({ kind: 'denoise' }, /'denoise' is no step; there are noise-reduction, /)
    refused({ kind: 'toString' }, /is no step/)
    refused(null, /is no step/)
    refused({ kind: 'trimming', peak: 1 }, /trimming have no 'peak'; there are kind, topDb/)
    refused({ kind: 'trimming', topDb: -1 }, /topDb is -1/)
    refused({ kind: 'noise-reduction', reduction: 2 }, /reduction is 2/)
    refused({ kind: 'peak-normalization', peak: 0 }, /peak is 0/)
    refused({ kind: 'loudness-normalization', target: null }, /target is null/)
    expect(() => prepare(clip, rate, 'trimming' as never)).toThrow(invalid(/must be a list/))
  })

  it('refuses samples that are not finite', () => {
    const broken = clip.slice()
    broken[100] = Number.NaN
    for (const [step] of alone) {
      expect(() => prepare(broken, rate, [step])).toThrow(
        expect.objectContaining({ code: 'audio-not-finite' }),
      )
    }
  })
})
