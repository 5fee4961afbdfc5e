// The products of both of Winograd's algorithms here. Weights wait transformed along one axis, and
// become matrices just before they are used, a row of these at a time: all 36 would be twice as
// large, and reading them from beyond the small caches would take longer than this.

import { Product, product } from './multiply'
import { half, madd, sixth, third, twelfth, twentyFourth } from './vector'

/** Of a grid of tiles, and all channels. */
@unmanaged
export class TileProducts {
  strided: i32 // as winograd-strided.ts has it, else as winograd.ts
  tiles: i32
  inputs: i32 // channels
  outputs: i32
  weights: usize // as winogradWeights() makes them
  matrices: usize // room for [4][inputs + 1][16]
  x: usize // [numbers][tiles][inputs]
  xPlane: i32 // bytes from one number of a tile to the next
  y: usize // [numbers][tiles][outputs]
  yPlane: i32
  lines: i32 // of the next weights, to touch for each block of products
}

const product_: Product = changetype<Product>(memory.data(offsetof<Product>(), 16))
const noRuns: usize = memory.data<i32>([0])

export function winogradProducts(p: TileProducts): void {
  const line = (<usize>p.inputs) << 6
  const strided = p.strided != 0
  const q = product_
  q.columns = p.tiles
  q.xColumn = p.inputs << 2
  q.xRow = p.xPlane
  q.runs = noRuns
  q.runCount = 1
  q.runBytes = p.inputs << 2
  q.weightsImage = <i32>(line + 64)
  q.yColumn = p.outputs << 2
  q.yRow = p.yPlane
  q.lines = p.lines
  q.low = -Infinity
  q.high = Infinity
  let weights = p.weights
  const end = weights + <usize>((p.outputs + 15) >> 4) * 18 * line
  for (let channel = 0; channel < p.outputs; channel += 16) {
    q.channels = min(16, p.outputs - channel)
    for (let i = 0; i < 6; ++i) {
      q.ahead = weights + 3 * line
      q.aheadEnd = min(end, weights + 6 * line)
      // The first and the last number's matrices, and that of odd places, are weights as they are.
      const plane = i * (strided ? 5 : 6)
      const last = weights + 2 * line
      if (strided) {
        stridedTaps(weights, line, line, p.matrices, line + 64)
        const each = i == 5 ? 4 : 1
        const even = i == 5 ? 45 : plane
        multiply(p, channel, weights, even, 1, each)
        multiply(p, channel, p.matrices, even + each, 3, each)
        multiply(p, channel, last, even + 4 * each, 1, each)
        multiply(p, channel, weights + line, i == 5 ? 65 : 25 + i * 4, 1, 4 * each)
      } else {
        plainTaps(weights, line, line, p.matrices, line + 64)
        multiply(p, channel, weights, plane, 1, 1)
        multiply(p, channel, p.matrices, plane + 1, 4, 1)
        multiply(p, channel, last, plane + 5, 1, 1)
      }
      weights += 3 * line
    }
  }
}

/** So many matrices, each with so many planes, from one of them on. */
function multiply(
  p: TileProducts,
  channel: i32,
  matrices: usize,
  plane: i32,
  count: i32,
  each: i32,
): void {
  const q = product_
  q.weights = matrices
  q.images = count
  q.rows = each
  q.x = p.x + plane * p.xPlane
  q.xImage = each * p.xPlane
  q.y = p.y + plane * p.yPlane + (channel << 2)
  q.yImage = each * p.yPlane
  product(q)
}

/**
 * Three lines of numbers, `step` bytes apart, to the four between the first and the last of six: of
 * F(4, 3), whose first and last are those numbers themselves.
 */
function plainTaps(from: usize, step: usize, line: usize, to: usize, toStep: usize): void {
  const c6 = sixth()
  const c12 = twelfth()
  const c24 = twentyFourth()
  for (const end = from + line; from < end; from += 16) {
    let at = from + step
    const w0 = v128.load(from)
    const w1 = v128.load(at)
    const w2 = v128.load(at + step)
    const outer = f32x4.mul(f32x4.add(w0, w2), c6)
    const inner = f32x4.mul(w1, c6)
    const far = madd(w0, c24, f32x4.mul(w2, c6))
    const near = f32x4.mul(w1, c12)
    at = to
    v128.store(at, f32x4.neg(f32x4.add(outer, inner)))
    at += toStep
    v128.store(at, f32x4.sub(inner, outer))
    at += toStep
    v128.store(at, f32x4.add(far, near))
    v128.store(at + toStep, f32x4.sub(far, near))
    to += 16
  }
}

/** The same for stride 2: of F(4, 2), for the first and the third of them, to three of five. */
function stridedTaps(from: usize, step: usize, line: usize, to: usize, toStep: usize): void {
  const c2 = half()
  const c3 = third()
  const c6 = sixth()
  for (const end = from + line; from < end; from += 16) {
    const w0 = v128.load(from)
    const w2 = v128.load(from + 2 * step)
    let at = to
    v128.store(at, f32x4.neg(f32x4.mul(f32x4.add(w0, w2), c2)))
    at += toStep
    v128.store(at, f32x4.mul(f32x4.sub(w2, w0), c6))
    v128.store(at + toStep, madd(w0, c6, f32x4.mul(w2, c3)))
    to += 16
  }
}

/**
 * Weights `[panels][3][3][inputs][16]`, transformed along columns, to `[panels][6][3][inputs][16]`; of
 * stride 2, the sixth is that of odd places.
 */
export function winogradWeights(
  from: usize,
  panels: i32,
  inputs: i32,
  strided: bool,
  to: usize,
): void {
  const line = (<usize>inputs) << 6
  const row: usize = 3 * line
  for (let n = 0; n < panels; ++n) {
    memory.copy(to, from, row)
    if (strided) {
      stridedTaps(from, row, row, to + row, row)
      memory.copy(to + 4 * row, from + 2 * row, row)
      memory.copy(to + 5 * row, from + row, row)
    } else {
      plainTaps(from, row, row, to + row, row)
      memory.copy(to + 5 * row, from + 2 * row, row)
    }
    from += 3 * row
    to += 6 * row
  }
}
