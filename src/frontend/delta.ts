import { UndertoneError } from '../error.ts'
import type { Features } from './features.ts'
import { show, withDefaults } from './options.ts'
import { finiteFeatures, notFinite, type SampleOptions } from './samples.ts'

export interface DeltaOptions extends SampleOptions {
  /** Frames that a difference spans: odd, 3 or more. */
  width?: number
  /** 1 for delta, 2 for delta-delta; up to 16. */
  order?: number
}

/**
 * How features change: `librosa.feature.delta`, a Savitzky-Golay filter of polynomials of degree
 * `order`. Frames nearer to an end than half the width get what the nearest whole fit gives. It
 * looks ahead, so no stream does it.
 * @param features `[frames, bins]`; left as they are
 * @returns `[frames, bins]`, units a frame (to the power of `order`)
 * @throws {UndertoneError} `settings-invalid` when the width is even, below 3, not above the
 *   order, or more than the frames; `audio-not-finite`, for values too large for a difference, too
 */
export function delta(features: Features, options: DeltaOptions = {}): Features {
  const { width, order } = withDefaults(options, defaults, 'The options of delta')
  const { data, frames, bins } = finiteFeatures(features, options)
  if (!Number.isInteger(width) || width < 3 || width % 2 === 0) {
    throw invalid(`width is ${show(width)}; it must be odd, 3 or more`)
  }
  if (!Number.isInteger(order) || order < 1 || order > 16 || order >= width) {
    throw invalid(
      `order is ${show(order)}; it must be a whole number from 1 to 16, and below the width`,
    )
  }
  if (width > frames) throw invalid(`width is ${width}; there are only ${frames} frames`)
  const weights = differentiator(width, order)
  const half = (width - 1) / 2
  const out = new Float32Array(data.length)
  for (let frame = 0; frame < frames; ++frame) {
    const from = Math.min(Math.max(frame - half, 0), frames - width)
    for (let bin = 0; bin < bins; ++bin) {
      let sum = 0
      for (let n = 0; n < width; ++n) {
        sum += (weights[n] as number) * (data[(from + n) * bins + bin] as number)
      }
      out[frame * bins + bin] = sum
    }
  }
  if (!out.every(Number.isFinite)) throw notFinite('features')
  return { data: out, frames, bins }
}

const defaults: Required<DeltaOptions> = { width: 9, order: 1, nonFinite: 'refuse' }

/**
 * Weights that give the highest derivative of the polynomial of degree `order` fitted to `width`
 * values: order! times its leading coefficient, the share of the orthogonal polynomial of that
 * degree (Gram's, by the three-term recurrence).
 */
function differentiator(width: number, order: number): Float64Array {
  const x = Float64Array.from({ length: width }, (_, n) => n - (width - 1) / 2)
  let previous = new Float64Array(width)
  let current = new Float64Array(width).fill(1)
  let factorial = 1
  for (let degree = 1; degree <= order; ++degree) {
    const ratio = degree === 1 ? 0 : energy(current) / energy(previous)
    const next = current.map((p, n) => (x[n] as number) * p - ratio * (previous[n] as number))
    previous = current
    current = next
    factorial *= degree
  }
  const scale = factorial / energy(current)
  return current.map((p) => p * scale)
}

const energy = (values: Float64Array) => values.reduce((sum, value) => sum + value * value, 0)

const invalid = (reason: string) =>
  new UndertoneError('settings-invalid', `No delta can be taken: ${reason}.`)
