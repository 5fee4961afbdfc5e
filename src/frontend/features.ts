import { UndertoneError } from '../error.ts'
import { isWithin, show, withDefaults } from './options.ts'
import { finiteFeatures, type SampleOptions } from './samples.ts'

/** Features of consecutive frames. */
export interface Features {
  /** Row-major `[frames, bins]`. */
  data: Float32Array<ArrayBuffer>
  frames: number
  bins: number
}

/**
 * Raises every value to within `topDb` of the clip's loudest one: `top_db` of
 * `librosa.power_to_db`. It needs the whole clip, so no stream can do it.
 * @param features log-mel, dB; left as they are
 * @param topDb range to keep, dB, 0 or more
 * @throws {UndertoneError} `settings-invalid` when topDb is negative or not a number,
 *   `audio-not-finite`
 */
export function clampTopDb(
  features: Features,
  topDb: number,
  options: SampleOptions = {},
): Features {
  if (!isWithin(topDb, 0, Number.POSITIVE_INFINITY)) {
    throw new UndertoneError(
      'settings-invalid',
      `topDb is ${show(topDb)}; it must be 0 dB or more.`,
    )
  }
  const logMel = finiteFeatures(
    features,
    withDefaults(options, defaults, 'The options of clampTopDb'),
  )
  const floor = maximum(logMel.data) - topDb
  return { ...logMel, data: logMel.data.map((value) => Math.max(value, floor)) }
}

/**
 * Takes the loudest value as 0 dB: `ref=np.max` of `librosa.power_to_db`. It needs the whole
 * clip, so no stream can do it.
 * @param features log-mel, dB, computed with `ref` 1; left as they are
 * @throws {UndertoneError} `settings-invalid`, `audio-not-finite`
 */
export function relativeToMax(features: Features, options: SampleOptions = {}): Features {
  const logMel = finiteFeatures(
    features,
    withDefaults(options, defaults, 'The options of relativeToMax'),
  )
  const peak = maximum(logMel.data)
  return { ...logMel, data: logMel.data.map((value) => value - peak) }
}

const defaults: Required<SampleOptions> = { nonFinite: 'refuse' }

function maximum(values: Float32Array): number {
  let highest = Number.NEGATIVE_INFINITY
  for (const value of values) if (value > highest) highest = value
  return highest
}
