import { UndertoneError } from '../error.ts'
import { isWithin, show, withDefaults } from './options.ts'
import { finiteSamples, type SampleOptions } from './samples.ts'

/**
 * Integrated loudness of a mono clip: ITU-R BS.1770-4, K-weighted, in blocks of 400 ms that
 * overlap by 75 %, gated at -70 LUFS and at 10 LU below the mean.
 * @param samples mono, -1 to 1
 * @param sampleRate Hz, 4000 to 384000
 * @returns LUFS; -Infinity where nothing passes the gate, as in clips shorter than 400 ms
 * @throws {UndertoneError} `settings-invalid`, `audio-not-finite`
 */
export function loudness(
  samples: Float32Array,
  sampleRate: number,
  options: SampleOptions = {},
): number {
  if (!isWithin(sampleRate, 4000, 384000)) {
    throw invalid(`sampleRate is ${show(sampleRate)}; it must be from 4000 to 384000 Hz`)
  }
  const sound = finiteSamples(samples, withDefaults(options, defaults, 'The options of loudness'))
  const powers = blockPowers(sound, sampleRate)
  const gated = powers.filter((power) => lufs(power) > -70)
  const relative = lufs(mean(gated)) - 10
  return lufs(mean(gated.filter((power) => lufs(power) > relative)))
}

/**
 * Scales a clip to an integrated loudness. It needs the whole clip, so no stream does it. Peaks
 * may come to lie beyond 1; silence stays as it is.
 * @param samples mono, -1 to 1
 * @param sampleRate Hz, 4000 to 384000
 * @param target LUFS, -100 to 100
 * @returns as many samples
 * @throws {UndertoneError} as {@link loudness}
 */
export function normalizeLoudness(
  samples: Float32Array,
  sampleRate: number,
  target = -23,
  options: SampleOptions = {},
): Float32Array<ArrayBuffer> {
  if (!isWithin(target, -100, 100)) {
    throw invalid(`target is ${show(target)}; it must be from -100 to 100 LUFS`)
  }
  const sound = finiteSamples(
    samples,
    withDefaults(options, defaults, 'The options of normalizeLoudness'),
  )
  const now = loudness(sound, sampleRate)
  const gain = now === Number.NEGATIVE_INFINITY ? 1 : 10 ** ((target - now) / 20)
  return Float32Array.from(sound, (x) => x * gain)
}

/**
 * Scales a clip so that its largest sample has this magnitude; silence stays as it is.
 * @param samples mono
 * @param peak above 0, at most 2^32
 * @returns as many samples
 * @throws {UndertoneError} `settings-invalid`, `audio-not-finite`
 */
export function normalizePeak(
  samples: Float32Array,
  peak = 1,
  options: SampleOptions = {},
): Float32Array<ArrayBuffer> {
  if (!isWithin(peak, Number.MIN_VALUE, 2 ** 32)) {
    throw invalid(`peak is ${show(peak)}; it must be above 0 and at most 2^32`)
  }
  const sound = finiteSamples(
    samples,
    withDefaults(options, defaults, 'The options of normalizePeak'),
  )
  const most = sound.reduce((largest, x) => Math.max(largest, Math.abs(x)), 0)
  return Float32Array.from(sound, (x) => (most === 0 ? x : (x / most) * peak))
}

const defaults: Required<SampleOptions> = { nonFinite: 'refuse' }

function blockPowers(samples: Float32Array, sampleRate: number): number[] {
  const weighted = kWeighted(samples, sampleRate)
  const sums = new Float64Array(samples.length + 1)
  weighted.forEach((x, n) => {
    sums[n + 1] = (sums[n] as number) + x * x
  })
  const length = Math.round(0.4 * sampleRate)
  const blocks = Math.floor((samples.length / sampleRate - 0.4) / 0.1 + 1e-9) + 1
  return Array.from({ length: Math.max(0, blocks) }, (_, block) => {
    const from = Math.round(0.1 * block * sampleRate)
    const to = Math.min(from + length, samples.length)
    return ((sums[to] as number) - (sums[from] as number)) / length
  })
}

/** Coefficients of a second-order filter; a0 is 1. */
interface Biquad {
  b0: number
  b1: number
  b2: number
  a1: number
  a2: number
}

/**
 * The two filters of K-weighting for any rate. The standard tabulates them for 48 kHz; these
 * analogue prototypes give its table (Brecht De Man, "Evaluation of implementations of the EBU
 * R128 loudness measurement", 2018).
 */
export function kWeighting(sampleRate: number): [Biquad, Biquad] {
  const shelf = (() => {
    const k = Math.tan((Math.PI * 1681.974450955533) / sampleRate)
    const high = 10 ** (3.999843853973347 / 20)
    const band = high ** 0.4996667741545416
    const q = k / 0.7071752369554196
    const a0 = 1 + q + k * k
    return {
      b0: (high + band * q + k * k) / a0,
      b1: (2 * (k * k - high)) / a0,
      b2: (high - band * q + k * k) / a0,
      a1: (2 * (k * k - 1)) / a0,
      a2: (1 - q + k * k) / a0,
    }
  })()
  const k = Math.tan((Math.PI * 38.13547087602444) / sampleRate)
  const q = k / 0.5003270373238773
  const a0 = 1 + q + k * k
  return [shelf, { b0: 1, b1: -2, b2: 1, a1: (2 * (k * k - 1)) / a0, a2: (1 - q + k * k) / a0 }]
}

function kWeighted(samples: Float32Array, sampleRate: number): Float64Array {
  let signal = Float64Array.from(samples)
  for (const { b0, b1, b2, a1, a2 } of kWeighting(sampleRate)) {
    let s1 = 0
    let s2 = 0
    signal = signal.map((x) => {
      const y = b0 * x + s1
      s1 = b1 * x - a1 * y + s2
      s2 = b2 * x - a2 * y
      return y
    })
  }
  return signal
}

const lufs = (power: number) => -0.691 + 10 * Math.log10(power)
const mean = (values: number[]) =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length

const invalid = (reason: string) =>
  new UndertoneError('settings-invalid', `The level cannot be set: ${reason}.`)
