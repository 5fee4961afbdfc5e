// 3 x 3 convolution of stride 2. Along each axis the outer taps meet inputs of even place alone and
// the middle one those of odd place, so that 4 outputs take F(4, 2) of the one, with the points
// 0, 1, -1, 2 and infinity, and the other as it is: 9 products in place of 12, and 81 of 144 in two
// axes. The odd places of an axis share their weights, so there are but 36 matrices of these.
//
// The 81 numbers of a tile, by what they share: 25 of even rows and columns, 5 x 4 of even rows and
// odd columns, 5 x 4 of odd rows and even columns, 16 of both odd.

import { Tiles } from './tiles'
import { clamp, madd } from './vector'

const scratch: usize = memory.data(81 * 16, 16)

function c(x: f32): v128 {
  return f32x4.splat(x)
}

/** The five even ones of nine numbers, `step` bytes apart, to five. */
function evenInputs(from: usize, step: usize, to: usize, toStep: usize): void {
  const d0 = v128.load(from)
  const d1 = v128.load(from + 2 * step)
  const d2 = v128.load(from + 4 * step)
  const d3 = v128.load(from + 6 * step)
  const d4 = v128.load(from + 8 * step)
  const a = f32x4.sub(d3, d1)
  v128.store(to, madd(f32x4.sub(d0, d2), c(2), a))
  v128.store(to + toStep, f32x4.sub(f32x4.sub(a, d1), d2))
  v128.store(to + 2 * toStep, madd(d2, c(-3), madd(d1, c(2), d3)))
  v128.store(to + 3 * toStep, a)
  v128.store(to + 4 * toStep, f32x4.sub(madd(a, c(-2), d4), d2))
}

function copyOdd(from: usize, step: usize, to: usize, toStep: usize): void {
  v128.store(to, v128.load(from + step))
  v128.store(to + toStep, v128.load(from + 3 * step))
  v128.store(to + 2 * toStep, v128.load(from + 5 * step))
  v128.store(to + 3 * toStep, v128.load(from + 7 * step))
}

export function stridedInputs(p: Tiles): void {
  const row = p.row
  const column = p.column
  const plane = p.plane
  const depth = (<usize>p.channels) << 2
  let to = p.planes
  for (let i = 0; i < p.rows; ++i) {
    for (let j = 0; j < p.columns; ++j) {
      const tile = p.image + i * 8 * row + j * 8 * column
      for (let at: usize = 0; at < depth; at += 16) {
        for (let k = 0; k < 9; ++k) {
          const from = tile + at + k * column
          evenInputs(from, row, scratch + k * 16, 144)
          copyOdd(from, row, scratch + 5 * 144 + k * 16, 144)
        }
        for (let k = 0; k < 5; ++k) {
          evenInputs(scratch + k * 144, 16, to + k * 5 * plane, plane)
          copyOdd(scratch + k * 144, 16, to + (25 + k * 4) * plane, plane)
        }
        for (let k = 0; k < 4; ++k) {
          evenInputs(scratch + (5 + k) * 144, 16, to + (45 + k) * plane, 4 * plane)
          copyOdd(scratch + (5 + k) * 144, 16, to + (65 + k * 4) * plane, plane)
        }
        to += 16
      }
    }
  }
}

/** Five numbers of even place and four of odd to four outputs. */
function outputs(
  from: usize,
  step: usize,
  odd: usize,
  oddStep: usize,
  to: usize,
  toStep: usize,
): void {
  const m1 = v128.load(from + step)
  const m2 = v128.load(from + 2 * step)
  const m3 = v128.load(from + 3 * step)
  const s = f32x4.add(m1, m2)
  const d = f32x4.sub(m1, m2)
  const y0 = f32x4.add(f32x4.add(v128.load(from), s), m3)
  const y3 = f32x4.add(madd(m3, c(8), d), v128.load(from + 4 * step))
  v128.store(to, f32x4.add(y0, v128.load(odd)))
  v128.store(to + toStep, f32x4.add(madd(m3, c(2), d), v128.load(odd + oddStep)))
  v128.store(to + 2 * toStep, f32x4.add(madd(m3, c(4), s), v128.load(odd + 2 * oddStep)))
  v128.store(to + 3 * toStep, f32x4.add(y3, v128.load(odd + 3 * oddStep)))
}

export function stridedOutputs(p: Tiles): void {
  const plane = p.plane
  const depth = (<usize>p.channels) << 2
  const low = f32x4.splat(p.low)
  const high = f32x4.splat(p.high)
  let from = p.planes
  for (let i = 0; i < p.rows; ++i) {
    const rows = min(4, p.height - 4 * i)
    for (let j = 0; j < p.columns; ++j) {
      const columns = min(4, p.width - 4 * j)
      const tile = p.image + i * 4 * p.row + j * 4 * p.column
      const addend = p.addend + i * 4 * p.addendRow + j * 4 * p.addendColumn
      for (let at: usize = 0; at < depth; at += 16) {
        // along the rows' axis, for each of the nine columns: to 4 x 9
        for (let k = 0; k < 5; ++k) {
          const even = from + k * plane
          const odd = from + (45 + k * 4) * plane
          outputs(even, 5 * plane, odd, plane, scratch + k * 16, 144)
        }
        for (let k = 0; k < 4; ++k) {
          const even = from + (25 + k) * plane
          const odd = from + (65 + k) * plane
          outputs(even, 4 * plane, odd, 4 * plane, scratch + (5 + k) * 16, 144)
        }
        const bias = p.bias ? v128.load(p.bias + at) : f32x4.splat(0)
        for (let k = 0; k < rows; ++k) {
          const m = scratch + k * 144
          outputs(m, 16, m + 80, 16, m, 16)
          for (let x = 0; x < columns; ++x) {
            let y = f32x4.add(bias, v128.load(m + x * 16))
            if (p.addend) {
              y = f32x4.add(y, v128.load(addend + k * p.addendRow + x * p.addendColumn + at))
            }
            v128.store(tile + k * p.row + x * p.column + at, clamp(y, low, high))
          }
        }
        from += 16
      }
    }
  }
}

// Rows of the weights' transform, times 6: five of even places, and the one of odd.
const G: usize = memory.data<f64>([3, 0, 0, -3, 0, -3, -1, 0, 1, 1, 0, 2, 0, 0, 6, 0, 6, 0])

/** Weights `[outputs, inputs, 3, 3]` to 36 matrices in product()'s panels, in the order above. */
export function stridedWeights(
  from: usize,
  outputs: i32,
  inputs: i32,
  to: usize,
  matrix: i32,
): void {
  for (let n = 0; n < outputs; ++n) {
    for (let k = 0; k < inputs; ++k) {
      const at = to + (((n >> 4) * inputs * 16 + k * 16 + (n & 15)) << 2)
      for (let i = 0; i < 6; ++i) {
        const g = G + i * 24
        const x = along(g, from)
        const y = along(g, from + 4)
        const z = along(g, from + 8)
        for (let j = 0; j < 6; ++j) {
          const h = G + j * 24
          const sum = x * load<f64>(h) + y * load<f64>(h, 8) + z * load<f64>(h, 16)
          const place = i < 5 ? (j < 5 ? i * 5 + j : 25 + i) : 30 + j
          store<f32>(at + place * matrix, <f32>(sum / 36))
        }
      }
      from += 36
    }
  }
}

function along(g: usize, w: usize): f64 {
  return (
    load<f64>(g) * <f64>load<f32>(w) +
    load<f64>(g, 8) * <f64>load<f32>(w, 12) +
    load<f64>(g, 16) * <f64>load<f32>(w, 24)
  )
}
