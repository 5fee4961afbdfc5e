import { VOICE_BINS } from './voice-features.ts'

/** Frames that a frame is seen with, up to itself: 0.8 s. */
const FRAMES = 50
/** Values of a frame with its context. */
export const CONTEXT_BINS = 2 * VOICE_BINS

/** Mean and standard deviation of each feature over the last frames. */
export class VoiceContext {
  readonly #rows: Float64Array[] = []
  readonly #values = new Float64Array(CONTEXT_BINS)

  /**
   * Takes a frame's features in.
   * @returns the means, then the deviations; overwritten by the next
   */
  push(row: Float64Array): Float64Array {
    const oldest = this.#rows.length === FRAMES ? this.#rows.shift() : undefined
    const kept = oldest ?? new Float64Array(VOICE_BINS)
    kept.set(row)
    this.#rows.push(kept)
    const count = this.#rows.length
    for (let bin = 0; bin < VOICE_BINS; bin++) {
      let sum = 0
      for (const values of this.#rows) sum += values[bin] as number
      const mean = sum / count
      let squares = 0
      for (const values of this.#rows) squares += ((values[bin] as number) - mean) ** 2
      this.#values[bin] = mean
      this.#values[VOICE_BINS + bin] = Math.sqrt(squares / count)
    }
    return this.#values
  }
}
