import { UndertoneError } from '../error.ts'
import {
  checkLoading,
  type FrontEndLoading,
  instantiate,
  type Kernels,
  loadModule,
} from './module.ts'
import { checkNames, show, withDefaults } from './options.ts'
import { finiteSamples, type SampleOptions, zeroNonFinite } from './samples.ts'

export interface ResamplerOptions extends FrontEndLoading, SampleOptions {}

export interface ResamplerRates {
  /** Rate of what is fed in, Hz: a whole number from 4000 to 384000. */
  from: number
  /** Rate of what comes out, Hz, in the same range. */
  to: number
}

/**
 * Makes a band-limited resampler: a Kaiser-windowed sinc, flat to 0.9 of the lower Nyquist
 * frequency, silent (-100 dB) above it, without delay: output m lies at input time m from/to.
 * @throws {UndertoneError} `sample-rate-unsupported`, `settings-invalid`, `asset-missing`,
 *   `asset-corrupt`, `aborted`
 */
export async function createResampler(
  rates: ResamplerRates,
  options: ResamplerOptions = {},
): Promise<Resampler> {
  checkRates(rates)
  checkLoading(options, ['nonFinite'], 'createResampler')
  const { nonFinite = 'refuse', ...loading } = options
  return new Resampler(await loadModule(loading), rates, { nonFinite })
}

/**
 * Resamples a whole clip.
 * @param samples mono
 * @returns ceil(samples to/from) samples, as `scipy.signal.resample_poly` gives
 * @throws {UndertoneError} `audio-not-finite`, and as {@link createResampler}
 */
export async function resample(
  samples: Float32Array,
  from: number,
  to: number,
  options: ResamplerOptions = {},
): Promise<Float32Array<ArrayBuffer>> {
  checkRates({ from, to })
  return (await createResampler({ from, to }, options)).resample(samples)
}

/** Made by {@link createResampler}, or at once from a compiled module, as a worklet has to. */
export class Resampler {
  readonly rates: Readonly<ResamplerRates>
  readonly #up: number
  readonly #down: number
  readonly #chunk: number
  readonly #options: Required<SampleOptions>
  readonly #kernels: Kernels
  readonly #heap: Float32Array<ArrayBuffer>
  #taken = 0
  #given = 0

  /** @throws {UndertoneError} `sample-rate-unsupported`, `settings-invalid`, `asset-corrupt` */
  constructor(module: WebAssembly.Module, rates: ResamplerRates, options: SampleOptions = {}) {
    checkRates(rates)
    this.#options = withDefaults(options, { nonFinite: 'refuse' }, 'The options of Resampler')
    zeroNonFinite(this.#options)
    const { from, to } = rates
    this.rates = Object.freeze({ from, to })
    const divisor = greatestCommonDivisor(from, to)
    this.#up = to / divisor
    this.#down = from / divisor
    // about as much out as in, so that both stay in the cache
    this.#chunk = Math.max(64, Math.min(4096, Math.floor((4096 * from) / to)))
    this.#kernels = instantiate(module)
    this.#kernels.configureResampler(this.#up, this.#down, this.#chunk)
    this.#heap = new Float32Array(this.#kernels.memory.buffer as ArrayBuffer)
  }

  /**
   * Takes samples in and gives what they complete: the filter looks a few ms ahead.
   * @throws {UndertoneError} `audio-not-finite`, and the resampler stays as it was
   */
  push(samples: Float32Array): Float32Array<ArrayBuffer> {
    return this.#feed(finiteSamples(samples, this.#options))
  }

  #feed(samples: Float32Array): Float32Array<ArrayBuffer> {
    const parts: Float32Array<ArrayBuffer>[] = []
    for (let at = 0; at < samples.length; at += this.#chunk) {
      const part = samples.subarray(at, at + this.#chunk)
      const to = this.#kernels.resamplerInput(part.length) >> 2
      this.#heap.set(part, to)
      parts.push(this.#advance(part.length))
    }
    const all = concatenate(parts)
    this.#taken += samples.length
    this.#given += all.length
    return all
  }

  /** The rest, with silence after the last sample; then the resampler starts anew. */
  flush(): Float32Array<ArrayBuffer> {
    const total = Math.ceil((this.#taken * this.#up) / this.#down)
    const parts: Float32Array<ArrayBuffer>[] = []
    let missing = total - this.#given
    while (missing > 0) {
      const to = this.#kernels.resamplerInput(this.#chunk) >> 2
      this.#heap.fill(0, to, to + this.#chunk)
      const part = this.#advance(this.#chunk)
      parts.push(part.subarray(0, Math.min(missing, part.length)))
      missing -= part.length
    }
    this.reset()
    return concatenate(parts)
  }

  /** Forgets what was pushed. */
  reset(): void {
    this.#kernels.resamplerReset()
    this.#taken = 0
    this.#given = 0
  }

  /**
   * A whole clip; what was pushed before is forgotten.
   * @throws {UndertoneError} `audio-not-finite`, and the resampler stays as it was
   */
  resample(samples: Float32Array): Float32Array<ArrayBuffer> {
    const sound = finiteSamples(samples, this.#options)
    this.reset()
    const body = this.#feed(sound)
    return concatenate([body, this.flush()])
  }

  #advance(count: number): Float32Array<ArrayBuffer> {
    const length = this.#kernels.resamplerPush(count)
    const at = this.#kernels.resamplerOutput() >> 2
    return this.#heap.slice(at, at + length)
  }
}

function concatenate(parts: Float32Array<ArrayBuffer>[]): Float32Array<ArrayBuffer> {
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return only
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

function checkRates(rates: ResamplerRates): void {
  checkNames(rates, ['from', 'to'], 'The rates')
  for (const rate of [rates.from, rates.to]) {
    if (Number.isInteger(rate) && rate >= 4000 && rate <= 384000) continue
    throw new UndertoneError(
      'sample-rate-unsupported',
      `A sample rate of ${show(rate)} Hz is not supported; it must be a whole number from 4000 to 384000.`,
    )
  }
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}
