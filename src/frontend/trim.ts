import { UndertoneError } from '../error.ts'
import { isWithin, show, withDefaults } from './options.ts'
import { finiteSamples, type SampleOptions } from './samples.ts'

export interface TrimOptions extends SampleOptions {
  /** How far below the loudest frame is silence, dB. */
  topDb?: number
  /** Samples that loudness is taken of. */
  frameLength?: number
  /** Samples from one such frame to the next. */
  hopLength?: number
}

/** Samples `start` up to `end`, without `end`. */
export interface Interval {
  start: number
  end: number
}

/**
 * Where a clip is not silent, from its first loud frame to its last: `librosa.effects.trim`.
 * `samples.subarray(start, end)` is the trimmed clip. It needs the whole clip, so no stream does
 * it.
 * @param samples mono
 * @returns 0 to 0 where all is silent
 * @throws {UndertoneError} `settings-invalid`, `audio-not-finite`
 */
export function trim(samples: Float32Array, options: TrimOptions = {}): Interval {
  const all = withDefaults(
    options,
    { topDb: 60, frameLength: 2048, hopLength: 512, nonFinite: 'refuse' },
    'The options of trim',
  )
  const { topDb, frameLength, hopLength } = all
  for (const [name, value] of Object.entries({ frameLength, hopLength })) {
    if (Number.isInteger(value) && value > 0) continue
    throw invalid(`${name} is ${show(value)}; it must be a whole number of samples, 1 or more`)
  }
  if (!isWithin(topDb, 0, Number.POSITIVE_INFINITY)) {
    throw invalid(`topDb is ${show(topDb)}; it must be 0 dB or more`)
  }
  const squares = meanSquares(finiteSamples(samples, all), frameLength, hopLength)
  // librosa's amin of an amplitude, 1e-5, squared
  const level = (square: number) => Math.max(1e-10, square)
  const threshold = level(squares.reduce((most, x) => Math.max(most, x), 0)) * 10 ** (-topDb / 10)
  const loud = (square: number) => level(square) > threshold
  const first = squares.findIndex(loud)
  if (first < 0) return { start: 0, end: 0 }
  let last = squares.length - 1
  while (!loud(squares[last] as number)) --last
  return { start: first * hopLength, end: Math.min(samples.length, (last + 1) * hopLength) }
}

/** Of centred frames, zeros beyond both ends. */
function meanSquares(samples: Float32Array, frameLength: number, hopLength: number): Float64Array {
  const frames = 1 + Math.floor((samples.length + (frameLength % 2 === 0 ? 0 : -1)) / hopLength)
  return Float64Array.from({ length: Math.max(0, frames) }, (_, frame) => {
    const from = frame * hopLength - Math.floor(frameLength / 2)
    let sum = 0
    for (let n = Math.max(0, from); n < Math.min(samples.length, from + frameLength); ++n) {
      sum += (samples[n] as number) ** 2
    }
    return sum / frameLength
  })
}

const invalid = (reason: string) =>
  new UndertoneError('settings-invalid', `Silence cannot be trimmed: ${reason}.`)
