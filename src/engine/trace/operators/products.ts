import type { Value } from '../../program.ts'
import type { NodeReader, Operator } from '../node-reader.ts'

function matmul(node: NodeReader): Value {
  const { build } = node
  const [a, b] = [node.input(0), node.input(1)]
  // Of vectors, one axis more, for a while.
  const left = a.shape.length === 1 ? build.reshape(a, [1, ...a.shape]) : a
  const right = b.shape.length === 1 ? build.reshape(b, [...b.shape, 1]) : b
  const y = build.matmul(left, right)
  const shape = [...y.shape]
  if (b.shape.length === 1) shape.pop()
  if (a.shape.length === 1) shape.splice(b.shape.length === 1 ? -1 : -2, 1)
  return build.reshape(y, shape)
}

function gemm(node: NodeReader): Value {
  const { build } = node
  const scaled = (x: Value, name: string) => {
    const by = node.attributeNumber(name, 1)
    return by === 1 ? x : build.binary('multiply', x, build.scalar(by))
  }
  const turned = (x: Value, name: string) =>
    node.attributeNumber(name, 0) ? build.permute(x, [1, 0]) : x
  const [a, b] = [node.input(0), node.input(1)]
  if (a.shape.length !== 2 || b.shape.length !== 2) node.refuse('it has other than two axes')
  const y = scaled(build.matmul(turned(a, 'transA'), turned(b, 'transB')), 'alpha')
  return node.has(2) ? build.binary('add', y, scaled(node.input(2), 'beta')) : y
}

function batchNormalization(node: NodeReader): Value {
  const { build } = node
  if (node.attributeNumber('training_mode', 0)) node.refuse('it is in training mode')
  const x = node.input(0)
  const shape = x.shape.map((_, axis) => (axis === 1 ? -1 : 1))
  const column = (n: number) => {
    const value = node.input(n)
    const size = value.shape[0] ?? 1
    return build.reshape(
      value,
      shape.map((one) => (one === -1 ? size : one)),
    )
  }
  const epsilon = build.scalar(node.attributeNumber('epsilon', 1e-5))
  const deviation = build.unary('sqrt', build.binary('add', column(4), epsilon))
  const scale = build.binary('divide', column(1), deviation)
  const shift = build.binary('subtract', column(2), build.binary('multiply', column(3), scale))
  return build.binary('add', build.binary('multiply', x, scale), shift)
}

function layerNormalization(node: NodeReader): Value {
  const { build } = node
  if (node.node.outputs.filter(Boolean).length > 1) node.refuse('it gives its statistics')
  const x = node.input(0)
  const first = node.axis(node.attributeNumber('axis', -1), x.shape.length)
  return normalized(node, x, first, (centred) => {
    const scaled = build.binary('multiply', centred, node.input(1))
    return node.has(2) ? build.binary('add', scaled, node.input(2)) : scaled
  })
}

function instanceNormalization(node: NodeReader): Value {
  const { build } = node
  const x = node.input(0)
  const shape = x.shape.slice(1).map((size, n) => (n === 0 ? size : 1))
  return normalized(node, x, 2, (centred) =>
    build.binary(
      'add',
      build.binary('multiply', centred, build.reshape(node.input(1), shape)),
      build.reshape(node.input(2), shape),
    ),
  )
}

/** To the mean 0 and the variance 1 over all axes from `first` on. */
function normalized(node: NodeReader, x: Value, first: number, finish: (x: Value) => Value): Value {
  const { build } = node
  const axes = x.shape.map((_, n) => n).slice(first)
  const shape = x.shape.map((size, axis) => (axis < first ? size : 1))
  const mean = (of: Value) => build.reshape(build.reduce('mean', of, axes), shape)
  const centred = build.binary('subtract', x, mean(x))
  const variance = mean(build.binary('multiply', centred, centred))
  const epsilon = build.scalar(node.attributeNumber('epsilon', 1e-5))
  const deviation = build.unary('sqrt', build.binary('add', variance, epsilon))
  return finish(build.binary('divide', centred, deviation))
}

export const products: Record<string, Operator> = {
  BatchNormalization: batchNormalization,
  Gemm: gemm,
  InstanceNormalization: instanceNormalization,
  LayerNormalization: layerNormalization,
  MatMul: matmul,
}
