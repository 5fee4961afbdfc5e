import { UndertoneError } from '../error.ts'

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

export const notFinite = () =>
  new UndertoneError(
    'audio-not-finite',
    "The samples hold NaN or infinity; decode them anew, or set nonFinite to 'zero'.",
  )
