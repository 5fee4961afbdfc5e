/** Computes in advance what does not depend on a graph's inputs: most of all, shapes. */
import type { BinaryKind, UnaryKind } from '../program.ts'
import { type ElementType, isFloat, numbersOf, rowMajor, sizeOf, type Tensor } from '../tensor.ts'

const round = Math.fround

/**
 * Those whose result is the same to the last bit everywhere; others are left to the kernels.
 * Numbers of float64 are whole ones here.
 */
const unaries: Partial<Record<UnaryKind, (x: number, parameters: readonly number[]) => number>> = {
  copy: (x) => x,
  relu: (x) => Math.max(x, 0),
  negate: (x) => -x,
  absolute: Math.abs,
  reciprocal: (x) => 1 / x,
  sqrt: Math.sqrt,
  floor: Math.floor,
  ceiling: Math.ceil,
  not: (x) => (x === 0 ? 1 : 0),
  clip: (x, [low = -Infinity, high = Infinity]) => Math.min(Math.max(x, low), high),
}

const binaries: Partial<Record<BinaryKind, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  maximum: Math.max,
  minimum: Math.min,
  less: (a, b) => Number(a < b),
  lessOrEqual: (a, b) => Number(a <= b),
  greater: (a, b) => Number(a > b),
  greaterOrEqual: (a, b) => Number(a >= b),
  equal: (a, b) => Number(a === b),
  and: (a, b) => Number(a !== 0 && b !== 0),
  or: (a, b) => Number(a !== 0 || b !== 0),
}

export function evaluateUnary(
  operation: UnaryKind,
  x: Tensor,
  parameters: readonly number[],
): Tensor | undefined {
  const one = unaries[operation]
  if (!one) return undefined
  const data = numbersOf(x.type, x.data.length)
  for (let n = 0; n < data.length; ++n) data[n] = one(x.data[n] as number, parameters)
  return { type: x.type, shape: x.shape, data }
}

export function evaluateBinary(
  operation: BinaryKind,
  a: Tensor,
  b: Tensor,
  shape: readonly number[],
  type: ElementType,
): Tensor | undefined {
  const one =
    operation === 'divide'
      ? isFloat(a.type)
        ? (a: number, b: number) => a / b
        : (a: number, b: number) => Math.trunc(a / b)
      : binaries[operation]
  if (!one) return undefined
  const data = numbersOf(type, sizeOf(shape))
  const [left, right] = [places(a.shape, shape), places(b.shape, shape)]
  const float = isFloat(a.type)
  for (let n = 0; n < data.length; ++n) {
    const value = one(a.data[left(n)] as number, b.data[right(n)] as number)
    data[n] = float ? round(value) : value
  }
  return { type, shape, data }
}

/** Elements of `x` in another order: by strides and an offset, for each axis of `shape`. */
export function gather(
  x: Tensor,
  shape: readonly number[],
  strides: readonly number[],
  offset = 0,
): Tensor {
  const data = numbersOf(x.type, sizeOf(shape))
  const at = placesBy(strides, shape)
  for (let n = 0; n < data.length; ++n) data[n] = x.data[offset + at(n)] as number
  return { type: x.type, shape, data }
}

/** Strides of a shape seen as a larger one: 0 where it repeats. */
export function broadcastStrides(from: readonly number[], to: readonly number[]): number[] {
  const own = rowMajor(from)
  const lead = to.length - from.length
  return to.map((_, axis) => {
    const at = axis - lead
    return at < 0 || from[at] === 1 ? 0 : (own[at] as number)
  })
}

const places = (from: readonly number[], to: readonly number[]) =>
  placesBy(broadcastStrides(from, to), to)

/** Where the n-th element of a shape lies. */
function placesBy(strides: readonly number[], shape: readonly number[]) {
  if (strides.every((stride, axis) => stride === rowMajor(shape)[axis])) return (n: number) => n
  return (n: number) => {
    let at = 0
    for (let axis = shape.length - 1; axis >= 0; --axis) {
      const size = shape[axis] as number
      at += (n % size) * (strides[axis] as number)
      n = Math.floor(n / size)
    }
    return at
  }
}
