import { UndertoneError } from '../error.ts'
import type { Features } from './features.ts'
import { show } from './options.ts'

export interface SampleOptions {
  /**
   * NaN, infinite samples and those beyond ±2^32, whose powers float32 could not hold: `refuse`
   * them with an error (default) or take them as `zero`.
   */
  nonFinite?: 'refuse' | 'zero'
}

/** @throws {UndertoneError} `settings-invalid` */
export function zeroNonFinite({ nonFinite = 'refuse' }: SampleOptions): boolean {
  if (nonFinite === 'refuse' || nonFinite === 'zero') return nonFinite === 'zero'
  throw new UndertoneError(
    'settings-invalid',
    `nonFinite is ${show(nonFinite)}; it must be 'refuse' or 'zero'.`,
  )
}

/** @throws {UndertoneError} `settings-invalid` */
export function checkSamples(samples: unknown): void {
  if (samples instanceof Float32Array) return
  throw new UndertoneError(
    'settings-invalid',
    `Samples must be a Float32Array, mono, -1 to 1; what was given is ${show(samples)}.`,
  )
}

/** As assembly/frontend/finite.ts has it. */
const loudest = 2 ** 32

/**
 * Samples of a clip, checked.
 * @returns the same; where non-finite ones are to be `zero` and there are some, a mended copy
 * @throws {UndertoneError} `settings-invalid`, `audio-not-finite`
 */
export function finiteSamples(samples: Float32Array, options: SampleOptions): Float32Array {
  checkSamples(samples)
  return mended(samples, loudest, options) ?? samples
}

/**
 * Features, checked; as {@link finiteSamples}.
 * @throws {UndertoneError} `settings-invalid`, `audio-not-finite`
 */
export function finiteFeatures(features: Features, options: SampleOptions): Features {
  const { data, frames, bins } = Object(features) as Features
  const whole = Number.isInteger(frames) && frames >= 0 && Number.isInteger(bins) && bins > 0
  if (!(data instanceof Float32Array && whole && data.length === frames * bins)) {
    throw new UndertoneError(
      'settings-invalid',
      'Features must be an object of data, frames and bins, with frames times bins values in a Float32Array.',
    )
  }
  const right = mended(data, Number.MAX_VALUE, options, 'features')
  return right === undefined ? features : { data: right, frames, bins }
}

/** Values without those beyond ±`most`, or nothing when all are right. */
function mended(values: Float32Array, most: number, options: SampleOptions, what?: string) {
  const zero = zeroNonFinite(options)
  // a loop over indices: of all, the one that engines make fastest
  let n = 0
  while (n < values.length && Math.abs(values[n] as number) <= most) ++n
  if (n === values.length) return undefined
  if (!zero) throw notFinite(what)
  return Float32Array.from(values, (value) => (Math.abs(value) <= most ? value : 0))
}

export const notFinite = (what = 'samples') =>
  new UndertoneError(
    'audio-not-finite',
    `The ${what} hold NaN, infinity or what is too large to compute with; see what made them, or set nonFinite to 'zero'.`,
  )
