import type { ConvOperation } from '../program.ts'
import type { PlanWriter, Word } from './plan-writer.ts'
import { address, type View } from './view.ts'

/** Tiles at once: what they become should stay in a small cache. */
const tilesAtOnce = 32

/** Whether a convolution is computed by Winograd's algorithm: it has to be, and to gain by it. */
export function usesWinograd({
  weights,
  groups,
  strides,
  dilations,
  output,
}: ConvOperation): boolean {
  const [outputs = 0, inputs = 0, height, width] = weights.shape
  const [, , rows = 0, columns = 0] = output.shape
  const [stride] = strides
  const fits =
    groups === 1 &&
    height === 3 &&
    width === 3 &&
    inputs % 4 === 0 &&
    outputs % 4 === 0 &&
    inputs >= 16 &&
    outputs >= 16 &&
    strides.every((step) => step === stride && step <= 2) &&
    dilations.every((step) => step === 1)
  if (!fits) return false
  const tiles = Math.ceil(rows / 4) * Math.ceil(columns / 4)
  const products = stride === 1 ? 36 : 81
  // The transforms take about as long as so many products.
  const transforms = products * 6 * (1 / inputs + 1 / outputs)
  return tiles > 1 && tiles * (products + transforms) < rows * columns * 9
}

export function lowerWinograd(
  operation: ConvOperation,
  x: View,
  y: View,
  addend: View | undefined,
  write: PlanWriter,
) {
  const { weights, pads, finish, strides } = operation
  const [outputs = 0, inputs = 0] = weights.shape
  const [images = 0, , height = 0, width = 0] = y.shape
  const [, , yRow = 0, yColumn = 0] = y.strides
  const [, , xRow = 0, xColumn = 0] = x.strides
  const stride = strides[0]
  const strided = stride === 2
  const bias = finish.bias ? write.weights.blocks(finish.bias) : 0
  const tileRows = Math.ceil(height / 4)
  const tileColumns = Math.ceil(width / 4)
  const rowsAtOnce = Math.max(1, Math.floor(tilesAtOnce / tileColumns))
  const numbers = strided ? 81 : 36
  const transformed = write.weights.transformed(weights, strided)
  for (let image = 0; image < images; ++image) {
    for (let first = 0; first < tileRows; first += rowsAtOnce) {
      const rows = Math.min(rowsAtOnce, tileRows - first)
      const tiles = rows * tileColumns
      const [beforePlane, afterPlane] = [planeOf(tiles * inputs), planeOf(tiles * outputs)]
      const before = write.allocate([numbers, beforePlane])
      const after = write.allocate([numbers, afterPlane])
      const matrices = write.allocate([4, inputs + 1, 16])
      const halfway = write.allocate([
        strided ? 5 * (8 * tileColumns + 1) * inputs : 6 * (4 * tileColumns + 2) * inputs,
      ])
      const rowOfOutputs = write.allocate([4 * (strided ? 9 : 6) * tileColumns * outputs])
      const grid = [rows, tileColumns, height - first * 4, width]
      const at = (view: View, row: number, column: number): Word => ({
        storage: view.storage,
        bytes:
          (view.offset +
            image * (view.strides[0] as number) +
            row * (view.strides[2] as number) +
            column * (view.strides[3] as number)) *
          4,
      })
      write.step(strided ? 'stridedInputs' : 'winogradInputs', [
        [
          ...grid,
          inputs,
          beforePlane * 4,
          address(before),
          address(halfway),
          at(x, first * 4 * stride - pads[0], -pads[1]),
          xRow * 4,
          xColumn * 4,
          0,
          0,
          0,
          0,
          { float: -Infinity },
          { float: Infinity },
          0,
        ],
      ])
      write.step(
        'winogradProducts',
        [
          [
            Number(strided),
            tiles,
            inputs,
            outputs,
            transformed,
            address(matrices),
            address(before),
            beforePlane * 4,
            address(after),
            afterPlane * 4,
            Math.ceil((inputs * 3) / (Math.ceil(tiles / 2) * (strided ? 9 : 6))),
          ],
        ],
        9 * inputs * outputs * Math.min(rows * 4, height - first * 4) * width,
      )
      write.step(strided ? 'stridedOutputs' : 'winogradOutputs', [
        [
          ...grid,
          outputs,
          afterPlane * 4,
          address(after),
          address(rowOfOutputs),
          at(y, first * 4, 0),
          yRow * 4,
          yColumn * 4,
          bias,
          addend ? at(addend, first * 4, 0) : 0,
          addend ? (addend.strides[2] as number) * 4 : 0,
          addend ? (addend.strides[3] as number) * 4 : 0,
          { float: finish.low },
          { float: finish.high },
          { float: finish.step ?? 0 },
        ],
      ])
    }
  }
}

/**
 * Numbers from one plane to the next: an odd count of lines of a cache, else the same number of each
 * plane would compete for one place in it.
 */
function planeOf(size: number): number {
  const lines = Math.ceil(size / 16)
  return (lines + 1 - (lines % 2)) * 16
}
