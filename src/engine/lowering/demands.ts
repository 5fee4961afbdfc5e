import { sameAxes } from '../fuse.ts'
import type { ConvOperation, Program, Value } from '../program.ts'
import type { Layout } from './plan-writer.ts'
import { type Margin, noMargin } from './view.ts'
import { usesWinograd } from './winograd.ts'

/**
 * How values should lie in memory for the convolutions that read them: channels last, with zeros
 * around. Whoever computes them stores them so at once.
 */
export function demandsOf({ operations }: Program): Map<Value, Layout> {
  const demands = new Map<Value, Layout>()
  const demand = (value: Value, layout: Layout) => {
    const known = demands.get(value)
    if (!known) demands.set(value, layout)
    // The first one tells the order; margins serve whoever needs fewer.
    else if (known.order.join() === layout.order.join()) {
      const margins = known.margins.map(
        ([before, after], axis): Margin => [
          Math.max(before, layout.margins[axis]?.[0] ?? 0),
          Math.max(after, layout.margins[axis]?.[1] ?? 0),
        ],
      )
      demands.set(value, { order: known.order, margins })
    }
  }
  for (const operation of [...operations].reverse()) {
    if (operation.kind === 'conv') {
      demand(operation.inputs[0] as Value, { order: channelsLast, margins: marginsOf(operation) })
      if (operation.finish.addend) {
        demand(operation.inputs.at(-1) as Value, { order: channelsLast, margins: none })
      }
      demand(operation.output, { order: channelsLast, margins: none })
    } else if (operation.kind === 'pool') {
      demand(operation.inputs[0] as Value, { order: channelsLast, margins: none })
      demand(operation.output, { order: channelsLast, margins: none })
    } else if (operation.kind === 'reshape' || operation.kind === 'permute') {
      // Another look at the same numbers: what it should be like, they should.
      const layout = demands.get(operation.output)
      const before = operation.inputs[0] as Value
      const axes =
        operation.kind === 'permute'
          ? operation.order.map((_, axis) => operation.order.indexOf(axis))
          : sameAxes(operation.output.shape, before.shape)
      const moved = layout && axes && through(layout, axes, operation.output.shape)
      if (moved) demand(before, moved)
    }
  }
  return demands
}

const channelsLast = [0, 2, 3, 1]
const none: Margin[] = [noMargin, noMargin, noMargin, noMargin]

/** Zeros that a convolution reads around its input. */
export function marginsOf(operation: ConvOperation): Margin[] {
  const { kernel, strides, dilations, pads, inputs, output } = operation
  const tiles = usesWinograd(operation)
  const along = (axis: 0 | 1): Margin => {
    const size = inputs[0]?.shape[axis + 2] as number
    const outputs = output.shape[axis + 2] as number
    const computed = tiles ? Math.ceil(outputs / 4) * 4 : outputs
    const reach = (kernel[axis] - 1) * dilations[axis] + 1
    const end = (computed - 1) * strides[axis] + reach - pads[axis]
    return [pads[axis], Math.max(0, end - size)]
  }
  return [noMargin, noMargin, along(0), along(1)]
}

/** A layout for the same numbers in other axes: for each, the one it was. */
function through(
  { order, margins }: Layout,
  axes: readonly (number | undefined)[],
  shape: readonly number[],
): Layout | undefined {
  // Margins of an axis that is gone cannot be kept.
  const lost = shape.some((_, axis) => !axes.includes(axis) && margins[axis]?.some((n) => n > 0))
  if (lost) return undefined
  const rest = axes.flatMap((axis, n) => (axis === undefined ? [n] : []))
  const moved = order.flatMap((axis) => {
    const at = axes.indexOf(axis)
    return at < 0 ? [] : [at]
  })
  return {
    order: [...rest, ...moved],
    margins: axes.map((axis) => (axis === undefined ? noMargin : (margins[axis] ?? noMargin))),
  }
}
