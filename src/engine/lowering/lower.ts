import type {
  BinaryOperation,
  ConcatOperation,
  Operation,
  PadOperation,
  Program,
  ReduceOperation,
  SoftmaxOperation,
  Value,
} from '../program.ts'
import { sizeOf } from '../tensor.ts'
import { lowerConv, lowerPool } from './conv.ts'
import { demandsOf } from './demands.ts'
import { binaryCodes, reduceCodes, unaryCodes } from './kernels.ts'
import { lowerMatmul } from './matmul.ts'
import { type Layout, PlanWriter, slowestFirst } from './plan-writer.ts'
import {
  address,
  expanded,
  isRowMajor,
  joinedAxes,
  permuted,
  reshaped,
  sliced,
  type View,
} from './view.ts'
import type { Weights } from './weights.ts'

/** A program as steps of kernels. */
export interface Lowered {
  inputs: Map<string, View>
  outputs: Map<string, View>
  write: PlanWriter
}

export function lower(program: Program, weights: Weights): Lowered {
  const write = new PlanWriter(weights)
  const demands = demandsOf(program)
  const views = new Map<Value, View>()
  const inputs = new Map<string, View>()
  for (const [name, value] of program.inputs) {
    const view = write.allocate(value.shape)
    inputs.set(name, view)
    views.set(value, view)
  }
  const viewOf = (value: Value): View => {
    let view = views.get(value)
    if (!view && value.constant) {
      view = write.constant(value.constant, value.ofShape ?? false)
      views.set(value, view)
    }
    return view as View
  }
  for (const operation of program.operations) {
    write.from = operation.from
    const layout = demands.get(operation.output)
    views.set(operation.output, lowerOperation(operation, viewOf, layout, write))
  }
  const outputs = new Map<string, View>()
  for (const [name, value] of program.outputs) {
    write.from = `output "${name}"`
    const view = viewOf(value)
    // What goes out lies row by row, and nowhere else.
    outputs.set(name, write.copied(view))
  }
  return { inputs, outputs, write }
}

function lowerOperation(
  operation: Operation,
  viewOf: (value: Value) => View,
  layout: Layout | undefined,
  write: PlanWriter,
): View {
  // Weights that are packed should not lie there as they were, too.
  const packed = (value: Value, n: number) =>
    operation.kind === 'matmul' &&
    n === 1 &&
    value.constant &&
    sizeOf(value.shape.slice(0, -2)) === 1
  const given = operation.inputs.map((value, n) =>
    packed(value, n) && !value.ofShape ? (undefined as unknown as View) : viewOf(value),
  )
  const [x] = given as [View]
  const { output } = operation
  switch (operation.kind) {
    case 'reshape':
      return reshaped(x, output.shape) ?? (reshaped(write.copied(x), output.shape) as View)
    case 'permute':
      return permuted(x, operation.order)
    case 'slice':
      return sliced(x, operation.starts, operation.steps, output.shape)
    case 'expand':
      return expanded(x, output.shape)
    case 'unary': {
      const y = write.allocate(output.shape, layout ?? orderOf(given, output))
      write.loop('unary', unaryCodes[operation.operation], [x], y, operation.parameters)
      return y
    }
    case 'binary':
      return lowerBinary(operation, given, layout, write)
    case 'select': {
      const y = write.allocate(output.shape, layout ?? orderOf(given, output))
      const [condition, a, b] = given.map((view) => expanded(view, output.shape)) as [
        View,
        View,
        View,
      ]
      write.loop('select', 0, [a, b, condition], y)
      return y
    }
    case 'reduce':
      return lowerReduce(operation, x, write)
    case 'softmax':
      return lowerSoftmax(operation, x, write)
    case 'concat':
      return lowerConcat(operation, given, layout, write)
    case 'pad':
      return lowerPad(operation, x, layout, write)
    case 'matmul':
      return lowerMatmul(operation, given, write)
    case 'conv':
      return lowerConv(operation, given, layout, write)
    case 'pool':
      return lowerPool(operation, x, layout, write)
  }
}

/** As the first operand lies that has the output's shape. */
function orderOf(given: readonly View[], { shape }: Value): Layout | undefined {
  const like = given.find((view) => view.shape.join() === shape.join())
  return like && { order: slowestFirst(like), margins: [] }
}

function lowerBinary(
  { operation, output }: BinaryOperation,
  given: View[],
  layout: Layout | undefined,
  write: PlanWriter,
): View {
  const y = write.allocate(output.shape, layout ?? orderOf(given, output))
  const operands = given.map((view) => expanded(view, output.shape))
  write.loop('binary', binaryCodes[operation], operands, y)
  return y
}

function lowerReduce(
  { operation, axes, output }: ReduceOperation,
  x: View,
  write: PlanWriter,
): View {
  const of = (view: View, wanted: boolean) => {
    const chosen = view.shape.flatMap((_, axis) => (axes.includes(axis) === wanted ? [axis] : []))
    const by = (list: readonly number[]) => chosen.map((axis) => list[axis] as number)
    return joinedAxes(by(view.shape), [by(view.strides)]).map(({ size, strides }) => ({
      size,
      step: (strides[0] as number) * 4,
    }))
  }
  let view = x
  if (of(view, false).length > 2 || of(view, true).length > 2) {
    const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis))
    view = write.copied(x, { order: [...kept, ...axes], margins: [] })
  }
  const kept = of(view, false)
  const gone = of(view, true).sort((a, b) => b.step - a.step)
  const one = { size: 1, step: 4 }
  while (gone.length < 2) gone.unshift({ size: 1, step: 0 })
  const [rows = one, columns = one] = gone
  // One axis alone is the inner one where its numbers lie side by side.
  const [outer, inner] =
    kept.length === 2
      ? kept
      : kept[0]?.step === 4
        ? [{ size: 1, step: 0 }, kept[0]]
        : [kept[0] ?? { size: 1, step: 0 }, one]
  const y = write.allocate(output.shape)
  write.step('reduce', [
    reduceCodes[operation],
    address(view),
    address(y),
    outer?.size ?? 1,
    outer?.step ?? 0,
    rows.size,
    rows.step,
    columns.size,
    columns.step,
    inner?.size ?? 1,
    inner?.step ?? 4,
  ])
  return y
}

function lowerSoftmax({ axis, output }: SoftmaxOperation, x: View, write: PlanWriter): View {
  const flat = isRowMajor(x) ? x : write.copied(x)
  const y = write.allocate(output.shape)
  const { shape } = output
  write.step('softmax', [
    address(flat),
    address(y),
    sizeOf(shape.slice(0, axis)),
    shape[axis] as number,
    sizeOf(shape.slice(axis + 1)),
  ])
  return y
}

function lowerConcat(
  { axis, output, inputs }: ConcatOperation,
  given: View[],
  layout: Layout | undefined,
  write: PlanWriter,
): View {
  const [first] = given as [View]
  const y = write.allocate(output.shape, layout ?? { order: slowestFirst(first), margins: [] })
  let start = 0
  inputs.forEach(({ shape }, n) => {
    const starts = shape.map((_, at) => (at === axis ? start : 0))
    write.copy(
      given[n] as View,
      sliced(
        y,
        starts,
        shape.map(() => 1),
        shape,
      ),
    )
    start += shape[axis] as number
  })
  return y
}

function lowerPad(
  { before, value, output, inputs }: PadOperation,
  x: View,
  layout: Layout | undefined,
  write: PlanWriter,
): View {
  const y = write.allocate(output.shape, layout ?? { order: slowestFirst(x), margins: [] })
  const constant = { type: 'float32', shape: [], data: Float32Array.of(value) } as const
  write.copy(expanded(write.constant(constant, true), output.shape), y)
  const shape = inputs[0]?.shape ?? []
  write.copy(
    x,
    sliced(
      y,
      before,
      shape.map(() => 1),
      shape,
    ),
  )
  return y
}
