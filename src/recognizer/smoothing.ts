/**
 * Averages scores over time and holds on to a label, so that it does not flicker: an exponential
 * average, and hysteresis.
 */
export class Smoothing {
  readonly #seconds: number
  readonly #hysteresis: number
  #mean: Float64Array | undefined
  #time = 0
  #label = 0

  /**
   * @param seconds time constant; 0 for no average
   * @param hysteresis how far another label's score has to exceed the present one's
   */
  constructor(seconds: number, hysteresis: number) {
    this.#seconds = seconds
    this.#hysteresis = hysteresis
  }

  /**
   * Takes one window's scores in.
   * @param time of the window, seconds; later than the last
   * @returns the averaged scores, to be left as they are, and the index of the label
   */
  push(scores: ArrayLike<number>, time: number): { scores: Float64Array; label: number } {
    if (this.#mean === undefined) {
      this.#mean = Float64Array.from(scores)
      this.#label = highest(this.#mean)
    } else {
      const keep = this.#seconds === 0 ? 0 : Math.exp((this.#time - time) / this.#seconds)
      this.#mean = this.#mean.map((mean, label) => {
        const score = scores[label] as number
        return score + keep * (mean - score)
      })
      const best = highest(this.#mean)
      const lead = (this.#mean[best] as number) - (this.#mean[this.#label] as number)
      if (lead > this.#hysteresis) this.#label = best
    }
    this.#time = time
    return { scores: this.#mean, label: this.#label }
  }

  /** Forgets what was heard. */
  reset(): void {
    this.#mean = undefined
  }
}

/** Of equal ones the first. */
function highest(scores: Float64Array): number {
  let best = 0
  for (let label = 1; label < scores.length; label++) {
    if ((scores[label] as number) > (scores[best] as number)) best = label
  }
  return best
}
