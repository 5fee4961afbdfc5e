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
  image: usize // the tiles' first number, of input or output
  row: i32 // bytes from a row or column of it to the next
  column: i32
  bias: usize // or 0
  addend: usize // of the output's shape; or 0
  addendRow: i32
  addendColumn: i32
  low: f32
  high: f32
}
