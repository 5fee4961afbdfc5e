/** Numbers that are random, and the same each time (xorshift, Marsaglia 2003). */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = Math.imul(seed + 1, 0x9e3779b1) | 1
  }

  /** From 0 to 1. */
  next(): number {
    let x = this.#state
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    this.#state = x
    return (x >>> 0) / 2 ** 32
  }

  /** A whole number between two, both of which it may be. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1))
  }

  pick<T>(...choices: T[]): T {
    return choices[this.whole(0, choices.length - 1)] as T
  }

  shape(rank: number, most: number): number[] {
    return Array.from({ length: rank }, () => this.whole(1, most))
  }

  tensor(shape: readonly number[], low = -2, high = 2) {
    const count = shape.reduce((product, size) => product * size, 1)
    const data = Float32Array.from({ length: count }, () => low + this.next() * (high - low))
    return { shape, data }
  }

  /** A shape that can be spread to another, or that itself. */
  narrower(shape: readonly number[]): number[] {
    const short = shape.slice(this.whole(0, shape.length))
    return short.map((size) => (this.next() < 0.3 ? 1 : size))
  }
}
