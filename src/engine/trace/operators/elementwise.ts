import type { BinaryKind, UnaryKind, Value } from '../../program.ts'
import { elementTypes, isFloat, type Tensor } from '../../tensor.ts'
import type { NodeReader, Operator } from '../node-reader.ts'

const unary =
  (operation: UnaryKind): Operator =>
  (node) =>
    node.build.unary(operation, node.input(0))

const binary =
  (operation: BinaryKind): Operator =>
  (node) =>
    node.build.binary(operation, node.input(0), node.input(1))

/** Of any number of operands. */
const folded =
  (operation: BinaryKind): Operator =>
  (node) =>
    node.inputs.reduce((a, b) => node.build.binary(operation, a, b))

function cast(node: NodeReader): Value {
  const x = node.input(0)
  const type = elementTypes[node.attributeNumber('to', 0)]
  if (!type) node.refuse('it casts to a type that is unknown')
  if (x.constant) return node.build.constant(castTensor(x.constant, type), x.ofShape)
  // As they run, truths are 0 and 1 already.
  if ((isFloat(x.type) || x.type === 'bool') && type === 'float32') return asFloat(node, x)
  if (x.type === type) return x
  if (type === 'bool') {
    return node.build.unary('not', node.build.unary('not', x))
  }
  return node.refuse(`it casts ${x.type} to ${type} as it runs`)
}

function asFloat(node: NodeReader, x: Value): Value {
  return x.type === 'bool' ? node.build.binary('multiply', node.build.scalar(1), x) : x
}

const casts = new WeakMap<Tensor, Map<string, Tensor>>()

function castTensor(x: Tensor, type: Tensor['type']): Tensor {
  if (x.type === type) return x
  const known = casts.get(x) ?? new Map<string, Tensor>()
  casts.set(x, known)
  const made = known.get(type) ?? castNow(x, type)
  known.set(type, made)
  return made
}

function castNow({ shape, data }: Tensor, type: Tensor['type']): Tensor {
  if (isFloat(type)) return { type, shape, data: Float32Array.from(data) }
  const one = type === 'bool' ? (x: number) => Number(x !== 0) : Math.trunc
  return { type, shape, data: Float64Array.from(data, one) }
}

function clip(node: NodeReader): Value {
  const low = node.opset < 11 ? node.attributeNumber('min', -Infinity) : node.number(1, -Infinity)
  const high = node.opset < 11 ? node.attributeNumber('max', Infinity) : node.number(2, Infinity)
  return node.build.unary('clip', node.input(0), low, high)
}

function power(node: NodeReader): Value {
  const { build } = node
  const x = node.input(0)
  const exponent = node.input(1).constant
  if (exponent?.data.length === 1) {
    const by = exponent.data[0] as number
    if (by === 0.5) return build.unary('sqrt', x)
    if (by === -0.5) return build.unary('reciprocal', build.unary('sqrt', x))
    if (Number.isInteger(by) && by >= 1 && by <= 8) {
      let y = x
      for (let n = 1; n < by; ++n) y = build.binary('multiply', y, x)
      return y
    }
  }
  return node.refuse('only powers 0.5, -0.5 and 1 to 8 are known, the same for all numbers')
}

/** x · Φ(x) */
function gelu(node: NodeReader): Value {
  const { build } = node
  const x = node.input(0)
  const half = build.binary('multiply', x, build.scalar(0.5))
  let inner: Value
  if (node.attributeText('approximate', 'none') === 'tanh') {
    const cube = build.binary('multiply', build.binary('multiply', x, x), x)
    const sum = build.binary('add', x, build.binary('multiply', cube, build.scalar(0.044715)))
    inner = build.unary('tanh', build.binary('multiply', sum, build.scalar(Math.sqrt(2 / Math.PI))))
  } else inner = build.unary('erf', build.binary('multiply', x, build.scalar(Math.SQRT1_2)))
  return build.binary('multiply', half, build.binary('add', inner, build.scalar(1)))
}

function prelu(node: NodeReader): Value {
  return node.build.binary('prelu', node.input(0), node.input(1))
}

export const elementwise: Record<string, Operator> = {
  Abs: unary('absolute'),
  Add: binary('add'),
  And: binary('and'),
  Cast: cast,
  Ceil: unary('ceiling'),
  Clip: clip,
  Div: binary('divide'),
  Dropout: (node) => node.input(0),
  Elu: (node) => node.build.unary('elu', node.input(0), node.attributeNumber('alpha', 1)),
  Equal: binary('equal'),
  Erf: unary('erf'),
  Exp: unary('exp'),
  Floor: unary('floor'),
  Gelu: gelu,
  Greater: binary('greater'),
  GreaterOrEqual: binary('greaterOrEqual'),
  HardSigmoid: (node) =>
    node.build.unary(
      'hardSigmoid',
      node.input(0),
      node.attributeNumber('alpha', 0.2),
      node.attributeNumber('beta', 0.5),
    ),
  Identity: (node) => node.input(0),
  LeakyRelu: (node) =>
    node.build.unary('leakyRelu', node.input(0), node.attributeNumber('alpha', 0.01)),
  Less: binary('less'),
  LessOrEqual: binary('lessOrEqual'),
  Log: unary('log'),
  Max: folded('maximum'),
  Min: folded('minimum'),
  Mul: binary('multiply'),
  Neg: unary('negate'),
  Not: unary('not'),
  Or: binary('or'),
  Pow: power,
  PRelu: prelu,
  Reciprocal: unary('reciprocal'),
  Relu: unary('relu'),
  Round: unary('round'),
  Sigmoid: unary('sigmoid'),
  Softplus: unary('softplus'),
  Sqrt: unary('sqrt'),
  Sub: binary('subtract'),
  Sum: folded('add'),
  Tanh: unary('tanh'),
  Where: (node) => node.build.select(node.input(0), node.input(1), node.input(2)),
}
