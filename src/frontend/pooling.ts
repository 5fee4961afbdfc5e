import { UndertoneError } from '../error.ts'
import type { Features } from './features.ts'
import { show, withDefaults } from './options.ts'
import { finiteFeatures, type SampleOptions } from './samples.ts'

export type Statistic = 'mean' | 'std' | 'min' | 'max'

/**
 * Statistics over all frames of a clip: one vector of fixed length, as classifiers without a
 * sense of time want it.
 * @param statistics in the order wanted; `std` is of the population, as in numpy
 * @returns `[statistics, bins]`, row-major
 * @throws {UndertoneError} `settings-invalid` for an unknown statistic or no frames,
 *   `audio-not-finite`
 */
export function pool(
  features: Features,
  statistics: readonly Statistic[] = known,
  options: SampleOptions = {},
): Float32Array<ArrayBuffer> {
  if (!Array.isArray(statistics) || statistics.length === 0) {
    throw invalid(`statistics is ${show(statistics)}; it must be a list of some`)
  }
  const unknown = statistics.find((name) => !known.includes(name))
  if (unknown !== undefined) throw invalid(`${show(unknown)} is no statistic`)
  const all = withDefaults(options, { nonFinite: 'refuse' }, 'The options of pool')
  const { data, frames, bins } = finiteFeatures(features, all)
  if (frames === 0) throw new UndertoneError('settings-invalid', 'No frames, nothing to pool.')
  const out = new Float32Array(statistics.length * bins)
  for (let bin = 0; bin < bins; ++bin) {
    let sum = 0
    let min = Number.POSITIVE_INFINITY
    let max = Number.NEGATIVE_INFINITY
    for (let at = bin; at < data.length; at += bins) {
      const value = data[at] as number
      sum += value
      if (value < min) min = value
      if (value > max) max = value
    }
    const mean = sum / frames
    let squares = 0
    for (let at = bin; at < data.length; at += bins) squares += ((data[at] as number) - mean) ** 2
    const values = { mean, std: Math.sqrt(squares / frames), min, max }
    statistics.forEach((statistic: Statistic, row) => {
      out[row * bins + bin] = values[statistic]
    })
  }
  return out
}

const known: readonly Statistic[] = ['mean', 'std', 'min', 'max']

const invalid = (reason: string) =>
  new UndertoneError(
    'settings-invalid',
    `Nothing can be pooled so: ${reason}; there are ${known.join(', ')}.`,
  )
