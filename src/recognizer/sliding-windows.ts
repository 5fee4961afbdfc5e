import type { Features } from '../frontend/index.ts'

/** Cuts frames, as they come, into windows that overlap. Holds no more than the next one needs. */
export class SlidingWindows {
  readonly #bins: number
  readonly #length: number
  readonly #hop: number
  #data: Float32Array
  /** Number of the first frame that is held. */
  #origin = 0
  /** Frames that are held. */
  #held = 0
  /** First frame of the next window. */
  #next = 0

  /**
   * @param bins values a frame
   * @param length frames a window
   * @param hop frames from one window to the next
   */
  constructor(bins: number, length: number, hop: number) {
    this.#bins = bins
    this.#length = length
    this.#hop = hop
    this.#data = new Float32Array(2 * length * bins)
  }

  /** First frame of the next window, counted from the first of all. */
  get next(): number {
    return this.#next
  }

  /** Frames taken in so far. */
  get frames(): number {
    return this.#origin + this.#held
  }

  push({ data, frames }: Features): void {
    if (frames === 0) return
    const bins = this.#bins
    if ((this.#held + frames) * bins > this.#data.length) {
      const gone = Math.min(this.#held, this.#next - this.#origin)
      const rest = this.#data.subarray(gone * bins, this.#held * bins)
      this.#origin += gone
      this.#held -= gone
      const needed = (this.#held + frames) * bins
      if (needed > this.#data.length) {
        const larger = new Float32Array(2 * needed)
        larger.set(rest)
        this.#data = larger
      } else this.#data.set(rest)
    }
    this.#data.set(data, this.#held * bins)
    this.#held += frames
  }

  /** Whether all frames of the next window are there. */
  get complete(): boolean {
    return this.#next + this.#length <= this.frames
  }

  /**
   * The next window, `[frames, bins]`, a copy: of `length` frames, or at the end of a clip shorter
   * than that, of all there are.
   */
  take(): Float32Array<ArrayBuffer> {
    const from = this.#next - this.#origin
    const to = Math.min(from + this.#length, this.#held)
    this.#next += this.#hop
    return this.#data.slice(from * this.#bins, to * this.#bins) as Float32Array<ArrayBuffer>
  }

  /** Passes the next window by. */
  skip(): void {
    this.#next += this.#hop
  }
}
