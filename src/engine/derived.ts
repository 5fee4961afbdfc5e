import type { Tensor } from './tensor.ts'

const numbers = new WeakMap<Tensor, number>()
let last = 0

/** A number for a tensor, the same each time. */
export function numberOf(tensor: Tensor): number {
  const known = numbers.get(tensor)
  if (known !== undefined) return known
  last += 1
  numbers.set(tensor, last)
  return last
}

/**
 * Remembers what was made of a model's weights, so that plans for further shapes make it but once,
 * and share it.
 */
export class Derived<Made> {
  readonly #made = new Map<string, Made>()

  of(how: string, tensors: readonly Tensor[], make: () => Made): Made {
    const key = `${how} ${tensors.map(numberOf).join()}`
    const known = this.#made.get(key)
    if (known !== undefined) return known
    const made = make()
    this.#made.set(key, made)
    return made
  }
}
