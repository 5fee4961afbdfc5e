import type { ConvOperation, PoolOperation } from '../program.ts'
import { marginsOf } from './demands.ts'
import type { Layout, PlanWriter, Word } from './plan-writer.ts'
import { productStep } from './product-step.ts'
import { address, type View } from './view.ts'
import { lowerWinograd, usesWinograd } from './winograd.ts'

const channelsLast = [0, 2, 3, 1]

export function lowerConv(
  operation: ConvOperation,
  given: View[],
  layout: Layout | undefined,
  write: PlanWriter,
): View {
  const { weights, groups, finish, output, strides, dilations, pads, kernel } = operation
  const [outputs = 0, depth = 0] = weights.shape
  const x = readable(given[0] as View, operation, write)
  const addend = finish.addend ? channelsTogether(given.at(-1) as View, write) : undefined
  const y = write.allocate(output.shape, layout)
  if (usesWinograd(operation)) {
    lowerWinograd(operation, x, y, addend, write)
    return y
  }
  const [images = 0, , height = 0, width = 0] = output.shape
  const [xImage = 0, , xRow = 0, xColumn = 0] = x.strides
  const [yImage = 0, , yRow = 0, yColumn = 0] = y.strides
  const corner = -pads[0] * xRow - pads[1] * xColumn
  const bytes = (view: View, elements: number): Word => ({
    storage: view.storage,
    bytes: (view.offset + elements) * 4,
  })
  const steps = {
    images,
    rows: height,
    columns: width,
    xImage: xImage * 4,
    xRow: xRow * strides[0] * 4,
    xColumn: xColumn * strides[1] * 4,
    yImage: yImage * 4,
    yRow: yRow * 4,
    yColumn: yColumn * 4,
  }
  const added = (channel: number) =>
    addend && {
      at: bytes(addend, channel),
      image: (addend.strides[0] as number) * 4,
      row: (addend.strides[2] as number) * 4,
      column: (addend.strides[3] as number) * 4,
    }
  const taps = places(operation, xRow, xColumn)
  if (groups > 1 && depth === 1 && outputs === groups) {
    const of = taps.map((at) => at * 4)
    const turned = write.weights.made('taps', weights, () => {
      const size = kernel[0] * kernel[1]
      const turned = new Float32Array(outputs * size)
      for (let n = 0; n < outputs; ++n) {
        for (let tap = 0; tap < size; ++tap) {
          turned[tap * outputs + n] = weights.data[n * size + tap] as number
        }
      }
      return turned
    })
    const sum = added(0)
    write.step(
      'depthwise',
      [
        [
          images,
          height,
          width,
          outputs,
          bytes(x, corner),
          steps.xImage,
          steps.xRow,
          steps.xColumn,
          write.weights.integers(of),
          of.length,
          turned,
          finish.bias ? write.weights.blocks(finish.bias) : 0,
          bytes(y, 0),
          steps.yImage,
          steps.yRow,
          steps.yColumn,
          sum?.at ?? 0,
          sum?.image ?? 0,
          sum?.row ?? 0,
          sum?.column ?? 0,
          { float: finish.low },
          { float: finish.high },
          { float: finish.step ?? 0 },
        ],
      ],
      images * height * width * outputs * of.length,
    )
    return y
  }
  const each = outputs / groups
  // Taps of a row of the kernel lie side by side, unless something is between.
  const together = groups === 1 && dilations[1] === 1 && xColumn === depth
  const [rows, columns] = kernel
  for (let group = 0; group < groups; ++group) {
    const size = rows * columns
    const first = group * each * depth * size
    const panels = write.weights.panels(
      `conv ${group}`,
      weights,
      each,
      taps.map((_, tap) => ({ from: first + tap, row: size, column: depth * size, depth })),
    )
    const bias = finish.bias && {
      data: finish.bias.data.subarray(group * each, (group + 1) * each),
    }
    productStep(write, {
      ...steps,
      channels: each,
      x: bytes(x, corner + group * depth),
      runs: (together ? taps.filter((_, n) => n % columns === 0) : taps).map((at) => at * 4),
      runBytes: (together ? columns : 1) * depth * 4,
      weights: panels,
      bias: bias
        ? write.weights.made(`bias ${group}`, finish.bias!, () => {
            const blocks = new Float32Array(Math.ceil(each / 16) * 16)
            blocks.set(bias.data)
            return blocks
          })
        : 0,
      y: bytes(y, group * each),
      addend: added(group * each),
      low: finish.low,
      high: finish.high,
      step: finish.step,
      work: images * height * width * each * depth * size,
    })
  }
  return y
}

/** Where each tap of a kernel lies, elements from its first. */
function places({ kernel, dilations }: ConvOperation, row: number, column: number): number[] {
  return Array.from({ length: kernel[0] * kernel[1] }, (_, n) => {
    const [i, j] = [Math.floor(n / kernel[1]), n % kernel[1]]
    return i * dilations[0] * row + j * dilations[1] * column
  })
}

/** Channels side by side, with zeros around as a convolution needs them. */
function readable(x: View, operation: ConvOperation, write: PlanWriter): View {
  const margins = marginsOf(operation)
  const enough = margins.every(([before, after], axis) => {
    const [has = 0, hasAfter = 0] = x.margins[axis] ?? []
    return has >= before && hasAfter >= after
  })
  if (enough && (x.strides[1] === 1 || x.shape[1] === 1)) return x
  return write.copied(x, { order: channelsLast, margins })
}

function channelsTogether(x: View, write: PlanWriter): View {
  return x.strides[1] === 1 || x.shape[1] === 1
    ? x
    : write.copied(x, { order: channelsLast, margins: [] })
}

export function lowerPool(
  operation: PoolOperation,
  given: View,
  layout: Layout | undefined,
  write: PlanWriter,
): View {
  const { output, kernel, strides, dilations, pads, largest, countPads } = operation
  const x = channelsTogether(given, write)
  const y = write.allocate(output.shape, layout)
  const [images = 0, channels = 0, rows = 0, columns = 0] = output.shape
  const of = (view: View) => [0, 2, 3].map((axis) => (view.strides[axis] as number) * 4)
  write.step('pool', [
    [
      images,
      rows,
      columns,
      channels,
      Number(largest),
      countPads ? kernel[0] * kernel[1] : 0,
      x.shape[2] as number,
      x.shape[3] as number,
      address(x),
      ...of(x),
      address(y),
      ...of(y),
      ...kernel,
      ...strides,
      ...dilations,
      pads[0],
      pads[1],
    ],
  ])
  return y
}
