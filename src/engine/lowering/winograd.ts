import type { ConvOperation } from '../program.ts'
import type { PlanWriter, Word } from './plan-writer.ts'
import { productStep } from './product-step.ts'
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
  const matrices = write.weights.transformed(
    weights,
    strided ? 'stridedWeights' : 'winogradWeights',
  )
  const matrix = Math.ceil(outputs / 16) * 16 * inputs * 4
  const bias = finish.bias ? write.weights.blocks(finish.bias) : 0
  const tileRows = Math.ceil(height / 4)
  const tileColumns = Math.ceil(width / 4)
  const rowsAtOnce = Math.max(1, Math.floor(tilesAtOnce / tileColumns))
  const numbers = strided ? 81 : 36
  for (let image = 0; image < images; ++image) {
    for (let first = 0; first < tileRows; first += rowsAtOnce) {
      const rows = Math.min(rowsAtOnce, tileRows - first)
      const tiles = rows * tileColumns
      const before = write.allocate([numbers, tiles, inputs])
      const after = write.allocate([numbers, tiles, outputs])
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
          tiles * inputs * 4,
          address(before),
          at(x, first * 4 * stride - pads[0], -pads[1]),
          xRow * 4,
          xColumn * 4,
          0,
          0,
          0,
          0,
          { float: -Infinity },
          { float: Infinity },
        ],
      ])
      // [first matrix, matrices, rows of each for a tile]
      const groups: [number, number, number][] = strided
        ? [
            [0, 25, 1],
            [25, 5, 4],
            [30, 5, 4],
            [35, 1, 16],
          ]
        : [[0, 36, 1]]
      let row = 0
      for (const [start, count, each] of groups) {
        const place = (view: View, depth: number): Word => ({
          storage: view.storage,
          bytes: row * tiles * depth * 4,
        })
        productStep(write, {
          images: count,
          columns: tiles * each,
          channels: outputs,
          x: place(before, inputs),
          xImage: tiles * each * inputs * 4,
          xColumn: inputs * 4,
          runs: [0],
          runBytes: inputs * 4,
          weights: matrices + start * matrix,
          weightsImage: matrix,
          y: place(after, outputs),
          yImage: tiles * each * outputs * 4,
          yColumn: outputs * 4,
          work:
            9 *
            inputs *
            outputs *
            Math.min(rows * 4, height - first * 4) *
            width *
            ((count * each) / numbers),
        })
        row += count * each
      }
      write.step(strided ? 'stridedOutputs' : 'winogradOutputs', [
        [
          ...grid,
          outputs,
          tiles * outputs * 4,
          address(after),
          at(y, first * 4, 0),
          yRow * 4,
          yColumn * 4,
          bias,
          addend ? at(addend, first * 4, 0) : 0,
          addend ? (addend.strides[2] as number) * 4 : 0,
          addend ? (addend.strides[3] as number) * 4 : 0,
          { float: finish.low },
          { float: finish.high },
        ],
      ])
    }
  }
}
