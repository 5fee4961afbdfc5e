// The products of both of Winograd's algorithms here. Weights wait transformed along one axis, and
// become matrices just before they are used, a row of these at a time: all 36 would be twice as
// large, and reading them from beyond the small caches would take longer than this.

import { Product, product } from './multiply'
import { half, madd, quarter, sixth, third, twelfth, twentyFourth } from './vector'

/** Of a grid of tiles, and all channels. */
@unmanaged
export class TileProducts {
  strided: i32 // as winograd-strided.ts has it, else as winograd.ts
  tiles: i32
  inputs: i32 // channels
  outputs: i32
  weights: usize // as winogradWeights() makes them
  matrices: usize // room for six, [6][inputs + 1][16]
  x: usize // [numbers][tiles][inputs]
  xPlane: i32 // bytes from one number of a tile to the next
  y: usize // [numbers][tiles][outputs]
  yPlane: i32
}

const product_: Product = changetype<Product>(memory.data(offsetof<Product>(), 16))
const noRuns: usize = memory.data<i32>([0])

export function winogradProducts(p: TileProducts): void {
  const row = <usize>p.inputs * 192
  const q = product_
  q.columns = p.tiles
  q.xColumn = p.inputs << 2
  q.xRow = p.xPlane
  q.runs = noRuns
  q.runCount = 1
  q.runBytes = p.inputs << 2
  q.weightsImage = matrixBytes(p.inputs)
  q.yColumn = p.outputs << 2
  q.yRow = p.yPlane
  q.low = -Infinity
  q.high = Infinity
  let weights = p.weights
  for (let channel = 0; channel < p.outputs; channel += 16) {
    q.channels = min(16, p.outputs - channel)
    for (let i = 0; i < 6; ++i) {
      if (p.strided) stridedRow(weights, p.inputs, p.matrices)
      else plainRow(weights, p.inputs, p.matrices)
      weights += row
      q.weights = p.matrices
      const odd = i == 5
      if (!p.strided) multiply(p, channel, i * 6, 6, 1)
      else {
        multiply(p, channel, odd ? 45 : i * 5, 5, odd ? 4 : 1)
        q.weights = p.matrices + 5 * q.weightsImage
        multiply(p, channel, odd ? 65 : 25 + i * 4, 1, odd ? 16 : 4)
      }
    }
  }
}

/** A line more than a matrix has: else its numbers and those of others would compete for a cache. */
function matrixBytes(inputs: i32): i32 {
  return (inputs + 1) << 6
}

/** So many matrices, each with so many planes, from one of them on. */
function multiply(p: TileProducts, channel: i32, plane: i32, count: i32, each: i32): void {
  const q = product_
  q.images = count
  q.rows = each
  q.x = p.x + plane * p.xPlane
  q.xImage = each * p.xPlane
  q.y = p.y + plane * p.yPlane + (channel << 2)
  q.yImage = each * p.yPlane
  product(q)
}

/** Three times `inputs` times 16 numbers to six, by the G below. */
function plainRow(from: usize, inputs: i32, to: usize): void {
  const line = (<usize>inputs) << 6
  const matrix = <usize>matrixBytes(inputs)
  const c4 = quarter()
  const c6 = sixth()
  const c12 = twelfth()
  const c24 = twentyFourth()
  for (const end = from + line; from < end; from += 16) {
    let at = from + line
    const w0 = v128.load(from)
    const w1 = v128.load(at)
    const w2 = v128.load(at + line)
    const outer = f32x4.mul(f32x4.add(w0, w2), c6)
    const inner = f32x4.mul(w1, c6)
    const far = madd(w0, c24, f32x4.mul(w2, c6))
    const near = f32x4.mul(w1, c12)
    at = to
    v128.store(at, f32x4.mul(w0, c4))
    at += matrix
    v128.store(at, f32x4.neg(f32x4.add(outer, inner)))
    at += matrix
    v128.store(at, f32x4.sub(inner, outer))
    at += matrix
    v128.store(at, f32x4.add(far, near))
    at += matrix
    v128.store(at, f32x4.sub(far, near))
    v128.store(at + matrix, w2)
    to += 16
  }
}

/** The same for stride 2: five of even places, and the one of odd. */
function stridedRow(from: usize, inputs: i32, to: usize): void {
  const line = (<usize>inputs) << 6
  const matrix = <usize>matrixBytes(inputs)
  const c2 = half()
  const c3 = third()
  const c6 = sixth()
  for (const end = from + line; from < end; from += 16) {
    let at = from + line
    const w0 = v128.load(from)
    const w1 = v128.load(at)
    const w2 = v128.load(at + line)
    at = to
    v128.store(at, f32x4.mul(w0, c2))
    at += matrix
    v128.store(at, f32x4.neg(f32x4.mul(f32x4.add(w0, w2), c2)))
    at += matrix
    v128.store(at, f32x4.mul(f32x4.sub(w2, w0), c6))
    at += matrix
    v128.store(at, madd(w0, c6, f32x4.mul(w2, c3)))
    at += matrix
    v128.store(at, w2)
    v128.store(at + matrix, w1)
    to += 16
  }
}

// Rows of G, the weights' transform along an axis: times 24, and times 6.
const G: usize = memory.data<f64>([6, 0, 0, -4, -4, -4, -4, 4, -4, 1, 2, 4, 1, -2, 4, 0, 0, 24])
const strideG: usize = memory.data<f64>([3, 0, 0, -3, 0, -3, -1, 0, 1, 1, 0, 2, 0, 0, 6, 0, 6, 0])

/** Weights `[outputs, inputs, 3, 3]`, transformed along rows, to `[outputs / 16][6][3][inputs][16]`. */
export function winogradWeights(
  from: usize,
  outputs: i32,
  inputs: i32,
  strided: bool,
  to: usize,
): void {
  const rows = strided ? strideG : G
  const divisor: f64 = strided ? 6 : 24
  for (let n = 0; n < outputs; ++n) {
    for (let k = 0; k < inputs; ++k) {
      for (let i = 0; i < 6; ++i) {
        const g = rows + i * 24
        let at = to + (((((n >> 4) * 6 + i) * 3 * inputs + k) * 16 + (n & 15)) << 2)
        for (let c = 0; c < 12; c += 4) {
          const w = from + c
          const sum =
            load<f64>(g) * <f64>load<f32>(w) +
            load<f64>(g, 8) * <f64>load<f32>(w, 12) +
            load<f64>(g, 16) * <f64>load<f32>(w, 24)
          store<f32>(at, <f32>(sum / divisor))
          at += inputs << 6
        }
      }
      from += 36
    }
  }
}
