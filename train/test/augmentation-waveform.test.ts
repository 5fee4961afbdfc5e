import { readFile } from 'node:fs/promises'
import seedrandom from 'seedrandom'
import { decodeAudio, toMono } from 'undertone/audio'
import { createFrontEnd } from 'undertone/frontend'
import { describe, expect, it } from 'vitest'
import { throughMuLaw } from '../augmentation/mu-law.ts'
import { activePower } from '../augmentation/noise.ts'
import { augment, type WaveformAugmentation } from '../augmentation/waveform.ts'

const rate = 16000
const run = (
  samples: Float32Array,
  step: WaveformAugmentation,
  seed = 'a',
  recordings?: Float32Array[],
) => augment(samples, rate, [step], seedrandom.alea(seed), recordings)

const tone = (hertz: number, seconds: number, amplitude = 0.3) =>
  Float32Array.from(
    { length: seconds * rate },
    (_, n) => amplitude * Math.sin((2 * Math.PI * hertz * n) / rate),
  )
/** A voice of sorts: a gliding pulse train, in bursts with pauses between. */
const voice = (seconds: number) => {
  let phase = 0
  return Float32Array.from({ length: seconds * rate }, (_, n) => {
    phase += (110 + 40 * Math.sin((2 * Math.PI * n) / rate)) / rate
    const loud = Math.max(0, Math.sin((2 * Math.PI * 1.5 * n) / rate))
    return 0.4 * loud * (phase % 1 < 0.15 ? Math.cos(2000 * (phase % 1)) : 0)
  })
}
const power = (samples: Float32Array) => samples.reduce((sum, x) => sum + x * x, 0) / samples.length
const amplitudeAt = (samples: Float32Array, hertz: number) => {
  let [re, im] = [0, 0]
  samples.forEach((x, n) => {
    const weight = 1 - Math.cos((2 * Math.PI * n) / samples.length)
    re += weight * x * Math.cos((2 * Math.PI * hertz * n) / rate)
    im += weight * x * Math.sin((2 * Math.PI * hertz * n) / rate)
  })
  return (2 * Math.hypot(re, im)) / samples.length
}
const peakOf = (samples: Float32Array, from: number, to: number) => {
  let best = { hertz: from, amplitude: 0 }
  // Coarse, then fine.
  for (const step of [1, 0.05]) {
    const [least, most] = step === 1 ? [from, to] : [best.hertz - 1, best.hertz + 1]
    for (let hertz = least; hertz <= most; hertz += step) {
      const amplitude = amplitudeAt(samples, hertz)
      if (amplitude > best.amplitude) best = { hertz, amplitude }
    }
  }
  return best
}
const difference = (a: Float32Array, b: Float32Array) => a.map((x, n) => x - b[n]!)

describe('every augmentation', () => {
  const steps: WaveformAugmentation[] = [
    { kind: 'noise', snr: [5, 20], from: 'white' },
    { kind: 'noise', snr: [5, 20], from: 'recordings' },
    { kind: 'pitch', semitones: [-3, 3] },
    { kind: 'stretch', rate: [0.8, 1.25] },
    { kind: 'gain', decibels: [-6, 6] },
    { kind: 'room', seconds: [0.2, 0.6] },
  ]
  const recordings = [tone(333, 3), tone(777, 0.5)]
  for (const step of steps) {
    it(`${step.kind} gives the same bits for the same seed, others for another, finite all`, async () => {
      const clip = voice(1.5)
      const before = clip.slice()
      const once = await run(clip, step, 'a', recordings)
      expect(await run(clip, step, 'a', recordings)).toEqual(once)
      expect(await run(clip, step, 'b', recordings)).not.toEqual(once)
      expect(once.every(Number.isFinite)).toBe(true)
      expect(once).not.toEqual(clip)
      expect(clip).toEqual(before)
      if (step.kind !== 'stretch') expect(once.length).toBe(clip.length)
    })
  }

  it('comes to terms with silence and with clips of a few samples', async () => {
    for (const step of [...steps, { kind: 'telephone' } as const]) {
      const silent = await run(new Float32Array(rate), step, 'a', recordings)
      expect(silent.every((x) => x === 0)).toBe(true)
      for (const count of [0, 1, 7]) {
        const short = await run(new Float32Array(count).fill(0.1), step, 'a', recordings)
        expect(short.every(Number.isFinite)).toBe(true)
      }
    }
  })

  it('follows the one before, on the same source of numbers', async () => {
    const random = seedrandom.alea('a')
    const clip = voice(1)
    const [first, second] = [steps[0]!, steps[5]!]
    const byStep = await augment(await augment(clip, rate, [first], random), rate, [second], random)
    expect(await augment(clip, rate, [first, second], seedrandom.alea('a'))).toEqual(byStep)
  })

  it('is refused where it makes no sense', async () => {
    const refused = (step: unknown, message: RegExp) =>
      expect(run(tone(200, 0.1), step as WaveformAugmentation)).rejects.toThrow(message)
    await refused({ kind: 'reverse' }, /no augmentation "reverse"\. There are: noise, /)
    await refused({ kind: 'stretch', rate: [0, 1] }, /rate is 0 to 1: it must lie within 0.25 to 4/)
    await refused({ kind: 'pitch', semitones: [2, -2] }, /the lesser first/)
    await refused({ kind: 'gain', decibels: [0, Number.NaN] }, /decibels is 0 to NaN/)
    await refused({ kind: 'noise', snr: [10, 10], from: 'recordings' }, /name their folder/)
    await expect(
      run(tone(200, 1), { kind: 'noise', snr: [10, 10], from: 'recordings' }, 'a', [
        new Float32Array(9),
      ]),
    ).rejects.toThrow(/silent nearly all along/)
  })
})

describe('noise', () => {
  const clip = voice(3)
  const padded = new Float32Array(6 * rate)
  padded.set(clip, rate)

  for (const from of ['white', 'recordings'] as const) {
    it(`${from}, has the ratio asked for to the clip's active part`, async () => {
      for (const snr of [-5, 0, 10, 30]) {
        const step = { kind: 'noise', snr: [snr, snr], from } as const
        const noise = difference(await run(padded, step, 'n', [tone(500, 2)]), padded)
        const measured = 10 * Math.log10(activePower(padded, rate) / power(noise))
        expect(Math.abs(measured - snr)).toBeLessThan(0.1)
      }
    })
  }

  it('is measured against speech, not against the silence around it', () => {
    const loud = tone(200, 1, 0.5)
    const around = new Float32Array(5 * rate)
    around.set(loud, 2 * rate)
    expect(activePower(around, rate)).toBeCloseTo(0.125, 5)
    expect(power(around)).toBeCloseTo(0.025, 5)
  })

  it('is white: as strong in every band', async () => {
    const noise = difference(
      await run(tone(100, 4), { kind: 'noise', snr: [0, 0], from: 'white' }),
      tone(100, 4),
    )
    // Differences of neighbours weigh high frequencies, sums the low ones.
    const pairs = [1, -1].map((sign) => power(noise.slice(1).map((x, n) => x + sign * noise[n]!)))
    expect(pairs[0]! / pairs[1]!).toBeCloseTo(1, 1)
    const mean = noise.reduce((sum, x) => sum + x, 0) / noise.length
    expect(Math.abs(mean)).toBeLessThan(0.01)
    // A Gaussian's fourth moment.
    const fourth = noise.reduce((sum, x) => sum + x ** 4, 0) / noise.length
    expect(fourth / power(noise) ** 2).toBeCloseTo(3, 0)
  })

  it('takes another stretch of another recording for another seed', async () => {
    const recordings = [1000, 2000, 3000].map((hertz) => tone(hertz, 6))
    const heard = new Set<number>()
    for (let seed = 0; seed < 20; seed++) {
      const step = { kind: 'noise', snr: [0, 0], from: 'recordings' } as const
      const noise = difference(await run(clip, step, `${seed}`, recordings), clip)
      heard.add([1000, 2000, 3000].find((hertz) => amplitudeAt(noise, hertz) > 0.05)!)
    }
    expect([...heard].sort()).toEqual([1000, 2000, 3000])
  })
})

describe('pitch', () => {
  it.each([
    [2, 246.94],
    [-5, 164.81],
    [0.37, 224.75],
  ])('of 220 Hz by %d semitones is %d Hz, as loud and as long', async (semitones, hertz) => {
    const shifted = await run(tone(220, 1.3), { kind: 'pitch', semitones: [semitones, semitones] })
    expect(shifted.length).toBe(1.3 * rate)
    const peak = peakOf(shifted, 120, 320)
    expect(Math.abs(peak.hertz / hertz - 1)).toBeLessThan(0.003)
    expect(peak.amplitude).toBeGreaterThan(0.27)
    // Of all its power, hardly anything lies elsewhere.
    expect(power(shifted)).toBeLessThan(0.3 ** 2 / 2 / 0.95)
  })

  it('and stretch do to a voice what they say', async () => {
    const bytes = await readFile(new URL('../../samples/1001_ITS_HAP_XX.wav', import.meta.url))
    const { channels } = await decodeAudio(bytes)
    const clip = toMono(channels)
    const frontEnd = await createFrontEnd({ feature: ['f0', 'rms'], nFft: 1024, hopLength: 160 })
    const before = frontEnd.compute(clip)
    const value = ({ data }: typeof before, frame: number, at: number) => data[3 * frame + at]!
    const frames = [...Array(before.frames).keys()]
    const least = 0.3 * Math.max(...frames.map((frame) => value(before, frame, 2)))
    const loud = frames.filter((frame) => value(before, frame, 2) > least)
    /** Semitones by which most of the voice has moved, moment by moment. */
    const moved = async (step: WaveformAugmentation, faster = 1) => {
      const after = frontEnd.compute(await run(clip, step))
      const moves = loud.map((frame) => {
        const then = value(after, Math.round(frame / faster), 0)
        return 12 * Math.log2(then / value(before, frame, 0))
      })
      return moves.sort((a, b) => a - b)[moves.length >> 1]!
    }
    for (const semitones of [-3, -1, 2, 4]) {
      const by = await moved({ kind: 'pitch', semitones: [semitones, semitones] })
      expect(Math.abs(by - semitones)).toBeLessThan(0.1)
    }
    for (const r of [0.8, 1.25]) {
      expect(Math.abs(await moved({ kind: 'stretch', rate: [r, r] }, r))).toBeLessThan(0.1)
    }
  })

  it('keeps each sound at its time', async () => {
    const clip = new Float32Array(2 * rate)
    clip.set(tone(300, 0.2), 1.4 * rate)
    const shifted = await run(clip, { kind: 'pitch', semitones: [4, 4] })
    const inside = shifted.subarray(1.38 * rate, 1.62 * rate)
    expect(power(inside) * inside.length).toBeGreaterThan(0.99 * power(shifted) * shifted.length)
  })
})

describe('stretch', () => {
  it.each([1.25, 0.8, 1.07])(
    '%d times as fast is as much shorter, at the same pitch',
    async (r) => {
      const stretched = await run(tone(220, 2), { kind: 'stretch', rate: [r, r] })
      expect(stretched.length).toBe(Math.round((2 * rate) / r))
      const peak = peakOf(stretched, 150, 300)
      expect(Math.abs(peak.hertz - 220)).toBeLessThan(0.7)
      expect(peak.amplitude).toBeGreaterThan(0.27)
    },
  )

  it('by 1 changes nothing that could be heard', async () => {
    const clip = voice(2)
    const same = await run(clip, { kind: 'stretch', rate: [1, 1] })
    const most = Math.max(...difference(same, clip).map(Math.abs))
    expect(most).toBeLessThan(1e-6)
  })

  it('keeps the rhythm: bursts come as much sooner', async () => {
    const clip = new Float32Array(2 * rate)
    clip.set(tone(250, 0.2), 1 * rate)
    const fast = await run(clip, { kind: 'stretch', rate: [1.25, 1.25] })
    const inside = fast.subarray(0.78 * rate, 0.98 * rate)
    expect(power(inside) * inside.length).toBeGreaterThan(0.99 * power(fast) * fast.length)
  })
})

describe('gain', () => {
  const gain = (decibels: number) => ({ kind: 'gain', decibels: [decibels, decibels] }) as const
  const level = (samples: Float32Array) => 10 * Math.log10(power(samples))

  it('is as many decibels', async () => {
    for (const decibels of [-20, -3, 6]) {
      const louder = await run(tone(200, 1), gain(decibels))
      expect(level(louder) - level(tone(200, 1))).toBeCloseTo(decibels, 3)
    }
  })

  it('never clips', async () => {
    const loudest = await run(tone(200, 1), gain(40))
    expect(Math.max(...loudest)).toBeCloseTo(1, 5)
    expect(power(loudest)).toBeCloseTo(0.5, 3)
    const beyond = tone(200, 1, 2)
    expect(await run(beyond, gain(6))).toEqual(beyond)
  })
})

describe('room', () => {
  const impulse = new Float32Array(2 * rate)
  impulse[0] = 1

  it.each([0.2, 0.4, 0.8])('echoes for %d s', async (seconds) => {
    const response = await run(impulse, { kind: 'room', seconds: [seconds, seconds] })
    // Schroeder 1965: the energy still to come, from -5 to -35 dB.
    const toCome = new Float64Array(response.length)
    for (let n = response.length - 2; n > 0; n--) toCome[n] = toCome[n + 1]! + response[n]! ** 2
    const time = (decibels: number) =>
      toCome.findIndex((x, n) => n > 0 && x < toCome[1]! * 10 ** (decibels / 10)) / rate
    expect(2 * (time(-35) - time(-5))).toBeGreaterThan(0.93 * seconds)
    expect(2 * (time(-35) - time(-5))).toBeLessThan(1.07 * seconds)
  })

  it('lets the direct sound come first, then nothing for one mean free path', async () => {
    const response = await run(impulse, { kind: 'room', seconds: [0.3, 0.3] })
    expect(response[0]).toBeGreaterThan(0.2)
    const path = Math.floor(((4 * 40) / 72 / 343) * rate)
    expect(response.subarray(1, path).every((x) => x === 0)).toBe(true)
    expect(response.subarray(path, path + 40).some((x) => x !== 0)).toBe(true)
  })

  it('is as far from dry as theory has it between 0.5 and 2 m', async () => {
    const critical = 0.057 * Math.sqrt(40 / 0.4)
    for (let seed = 0; seed < 20; seed++) {
      const response = await run(impulse, { kind: 'room', seconds: [0.4, 0.4] }, `${seed}`)
      const direct = response[0]! ** 2
      const distance = critical * Math.sqrt((power(response) * response.length - direct) / direct)
      expect(distance).toBeGreaterThan(0.49)
      expect(distance).toBeLessThan(2.01)
    }
  })

  it('leaves the power as it was', async () => {
    const clip = voice(2)
    const wet = await run(clip, { kind: 'room', seconds: [0.5, 0.5] })
    expect(power(wet) / power(clip)).toBeCloseTo(1, 4)
  })
})

describe('telephone', () => {
  const call = (samples: Float32Array) => run(samples, { kind: 'telephone' })

  it('passes 300 to 3400 Hz', async () => {
    const heard = async (hertz: number) =>
      20 * Math.log10(amplitudeAt(await call(tone(hertz, 1)), hertz) / 0.3)
    expect(await heard(1000)).toBeCloseTo(0, 1)
    expect(await heard(500)).toBeGreaterThan(-0.2)
    expect(await heard(2800)).toBeGreaterThan(-0.2)
    expect(await heard(300)).toBeCloseTo(-3, 0)
    expect(await heard(3400)).toBeCloseTo(-3, 0)
    expect(await heard(100)).toBeLessThan(-35)
    expect(await heard(4500)).toBeLessThan(-45)
    expect(await heard(6000)).toBeLessThan(-45)
  })

  it('quantises to 8 bits: a sine lies some 37 dB above the error', async () => {
    const clip = tone(1013, 1)
    const quantised = clip.map(throughMuLaw)
    const alone = 10 * Math.log10(power(clip) / power(difference(quantised, clip)))
    expect(alone).toBeGreaterThan(36)
    expect(alone).toBeLessThan(40)
    const heard = (await call(clip)).subarray(1000, 15000)
    const { amplitude } = peakOf(heard, 1005, 1020)
    const error = power(heard) / (amplitude ** 2 / 2) - 1
    expect(10 * Math.log10(error)).toBeLessThan(-36)
    expect(10 * Math.log10(error)).toBeGreaterThan(-44)
  })

  it("has the levels of the standard's table", () => {
    const levels = new Set<number>()
    for (let x = -32768; x <= 32767; x++) levels.add(throughMuLaw(x / 32768) * 32768 + 0)
    const sorted = [...levels].sort((a, b) => a - b)
    expect(sorted.length).toBe(255)
    const positive = sorted.filter((level) => level >= 0)
    expect(positive.slice(0, 4)).toEqual([0, 8, 16, 24])
    expect(positive.slice(15, 19)).toEqual([120, 132, 148, 164])
    expect(positive.slice(-3)).toEqual([30076, 31100, 32124])
    for (const level of sorted) expect(throughMuLaw(level / 32768) * 32768).toBe(level)
    expect(throughMuLaw(3)).toBe(32124 / 32768)
  })

  it('works at any rate', async () => {
    for (const other of [8000, 44100, 48000]) {
      const clip = Float32Array.from(
        { length: other / 2 },
        (_, n) => 0.3 * Math.sin((2 * Math.PI * 1000 * n) / other),
      )
      const heard = await augment(clip, other, [{ kind: 'telephone' }], Math.random)
      expect(heard.length).toBe(clip.length)
      expect(power(heard) / power(clip)).toBeCloseTo(1, 1)
    }
  })
})
