import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createResampler, resample } from '../../src/frontend/index.ts'
import { noise } from './signals.ts'

interface Case {
  from: number
  to: number
  top: number
  offset: number
  length: number
}

const golden = (name: string) => readFileSync(new URL(`../golden/${name}`, import.meta.url))
const { cases }: { cases: Case[] } = JSON.parse(golden('resampler.json').toString())
const numbers = new Float32Array(new Uint8Array(golden('resampler.f32')).buffer)

const decibel = (amplitude: number) => 20 * Math.log10(amplitude)
const sine = (rate: number, hertz: number, count = rate) =>
  Float32Array.from({ length: count }, (_, n) => Math.sin((2 * Math.PI * hertz * n) / rate))
/** Away from the ends, where a tone begins and ends at once. */
const middle = (samples: Float32Array) =>
  samples.subarray(Math.floor(samples.length * 0.2), Math.floor(samples.length * 0.8))
const rms = (samples: Float32Array) =>
  Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length)

const toSpeech = [44100, 48000, 32000, 22050]

describe('a sweep', () => {
  for (const { from, to, top, offset, length } of cases) {
    it(`${from} to ${to} Hz agrees with soxr to -80 dB, delay and length too`, async () => {
      const count = Math.floor(from / 10)
      const sweep = Float32Array.from({ length: count }, (_, n) => {
        const fade = 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / count)
        return fade * Math.sin((Math.PI * top * n * n) / (count * from))
      })
      const got = await resample(sweep, from, to)
      expect(got.length).toBe(Math.ceil((count * to) / from))
      const expected = numbers.subarray(offset, offset + length)
      // soxr rounds the length, resample_poly does not round down
      expect(got.length - length).toBeOneOf([0, 1])
      const worst = expected.reduce((w, x, n) => Math.max(w, Math.abs(x - (got[n] as number))), 0)
      expect(decibel(worst)).toBeLessThan(-80)
    })
  }
})

describe('to 16 kHz', () => {
  for (const from of [...toSpeech, 8000]) {
    it(`from ${from} Hz the pass-band is flat within 0.1 dB`, async () => {
      const top = Math.min(7200, 0.9 * (from / 2))
      for (let hertz = 50; hertz <= top; hertz += (top - 50) / 24) {
        const gain = decibel(
          rms(middle(await resample(sine(from, hertz), from, 16000))) * Math.SQRT2,
        )
        expect(Math.abs(gain)).toBeLessThan(0.1)
      }
    })
  }

  for (const from of toSpeech) {
    it(`from ${from} Hz what lies above 8 kHz stays 100 dB down`, async () => {
      for (let hertz = 8000; hertz < from / 2; hertz += from / 2 / 50) {
        const peak = middle(await resample(sine(from, hertz), from, 16000)).reduce(
          (most, x) => Math.max(most, Math.abs(x)),
          0,
        )
        expect(decibel(peak)).toBeLessThan(-100)
      }
    })
  }

  it('from 8000 Hz no image rises above -100 dB', async () => {
    for (const hertz of [100, 1000, 3000, 3600]) {
      const got = await resample(sine(8000, hertz), 8000, 16000)
      const ideal = sine(16000, hertz)
      const rest = middle(got.map((x, n) => x - (ideal[n] as number)))
      expect(decibel(rms(rest) * Math.SQRT2)).toBeLessThan(-100)
    }
  })
})

describe('streaming equals the whole clip bit for bit', () => {
  const rates: [number, number][] = [
    [44100, 16000],
    [8000, 16000],
    [48000, 16000],
    [44101, 16000],
    [16000, 16000],
    [384000, 4000],
    [4000, 384000],
  ]
  for (const [from, to] of rates) {
    for (const length of [1, 128, 0]) {
      it(`${from} to ${to} Hz, ${length === 0 ? 'random lengths' : `${length} at once`}`, async () => {
        const clip = noise(from < to ? 901 : 9001)
        const draws = noise(1000, 5)
        const resampler = await createResampler({ from, to })
        const whole = resampler.resample(clip)
        expect(whole.length).toBe(Math.ceil((clip.length * to) / from))
        const stream: number[] = []
        for (let at = 0, draw = 0; at < clip.length; ++draw) {
          const random = Math.floor(((draws[draw % 1000] as number) + 0.5) ** 4 * 9000)
          const part = clip.subarray(at, at + (length || random))
          at += part.length
          for (const x of resampler.push(part)) stream.push(x)
        }
        for (const x of resampler.flush()) stream.push(x)
        expect(stream.length).toBe(whole.length)
        expect(new Float32Array(stream)).toEqual(whole)
      })
    }
  }
})

describe('rates', () => {
  it('that are none are refused', async () => {
    for (const rate of [
      0,
      1,
      3999,
      384001,
      1e7,
      44100.5,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      null as never,
    ]) {
      const unsupported = { code: 'sample-rate-unsupported' }
      await expect(createResampler({ from: rate, to: 16000 })).rejects.toMatchObject(unsupported)
      await expect(resample(noise(9), 16000, rate)).rejects.toMatchObject(unsupported)
    }
  })

  it('that are equal change nothing', async () => {
    expect(await resample(noise(99), 16000, 16000)).toEqual(noise(99))
  })

  it('samples that are not finite are refused or zeroed', async () => {
    const bad = noise(9000)
    const mended = bad.slice()
    bad[8000] = Number.NaN
    mended[8000] = 0
    const expected = await resample(mended, 48000, 16000)
    expect(await resample(bad, 48000, 16000, { nonFinite: 'zero' })).toEqual(expected)
    const loud = bad.map((x) => (Number.isNaN(x) ? 1e18 : x))
    expect(await resample(loud, 48000, 16000, { nonFinite: 'zero' })).toEqual(expected)
  })

  it('a refused chunk leaves the stream as it was', async () => {
    const clip = noise(30000)
    const resampler = await createResampler({ from: 44100, to: 16000 })
    const expected = resampler.resample(clip)
    const out: number[] = []
    for (const [at, until] of [
      [0, 700],
      [700, 20000],
      [20000, 30000],
    ] as const) {
      for (const x of resampler.push(clip.subarray(at, until))) out.push(x)
      for (const wrong of [Number.NaN, Number.NEGATIVE_INFINITY, 1e18]) {
        for (const length of [1, 128, 9000]) {
          // the last sample: what precedes it must not have gone in
          const bad = noise(length).fill(wrong, length - 1)
          const refused = expect.objectContaining({ code: 'audio-not-finite' })
          expect(() => resampler.push(bad)).toThrow(refused)
          expect(() => resampler.resample(bad)).toThrow(refused)
        }
      }
    }
    for (const x of resampler.flush()) out.push(x)
    expect(new Float32Array(out)).toEqual(expected)
  })

  it('options and rates that are none are refused', async () => {
    const invalid = { code: 'settings-invalid' }
    const rates = { from: 44100, to: 16000 }
    await expect(createResampler(null as never)).rejects.toMatchObject(invalid)
    await expect(createResampler({ ...rates, by: 2 } as never)).rejects.toMatchObject(invalid)
    await expect(createResampler(rates, { quality: 'VHQ' } as never)).rejects.toMatchObject(invalid)
    await expect(createResampler(rates, null as never)).rejects.toMatchObject(invalid)
    await expect(resample([0, 1] as never, 44100, 16000)).rejects.toMatchObject(invalid)
  })

  it('no samples give none', async () => {
    expect(await resample(new Float32Array(0), 44100, 16000)).toEqual(new Float32Array(0))
  })
})
