import { UndertoneError } from '../error.ts'
import type { Features } from './features.ts'

export interface SampleOptions {
  /** NaN and infinite samples: `refuse` them with an error (default) or take them as `zero`. */
  nonFinite?: 'refuse' | 'zero'
}

/** @throws {UndertoneError} `settings-invalid` */
export function zeroNonFinite({ nonFinite = 'refuse' }: SampleOptions): boolean {
  if (nonFinite === 'refuse' || nonFinite === 'zero') return nonFinite === 'zero'
  throw new UndertoneError(
    'settings-invalid',
    `nonFinite is ${nonFinite}; it must be 'refuse' or 'zero'.`,
  )
}

/** @throws {UndertoneError} `settings-invalid` */
export function checkSamples(samples: unknown): void {
  if (samples instanceof Float32Array) return
  throw new UndertoneError('settings-invalid', 'Samples must be a Float32Array, mono, -1 to 1.')
}

/**
 * Samples of a clip, checked.
 * @returns the same; where non-finite ones are to be `zero` and there are some, a mended copy
 * @throws {UndertoneError} `settings-invalid`, `audio-not-finite`
 */
export function finiteSamples(samples: Float32Array, options: SampleOptions): Float32Array {
  const zero = zeroNonFinite(options)
  checkSamples(samples)
  if (allFinite(samples)) return samples
  if (!zero) throw notFinite()
  return mended(samples)
}

/**
 * Features, checked; as {@link finiteSamples}.
 * @throws {UndertoneError} `settings-invalid`, `audio-not-finite`
 */
export function finiteFeatures(features: Features, options: SampleOptions = {}): Features {
  const zero = zeroNonFinite(options)
  const { data, frames, bins } = features
  if (!(data instanceof Float32Array && data.length === frames * bins)) {
    throw new UndertoneError(
      'settings-invalid',
      'Features must hold a Float32Array of frames times bins values.',
    )
  }
  if (allFinite(data)) return features
  if (!zero) throw notFinite('features')
  return { data: mended(data), frames, bins }
}

export function allFinite(values: Float32Array): boolean {
  for (let n = 0; n < values.length; ++n) {
    const value = values[n] as number
    // of NaN and the infinities alone is this not 0
    if (value - value !== 0) return false
  }
  return true
}

const mended = (values: Float32Array) =>
  Float32Array.from(values, (value) => (Number.isFinite(value) ? value : 0))

export const notFinite = (what = 'samples') =>
  new UndertoneError(
    'audio-not-finite',
    `The ${what} hold NaN or infinity; see what made them, or set nonFinite to 'zero'.`,
  )
