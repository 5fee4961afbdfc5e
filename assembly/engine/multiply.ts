// Convolution and matrix product as one: every output pixel is a row of a matrix whose columns lie
// in the input in runs, so nothing is copied for it (implicit GEMM). The block of outputs is
// 2 pixels x 16 channels: with more, V8 has too few of x86's 16 vector registers, and spills.

import { spare } from './memory'
import { finished, madd, storeSome } from './vector'

@unmanaged
export class Product {
  images: i32 // products, one after the other
  rows: i32 // of pixels
  columns: i32
  channels: i32 // of the output
  x: usize
  xImage: i32 // bytes from an image, a row, a column to the next
  xRow: i32
  xColumn: i32
  runs: usize // where each run begins, i32 bytes from a pixel's own place in the input
  runCount: i32
  runBytes: i32
  weights: usize // [channels / 16][inputs][16]
  weightsImage: i32
  bias: usize // [channels, up to 16 more], or 0
  y: usize
  yImage: i32
  yRow: i32
  yColumn: i32
  addend: usize // of the output's shape, added to it; or 0
  addendImage: i32
  addendRow: i32
  addendColumn: i32
  low: f32
  high: f32
  step: f32 // of which the results are whole numbers, low and high counting them; or 0
  ahead: usize // what will be read next: `lines` of 64 bytes are touched for each block, up to the end
  aheadEnd: usize
  lines: i32
}

export function product(p: Product): void {
  const panel = <usize>p.runCount * p.runBytes * 16
  for (let image = 0; image < p.images; ++image) {
    let weights = p.weights + image * p.weightsImage
    for (let channel = 0; channel < p.channels; channel += 16) {
      let x = p.x + image * p.xImage
      let y = p.y + image * p.yImage + channel * 4
      let addend = p.addend ? p.addend + image * p.addendImage + channel * 4 : 0
      for (let row = 0; row < p.rows; ++row) {
        if (p.channels - channel > 8) multiplyRow(p, x, weights, y, addend, channel)
        else multiplyNarrowRow(p, x, weights, y, addend, channel)
        x += p.xRow
        y += p.yRow
        if (addend) addend += p.addendRow
      }
      weights += panel
    }
  }
}

function multiplyRow(
  p: Product,
  xRow: usize,
  weights: usize,
  yRow: usize,
  addendRow: usize,
  channel: i32,
): void {
  const low = f32x4.splat(p.low)
  const high = f32x4.splat(p.high)
  const limited = p.low > -Infinity || p.high < Infinity
  const runs = p.runs
  const runsEnd = runs + ((<usize>p.runCount) << 2)
  const runBytes = p.runBytes
  const xColumn = p.xColumn
  const yColumn = p.yColumn
  const addendColumn = p.addendColumn
  const left = p.channels - channel
  let x = xRow
  let y = yRow
  let addend = addendRow
  let bias0 = f32x4.splat(0)
  let bias1 = bias0
  let bias2 = bias0
  let bias3 = bias0
  if (p.bias) {
    const bias = p.bias + ((<usize>channel) << 2)
    bias0 = v128.load(bias)
    bias1 = v128.load(bias, 16)
    bias2 = v128.load(bias, 32)
    bias3 = v128.load(bias, 48)
  }
  for (let count = p.columns; count > 0; count -= 2) {
    if (p.ahead < p.aheadEnd) touchAhead(p)
    // A last pixel alone is computed twice: its neighbour is itself.
    const other = count > 1 ? xColumn : 0
    let a0 = bias0
    let a1 = bias1
    let a2 = bias2
    let a3 = bias3
    let b0 = bias0
    let b1 = bias1
    let b2 = bias2
    let b3 = bias3
    let w = weights
    for (let run = runs; run < runsEnd; run += 4) {
      let a = x + load<i32>(run)
      let b = a + other
      const end = a + runBytes
      while (a < end) {
        const w0 = v128.load(w)
        const w1 = v128.load(w, 16)
        const w2 = v128.load(w, 32)
        const w3 = v128.load(w, 48)
        let s = v128.load32_splat(a)
        a0 = madd(s, w0, a0)
        a1 = madd(s, w1, a1)
        a2 = madd(s, w2, a2)
        a3 = madd(s, w3, a3)
        s = v128.load32_splat(b)
        b0 = madd(s, w0, b0)
        b1 = madd(s, w1, b1)
        b2 = madd(s, w2, b2)
        b3 = madd(s, w3, b3)
        w += 64
        a += 4
        b += 4
      }
    }
    if (addend) {
      a0 = f32x4.add(a0, v128.load(addend))
      a1 = f32x4.add(a1, v128.load(addend, 16))
      a2 = f32x4.add(a2, v128.load(addend, 32))
      a3 = f32x4.add(a3, v128.load(addend, 48))
    }
    if (limited) {
      a0 = finished(a0, p.step, low, high)
      a1 = finished(a1, p.step, low, high)
      a2 = finished(a2, p.step, low, high)
      a3 = finished(a3, p.step, low, high)
    }
    if (left >= 16) {
      v128.store(y, a0)
      v128.store(y, a1, 16)
      v128.store(y, a2, 32)
      v128.store(y, a3, 48)
    } else storePart(y, a0, a1, a2, a3, left)
    if (count > 1) {
      y += yColumn
      if (addend) {
        addend += addendColumn
        b0 = f32x4.add(b0, v128.load(addend))
        b1 = f32x4.add(b1, v128.load(addend, 16))
        b2 = f32x4.add(b2, v128.load(addend, 32))
        b3 = f32x4.add(b3, v128.load(addend, 48))
        addend += addendColumn
      }
      if (limited) {
        b0 = finished(b0, p.step, low, high)
        b1 = finished(b1, p.step, low, high)
        b2 = finished(b2, p.step, low, high)
        b3 = finished(b3, p.step, low, high)
      }
      if (left >= 16) {
        v128.store(y, b0)
        v128.store(y, b1, 16)
        v128.store(y, b2, 32)
        v128.store(y, b3, 48)
      } else storePart(y, b0, b1, b2, b3, left)
      y += yColumn
    }
    x += xColumn * 2
  }
}

/** Brings lines into the cache while there is something else to compute. */
function touchAhead(p: Product): void {
  let ahead = p.ahead
  const end = min(p.aheadEnd, ahead + ((<usize>p.lines) << 6))
  for (; ahead < end; ahead += 64) load<i32>(ahead)
  p.ahead = ahead
}

/** At most 8 channels, by blocks of 4 pixels x 8 channels. */
function multiplyNarrowRow(
  p: Product,
  xRow: usize,
  weights: usize,
  yRow: usize,
  addendRow: usize,
  channel: i32,
): void {
  const runs = p.runs
  const runsEnd = runs + ((<usize>p.runCount) << 2)
  const runBytes = p.runBytes
  const xColumn = p.xColumn
  const left = p.channels - channel
  let x = xRow
  let y = yRow
  let addend = addendRow
  let bias0 = f32x4.splat(0)
  let bias1 = bias0
  if (p.bias) {
    const bias = p.bias + ((<usize>channel) << 2)
    bias0 = v128.load(bias)
    bias1 = v128.load(bias, 16)
  }
  for (let count = p.columns; count > 0; count -= 4) {
    // Pixels that are not there are computed as the first.
    const second = count > 1 ? xColumn : 0
    const third = count > 2 ? 2 * xColumn : 0
    const fourth = count > 3 ? 3 * xColumn : 0
    let a0 = bias0
    let a1 = bias1
    let b0 = bias0
    let b1 = bias1
    let c0 = bias0
    let c1 = bias1
    let d0 = bias0
    let d1 = bias1
    let w = weights
    for (let run = runs; run < runsEnd; run += 4) {
      let a = x + load<i32>(run)
      let b = a + second
      let c = a + third
      let d = a + fourth
      const end = a + runBytes
      while (a < end) {
        const w0 = v128.load(w)
        const w1 = v128.load(w, 16)
        let s = v128.load32_splat(a)
        a0 = madd(s, w0, a0)
        a1 = madd(s, w1, a1)
        s = v128.load32_splat(b)
        b0 = madd(s, w0, b0)
        b1 = madd(s, w1, b1)
        s = v128.load32_splat(c)
        c0 = madd(s, w0, c0)
        c1 = madd(s, w1, c1)
        s = v128.load32_splat(d)
        d0 = madd(s, w0, d0)
        d1 = madd(s, w1, d1)
        w += 64
        a += 4
        b += 4
        c += 4
        d += 4
      }
    }
    storeNarrow(p, y, addend, a0, a1, left)
    y += p.yColumn
    if (addend) addend += p.addendColumn
    if (count > 1) storeNarrow(p, y, addend, b0, b1, left)
    y += p.yColumn
    if (addend) addend += p.addendColumn
    if (count > 2) storeNarrow(p, y, addend, c0, c1, left)
    y += p.yColumn
    if (addend) addend += p.addendColumn
    if (count > 3) storeNarrow(p, y, addend, d0, d1, left)
    y += p.yColumn
    if (addend) addend += p.addendColumn
    x += xColumn * 4
  }
}

function storeNarrow(p: Product, y: usize, addend: usize, a: v128, b: v128, left: i32): void {
  const low = f32x4.splat(p.low)
  const high = f32x4.splat(p.high)
  if (addend) {
    a = f32x4.add(a, v128.load(addend))
    b = f32x4.add(b, v128.load(addend, 16))
  }
  storeSome(y, finished(a, p.step, low, high), left)
  if (left > 4) storeSome(y + 16, finished(b, p.step, low, high), left - 4)
}

function storePart(y: usize, a: v128, b: v128, c: v128, d: v128, left: i32): void {
  v128.store(spare, a)
  v128.store(spare, b, 16)
  v128.store(spare, c, 32)
  v128.store(spare, d, 48)
  const whole = left & ~3
  for (let n = 0; n < whole; n += 4) v128.store(y + (n << 2), v128.load(spare + (n << 2)))
  if (left > whole) storeSome(y + (whole << 2), v128.load(spare + (whole << 2)), left - whole)
}

/**
 * A matrix `[depth, columns]` anywhere, to panels of 16 columns, as product() wants it.
 * @param row bytes from row to row
 * @param column bytes from column to column
 * @param panel bytes from panel to panel
 */
export function pack(
  from: usize,
  row: i32,
  column: i32,
  depth: i32,
  columns: i32,
  panels: usize,
  panel: i32,
): void {
  for (let n = 0; n < columns; n += 16) {
    let to = panels + (n >> 4) * panel
    const some = min(16, columns - n)
    for (let k = 0; k < depth; ++k) {
      const at = from + k * row + n * column
      if (some == 16 && column == 4) {
        v128.store(to, v128.load(at))
        v128.store(to, v128.load(at, 16), 16)
        v128.store(to, v128.load(at, 32), 32)
        v128.store(to, v128.load(at, 48), 48)
      } else {
        for (let i = 0; i < 16; ++i) {
          store<f32>(to + (i << 2), i < some ? load<f32>(at + i * column) : 0)
        }
      }
      to += 64
    }
  }
}
