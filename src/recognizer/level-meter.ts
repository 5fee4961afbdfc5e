import type { LevelEvent } from './stream-types.ts'

/** Measures how loud samples are, in stretches of 50 ms. */
export class LevelMeter {
  readonly #sampleRate: number
  readonly #length: number
  #taken = 0
  #sum = 0
  #peak = 0

  constructor(sampleRate: number) {
    this.#sampleRate = sampleRate
    this.#length = Math.round(sampleRate / 20)
  }

  /** @param report called for each stretch that these samples complete */
  push(samples: Float32Array, report: (event: LevelEvent) => void): void {
    for (let n = 0; n < samples.length; n++) {
      const sample = samples[n] as number
      this.#sum += sample * sample
      this.#peak = Math.max(this.#peak, Math.abs(sample))
      this.#taken += 1
      if (this.#taken % this.#length !== 0) continue
      const rms = Math.sqrt(this.#sum / this.#length)
      report({ time: this.#taken / this.#sampleRate, rms, peak: this.#peak })
      this.#sum = 0
      this.#peak = 0
    }
  }
}
