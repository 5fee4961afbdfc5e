import type { Palette } from './palette.ts'

/** Extremes of the last seconds of sound, column by column. */
export class Waveform {
  readonly #columns: number
  readonly #lows: Float32Array
  readonly #highs: Float32Array
  /** Columns that are done; the one after them is being filled. */
  #done = 0
  #filled = 0
  #low = 0
  #high = 0

  /** @param columns how many there are, as many as fit into the picture */
  constructor(columns: number) {
    this.#columns = columns
    this.#lows = new Float32Array(columns)
    this.#highs = new Float32Array(columns)
  }

  /** @param length samples a column */
  push(samples: Float32Array, length: number): void {
    for (const sample of samples) {
      if (sample < this.#low) this.#low = sample
      if (sample > this.#high) this.#high = sample
      this.#filled += 1
      if (this.#filled < length) continue
      const at = this.#done % this.#columns
      this.#lows[at] = this.#low
      this.#highs[at] = this.#high
      this.#done += 1
      this.#filled = 0
      this.#low = 0
      this.#high = 0
    }
  }

  /** The newest is at the right. */
  draw(context: CanvasRenderingContext2D, { sound, line }: Palette): void {
    const { width, height } = context.canvas
    context.clearRect(0, 0, width, height)
    context.fillStyle = line
    context.fillRect(0, height / 2, width, 1)
    context.fillStyle = sound
    const count = Math.min(this.#done, this.#columns)
    const step = width / this.#columns
    // Quiet speech is to be seen too.
    const scaled = (value: number) => Math.sign(value) * Math.min(1, Math.abs(value)) ** 0.6
    for (let column = 0; column < count; column++) {
      const at = (this.#done - count + column) % this.#columns
      const top = (1 - scaled(this.#highs[at] as number)) * (height / 2)
      const bottom = (1 - scaled(this.#lows[at] as number)) * (height / 2)
      const x = (this.#columns - count + column) * step
      context.fillRect(x, top, Math.max(1, step * 0.8), Math.max(1, bottom - top))
    }
  }
}
