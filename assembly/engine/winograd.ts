// 3 x 3 convolution by Winograd's F(4x4, 3x3): 36 products of matrices in place of 144, with the
// points 0, 1, -1, 2, -2 and infinity (Lavin and Gray, 2015).

import { Tiles } from './tiles'
import { clamp, madd } from './vector'

const scratch: usize = memory.data(36 * 16, 16)

function c(x: f32): v128 {
  return f32x4.splat(x)
}

/** Six numbers, `step` bytes apart, to six. */
function inputs(from: usize, step: usize, to: usize, toStep: usize): void {
  const d0 = v128.load(from)
  const d1 = v128.load(from + step)
  const d2 = v128.load(from + 2 * step)
  const d3 = v128.load(from + 3 * step)
  const d4 = v128.load(from + 4 * step)
  const d5 = v128.load(from + 5 * step)
  const even = madd(d2, c(-4), d4)
  const odd = madd(d1, c(-4), d3)
  const even2 = f32x4.sub(d4, d2)
  const odd2 = f32x4.sub(d3, d1)
  v128.store(to, madd(d0, c(4), madd(d2, c(-5), d4)))
  v128.store(to + toStep, f32x4.add(even, odd))
  v128.store(to + 2 * toStep, f32x4.sub(even, odd))
  v128.store(to + 3 * toStep, madd(odd2, c(2), even2))
  v128.store(to + 4 * toStep, madd(odd2, c(-2), even2))
  v128.store(to + 5 * toStep, madd(d1, c(4), madd(d3, c(-5), d5)))
}

export function winogradInputs(p: Tiles): void {
  const row = p.row
  const column = p.column
  const plane = p.plane
  const depth = (<usize>p.channels) << 2
  let to = p.planes
  for (let i = 0; i < p.rows; ++i) {
    for (let j = 0; j < p.columns; ++j) {
      const tile = p.image + i * 4 * row + j * 4 * column
      for (let at: usize = 0; at < depth; at += 16) {
        for (let k = 0; k < 6; ++k) inputs(tile + at + k * column, row, scratch + k * 16, 96)
        for (let k = 0; k < 6; ++k) inputs(scratch + k * 96, 16, to + k * 6 * plane, plane)
        to += 16
      }
    }
  }
}

export function winogradOutputs(p: Tiles): void {
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
        for (let k = 0; k < 6; ++k) {
          const m = from + k * plane
          const m0 = v128.load(m)
          const m1 = v128.load(m + 6 * plane)
          const m2 = v128.load(m + 12 * plane)
          const m3 = v128.load(m + 18 * plane)
          const m4 = v128.load(m + 24 * plane)
          const m5 = v128.load(m + 30 * plane)
          const s = f32x4.add(m1, m2)
          const d = f32x4.sub(m1, m2)
          const u = f32x4.add(m3, m4)
          const v = f32x4.sub(m3, m4)
          const to = scratch + k * 16
          v128.store(to, f32x4.add(f32x4.add(m0, s), u))
          v128.store(to, madd(v, c(2), d), 96)
          v128.store(to, madd(u, c(4), s), 192)
          v128.store(to, f32x4.add(madd(v, c(8), d), m5), 288)
        }
        const bias = p.bias ? v128.load(p.bias + at) : f32x4.splat(0)
        for (let k = 0; k < rows; ++k) {
          const m = scratch + k * 96
          const m1 = v128.load(m, 16)
          const m2 = v128.load(m, 32)
          const m3 = v128.load(m, 48)
          const m4 = v128.load(m, 64)
          const s = f32x4.add(m1, m2)
          const d = f32x4.sub(m1, m2)
          const u = f32x4.add(m3, m4)
          const v = f32x4.sub(m3, m4)
          let y0 = f32x4.add(bias, f32x4.add(f32x4.add(v128.load(m), s), u))
          let y1 = f32x4.add(bias, madd(v, c(2), d))
          let y2 = f32x4.add(bias, madd(u, c(4), s))
          let y3 = f32x4.add(bias, f32x4.add(madd(v, c(8), d), v128.load(m, 80)))
          const to = tile + k * p.row + at
          if (p.addend) {
            const other = addend + k * p.addendRow + at
            const step = p.addendColumn
            y0 = f32x4.add(y0, v128.load(other))
            y1 = f32x4.add(y1, v128.load(other + step))
            y2 = f32x4.add(y2, v128.load(other + 2 * step))
            y3 = f32x4.add(y3, v128.load(other + 3 * step))
          }
          v128.store(to, clamp(y0, low, high))
          if (columns > 1) v128.store(to + p.column, clamp(y1, low, high))
          if (columns > 2) v128.store(to + 2 * p.column, clamp(y2, low, high))
          if (columns > 3) v128.store(to + 3 * p.column, clamp(y3, low, high))
        }
        from += 16
      }
    }
  }
}

// Rows of G, the weights' transform, times 24.
const G: usize = memory.data<f64>([6, 0, 0, -4, -4, -4, -4, 4, -4, 1, 2, 4, 1, -2, 4, 0, 0, 24])

/**
 * Weights `[outputs, inputs, 3, 3]` to 36 matrices in product()'s panels.
 * @param matrix bytes from one to the next
 */
export function winogradWeights(
  from: usize,
  outputs: i32,
  inputs: i32,
  to: usize,
  matrix: i32,
): void {
  for (let n = 0; n < outputs; ++n) {
    for (let k = 0; k < inputs; ++k) {
      let at = to + (((n >> 4) * inputs * 16 + k * 16 + (n & 15)) << 2)
      for (let i = 0; i < 6; ++i) {
        const g = G + i * 24
        const w = from
        const x = column(g, w)
        const y = column(g, w + 4)
        const z = column(g, w + 8)
        for (let j = 0; j < 6; ++j) {
          const h = G + j * 24
          const sum = x * load<f64>(h) + y * load<f64>(h, 8) + z * load<f64>(h, 16)
          store<f32>(at, <f32>(sum / 576))
          at += matrix
        }
      }
      from += 36
    }
  }
}

function column(g: usize, w: usize): f64 {
  return (
    load<f64>(g) * <f64>load<f32>(w) +
    load<f64>(g, 8) * <f64>load<f32>(w, 12) +
    load<f64>(g, 16) * <f64>load<f32>(w, 24)
  )
}
