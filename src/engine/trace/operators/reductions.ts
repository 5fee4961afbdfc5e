import type { ReduceKind, Value } from '../../program.ts'
import type { NodeReader, Operator } from '../node-reader.ts'

const reduction =
  (operation: ReduceKind, finish?: (node: NodeReader, y: Value) => Value): Operator =>
  (node) => {
    const x = node.input(0)
    const y = node.build.reduce(operation, x, axesOf(node, x))
    return restored(node, finish ? finish(node, y) : y)
  }

function axesOf(node: NodeReader, x: Value): number[] {
  const rank = x.shape.length
  const axes = node.axes(1)
  if (axes && axes.length > 0) return axes.map((axis) => node.axis(axis, rank))
  return node.attributeNumber('noop_with_empty_axes', 0) ? [] : x.shape.map((_, n) => n)
}

/** With the reduced axes, of size 1, where they are to be kept. */
function restored(node: NodeReader, y: Value): Value {
  if (!node.attributeNumber('keepdims', 1)) return y
  const x = node.input(0)
  const gone = axesOf(node, x)
  return node.build.reshape(
    y,
    x.shape.map((size, axis) => (gone.includes(axis) ? 1 : size)),
  )
}

/** Of few numbers, such as a shape's. */
function product(node: NodeReader): Value {
  const { build } = node
  const x = node.input(0)
  let y = x
  for (const axis of axesOf(node, x)) {
    const size = y.shape[axis] as number
    if (size === 0 || size > 64) node.refuse(`it multiplies ${size} numbers`)
    y = Array.from({ length: size }, (_, n) => build.part(y, axis, n, 1)).reduce((a, b) =>
      build.binary('multiply', a, b),
    )
  }
  const gone = axesOf(node, x)
  if (node.attributeNumber('keepdims', 1)) return y
  return build.reshape(
    y,
    y.shape.filter((_, axis) => !gone.includes(axis)),
  )
}

const globalPool =
  (operation: ReduceKind): Operator =>
  (node) => {
    const x = node.input(0)
    const axes = x.shape.map((_, n) => n).slice(2)
    const shape = [...x.shape.slice(0, 2), ...axes.map(() => 1)]
    return node.build.reshape(node.build.reduce(operation, x, axes), shape)
  }

function softmax(node: NodeReader): Value {
  const x = node.input(0)
  const rank = x.shape.length
  if (node.opset >= 13)
    return node.build.softmax(x, node.axis(node.attributeNumber('axis', -1), rank))
  // Over all axes from this one on.
  const axis = node.axis(node.attributeNumber('axis', 1), rank)
  const rest = x.shape.slice(axis).reduce((a, b) => a * b, 1)
  const flat = node.build.reshape(x, [...x.shape.slice(0, axis), rest])
  return node.build.reshape(node.build.softmax(flat, axis), x.shape)
}

export const reductions: Record<string, Operator> = {
  GlobalAveragePool: globalPool('mean'),
  GlobalMaxPool: globalPool('largest'),
  LogSoftmax: (node) => node.build.unary('log', softmax(node)),
  ReduceL2: reduction('sumOfSquares', (node, y) => node.build.unary('sqrt', y)),
  ReduceMax: reduction('largest'),
  ReduceMean: reduction('mean'),
  ReduceMin: reduction('least'),
  ReduceProd: product,
  ReduceSum: reduction('sum'),
  ReduceSumSquare: reduction('sumOfSquares'),
  Softmax: softmax,
}
