// What looks at each channel by itself: depthwise convolution, and pooling.

import { LARGEST, reduceAlong, SUM } from './reduce'
import { finished, loadSome, madd, storeSome } from './vector'

@unmanaged
export class Windows {
  images: i32
  rows: i32
  columns: i32
  channels: i32
  x: usize
  xImage: i32
  xRow: i32
  xColumn: i32
  taps: usize // where each lies, i32 bytes from a window's first
  tapCount: i32
  weights: usize // [taps][channels]
  bias: usize // or 0
  y: usize
  yImage: i32
  yRow: i32
  yColumn: i32
  addend: usize // or 0
  addendImage: i32
  addendRow: i32
  addendColumn: i32
  low: f32
  high: f32
  step: f32 // see Product
}

export function depthwise(p: Windows): void {
  const low = f32x4.splat(p.low)
  const high = f32x4.splat(p.high)
  const channels = p.channels
  const tapsEnd = p.taps + ((<usize>p.tapCount) << 2)
  for (let image = 0; image < p.images; ++image) {
    for (let row = 0; row < p.rows; ++row) {
      for (let column = 0; column < p.columns; ++column) {
        const x = p.x + image * p.xImage + row * p.xRow + column * p.xColumn
        const y = p.y + image * p.yImage + row * p.yRow + column * p.yColumn
        const addend =
          p.addend + image * p.addendImage + row * p.addendRow + column * p.addendColumn
        for (let c = 0; c < channels; c += 4) {
          const left = channels - c
          let sum = p.bias ? loadSome(p.bias + (c << 2), left) : f32x4.splat(0)
          let w = p.weights + (c << 2)
          for (let tap = p.taps; tap < tapsEnd; tap += 4) {
            const at = x + load<i32>(tap) + (c << 2)
            sum = madd(loadSome(at, left), loadSome(w, left), sum)
            w += channels << 2
          }
          if (p.addend) sum = f32x4.add(sum, loadSome(addend + (c << 2), left))
          storeSome(y + (c << 2), finished(sum, p.step, low, high), left)
        }
      }
    }
  }
}

@unmanaged
export class Pooling {
  images: i32
  rows: i32
  columns: i32
  channels: i32
  largest: i32 // else the mean
  divisor: i32 // of the mean; 0: as many as lie inside
  height: i32 // of the input
  width: i32
  x: usize
  xImage: i32
  xRow: i32 // from one row of the input to the next
  xColumn: i32
  y: usize
  yImage: i32
  yRow: i32
  yColumn: i32
  kernelRows: i32
  kernelColumns: i32
  strideRows: i32
  strideColumns: i32
  dilationRows: i32
  dilationColumns: i32
  padTop: i32
  padLeft: i32
}

/** Of one channel, whose numbers lie side by side along the columns. */
function poolColumns(p: Pooling, image: usize, top: i32, start: i32): f32 {
  const left = max(0, start)
  const count = min(start + p.kernelColumns, p.width) - left
  let sum: f32 = p.largest ? -Infinity : 0
  let inside = 0
  for (let i = 0; i < p.kernelRows; ++i) {
    const h = top + i * p.dilationRows
    if (<u32>h >= <u32>p.height || count <= 0) continue
    const at = image + h * p.xRow + (left << 2)
    if (p.largest) sum = max(sum, reduceAlong(LARGEST, at, 1, 0, count))
    else sum += reduceAlong(SUM, at, 1, 0, count)
    inside += count
  }
  return p.largest ? sum : sum / <f32>(p.divisor ? p.divisor : inside)
}

export function pool(p: Pooling): void {
  const wide = p.channels == 1 && p.xColumn == 4 && p.dilationColumns == 1 && p.kernelColumns >= 8

  const empty = f32x4.splat(p.largest ? -Infinity : 0)
  for (let image = 0; image < p.images; ++image) {
    for (let row = 0; row < p.rows; ++row) {
      const top = row * p.strideRows - p.padTop
      for (let column = 0; column < p.columns; ++column) {
        const start = column * p.strideColumns - p.padLeft
        const y = p.y + image * p.yImage + row * p.yRow + column * p.yColumn
        if (wide) {
          store<f32>(y, poolColumns(p, p.x + image * p.xImage, top, start))
          continue
        }
        for (let c = 0; c < p.channels; c += 4) {
          const some = p.channels - c
          let sum = empty
          let inside = 0
          for (let i = 0; i < p.kernelRows; ++i) {
            const h = top + i * p.dilationRows
            if (<u32>h >= <u32>p.height) continue
            for (let j = 0; j < p.kernelColumns; ++j) {
              const w = start + j * p.dilationColumns
              if (<u32>w >= <u32>p.width) continue
              const at = p.x + image * p.xImage + h * p.xRow + w * p.xColumn + (c << 2)
              const value = loadSome(at, some)
              sum = p.largest ? f32x4.max(sum, value) : f32x4.add(sum, value)
              inside += 1
            }
          }
          if (!p.largest) {
            const divisor = p.divisor ? p.divisor : inside
            sum = f32x4.div(sum, f32x4.splat(<f32>divisor))
          }
          storeSome(y + (c << 2), sum, some)
        }
      }
    }
  }
}
