import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  loudness,
  normalizeLoudness,
  normalizePeak,
  reduceNoise,
  type TrimOptions,
  trim,
} from '../../src/frontend/index.ts'
import { kWeighting } from '../../src/frontend/loudness.ts'
import { noise, signals, speech } from './signals.ts'

interface Golden {
  trims: { options: TrimOptions; start: number; end: number }[]
  levels: { sampleRate: number; lufs: number }[]
}

const golden = (name: string) => readFileSync(new URL(`../golden/${name}`, import.meta.url))
const { trims, levels }: Golden = JSON.parse(golden('preparation.json').toString())
const numbers = new Float32Array(new Uint8Array(golden('preparation.f32')).buffer)
const invalid = expect.objectContaining({ code: 'settings-invalid' })
const noise8000 = noise(8000)
const sine = (rate: number, hertz: number, amplitude: number, seconds: number) =>
  Float32Array.from(
    { length: rate * seconds },
    (_, n) => amplitude * Math.sin((2 * Math.PI * hertz * n) / rate),
  )

describe('trimming', () => {
  for (const { options, start, end } of trims) {
    it(`as librosa.effects.trim ${JSON.stringify(options)}`, () => {
      expect(trim(speech(), options)).toEqual({ start, end })
    })
  }

  it('leaves nothing of no samples, and refuses what makes no sense', () => {
    expect(trim(new Float32Array(0))).toEqual({ start: 0, end: 0 })
    expect(() => trim(speech(), { hopLength: 0 })).toThrow(invalid)
    expect(() => trim(speech(), { frameLength: 1.5 })).toThrow(invalid)
    expect(() => trim(speech(), { topDb: -1 })).toThrow(invalid)
    expect(() => trim(speech(), { topDb: null as never })).toThrow(invalid)
  })
})

describe('loudness', () => {
  it("weighs as the standard's table for 48 kHz", () => {
    const [shelf, highPass] = kWeighting(48000)
    const table = {
      b0: 1.53512485958697,
      b1: -2.69169618940638,
      b2: 1.19839281085285,
      a1: -1.69065929318241,
      a2: 0.73248077421585,
    }
    for (const [name, value] of Object.entries(table)) {
      expect(shelf[name as keyof typeof shelf]).toBeCloseTo(value, 6)
    }
    expect(highPass.a1).toBeCloseTo(-1.99004745483398, 6)
    expect(highPass.a2).toBeCloseTo(0.99007225036621, 6)
  })

  it('of a full-scale sine of 997 Hz in one channel is -3.01 LUFS, as the standard says', () => {
    for (const rate of [16000, 44100, 48000]) {
      expect(loudness(sine(rate, 997, 1, 3), rate)).toBeCloseTo(-3.01, 1)
    }
  })

  it('leaves pauses out, by both gates', () => {
    const loud = sine(48000, 997, 0.1, 5)
    const quiet = sine(48000, 997, 0.01, 5)
    const silence = new Float32Array(48000 * 5)
    const clip = Float32Array.from([...quiet, ...loud, ...silence])
    expect(loudness(clip, 48000)).toBeCloseTo(loudness(loud, 48000), 0)
    expect(loudness(quiet, 48000)).toBeCloseTo(-43.01, 1)
  })

  for (const { sampleRate, lufs } of levels) {
    it(`of speech at ${sampleRate} Hz is pyloudnorm's`, () => {
      expect(loudness(speech(), sampleRate)).toBeCloseTo(lufs, 1)
    })
  }

  it('is what it is set to, and silence stays silence', () => {
    const set = normalizeLoudness(speech(), 16000, -20)
    expect(loudness(set, 16000)).toBeCloseTo(-20, 3)
    const silence = new Float32Array(16000)
    expect(loudness(silence, 16000)).toBe(Number.NEGATIVE_INFINITY)
    expect(normalizeLoudness(silence, 16000)).toEqual(silence)
    for (const target of [Number.NaN, null, '-23', 101]) {
      expect(() => normalizeLoudness(silence, 16000, target as number)).toThrow(invalid)
    }
    expect(() => loudness(silence, 0)).toThrow(invalid)
  })
})

describe('peak', () => {
  it('is what it is set to, and silence stays silence', () => {
    const peak = (samples: Float32Array) => samples.reduce((a, x) => Math.max(a, Math.abs(x)), 0)
    expect(peak(normalizePeak(speech()))).toBe(1)
    expect(peak(normalizePeak(speech(), 0.5))).toBe(0.5)
    expect(normalizePeak(new Float32Array(9))).toEqual(new Float32Array(9))
    for (const peak of [0, 1e300, Number.NaN, null]) {
      expect(() => normalizePeak(speech(), peak as number)).toThrow(invalid)
    }
  })
})

describe('noise reduction', () => {
  const voice = (signals.speech as Float32Array).subarray(0, 8000)
  const power = (samples: Float32Array) => samples.reduce((sum, x) => sum + x * x, 0)
  const hiss = noise(8000).map((x) => x * 0.02)
  const noisy = voice.map((x, n) => x + Math.fround(Math.fround(0.02) * (noise8000[n] as number)))

  it('is what noisereduce does with a profile', () => {
    const got = reduceNoise(noisy, 16000, { noise: hiss }).subarray(2000, 6000)
    got.forEach((x, n) => {
      expect(Math.abs(x - (numbers[n] as number))).toBeLessThan(1e-4)
    })
  })

  it('is what noisereduce does by half, without a profile', () => {
    const got = reduceNoise(noisy, 16000, { reduction: 0.5 }).subarray(2000, 6000)
    got.forEach((x, n) => {
      expect(Math.abs(x - (numbers[4000 + n] as number))).toBeLessThan(1e-4)
    })
  })

  it('takes the noise away and leaves the voice', () => {
    expect(power(reduceNoise(hiss, 16000, { noise: hiss }))).toBeLessThan(power(hiss) / 8)
    const storm = noise(8000).map((x) => x * 0.5)
    const drowned = voice.map((x, n) => x + (storm[n] as number))
    const error = (samples: Float32Array) => power(samples.map((x, n) => x - (voice[n] as number)))
    const rescued = reduceNoise(drowned, 16000, { noise: storm })
    expect(error(rescued)).toBeLessThan(error(drowned) / 5)
  })

  it('gives back what it must not touch', () => {
    const loud = noise(16000, 9)
    const same = reduceNoise(loud, 16000, { noise: hiss })
    expect(power(same) / power(loud)).toBeGreaterThan(0.85)
    expect(reduceNoise(new Float32Array(0), 16000)).toEqual(new Float32Array(0))
    expect(reduceNoise(Float32Array.of(0.5), 16000).length).toBe(1)
    expect(() => reduceNoise(noisy, 16000, { reduction: 2 })).toThrow(invalid)
    expect(() => reduceNoise(noisy, 1000)).toThrow(invalid)
    expect(() => reduceNoise(noisy, '16000' as never)).toThrow(invalid)
    expect(() => reduceNoise(noisy, 16000, { noise: null as never })).toThrow(invalid)
  })
})
