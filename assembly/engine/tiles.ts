import { finished } from './vector'

/** A grid of tiles of 4 x 4 outputs, and the transformed numbers of each. */
@unmanaged
export class Tiles {
  rows: i32 // of tiles
  columns: i32
  height: i32 // outputs that count, from the first tile on
  width: i32
  channels: i32 // in fours
  plane: i32 // bytes from one transformed number to the next of the same tile
  planes: usize // [numbers][tiles][channels]
  scratch: usize // for a row of tiles, half transformed
  image: usize // the tiles' first number, of input or output
  row: i32 // bytes from a row or column of it to the next
  column: i32
  bias: usize // or 0
  addend: usize // of the output's shape; or 0
  addendRow: i32
  addendColumn: i32
  low: f32
  high: f32
  step: f32 // see Product
}

/**
 * Stores a row of outputs, finished.
 * @param from [4][tiles][channels]: the first of each tile's four, then the second…
 * @param line bytes from one of the four to the next
 */
export function storeColumns(p: Tiles, from: usize, line: usize, row: usize): void {
  const low = f32x4.splat(p.low)
  const high = f32x4.splat(p.high)
  const depth = (<usize>p.channels) << 2
  let y = p.image + row * p.row
  let addend = p.addend ? p.addend + row * p.addendRow : 0
  for (let x: usize = 0; x < <usize>p.width; ++x) {
    let at = from + (x & 3) * line + (x >> 2) * depth
    const end = at + depth
    let bias = p.bias
    let to = y
    let other = addend
    while (at < end) {
      let value = v128.load(at)
      if (bias) {
        value = f32x4.add(value, v128.load(bias))
        bias += 16
      }
      if (other) {
        value = f32x4.add(value, v128.load(other))
        other += 16
      }
      v128.store(to, finished(value, p.step, low, high))
      at += 16
      to += 16
    }
    y += p.column
    if (addend) addend += p.addendColumn
  }
}
