/**
 * Joins operations: what follows a convolution or a matrix product (a bias, a scale, a sum with
 * what went around it, a limit) becomes part of how that stores its results.
 */
import type { Derived } from './derived.ts'
import type {
  BinaryOperation,
  ConvOperation,
  MatmulOperation,
  Operation,
  Program,
  UnaryOperation,
  Value,
} from './program.ts'
import { sizeOf, type Tensor } from './tensor.ts'
import { evaluateBinary } from './trace/evaluate.ts'

type Product = ConvOperation | MatmulOperation

export function fuse(program: Program, derived: Derived<Tensor | 'not'>): Program {
  const operations = hoist(program)
  const ends = new Set(program.outputs.values())
  const users = usersOf(operations)
  const joined = new Set<Operation>()
  for (const operation of operations) {
    if (operation.kind !== 'conv' && operation.kind !== 'matmul' && !isQuantize(operation)) continue
    if (joined.has(operation)) continue
    for (;;) {
      const [next, ...more] = users.get(operation.output) ?? []
      if (!next || more.length > 0 || joined.has(next) || ends.has(operation.output)) break
      const taken = isQuantize(operation)
        ? joinRelu(operation, next)
        : join(operation, next, derived)
      if (!taken) break
      // Its place is that of what it takes in: all that goes in is there by then.
      operation.output = next.output
      const at = operations.indexOf(next)
      operations[at] = operation
      operations[operations.indexOf(operation)] = next
      joined.add(next)
    }
  }
  return { ...program, operations: operations.filter((one) => !joined.has(one)) }
}

const isQuantize = (operation: Operation): operation is UnaryOperation =>
  operation.kind === 'unary' && operation.operation === 'quantize'

/** Zero is a step of what is quantised: limits at it are limits of the steps. */
function joinRelu(quantize: UnaryOperation, next: Operation): boolean {
  if (next.kind !== 'unary' || next.operation !== 'relu') return false
  const [scale = 1, low = 0, high = 0] = quantize.parameters
  quantize.parameters = [scale, Math.max(low, 0), Math.max(high, 0)]
  return true
}

function usersOf(operations: readonly Operation[]): Map<Value, Operation[]> {
  const users = new Map<Value, Operation[]>()
  for (const operation of operations) {
    for (const input of operation.inputs) {
      const known = users.get(input)
      if (known) known.push(operation)
      else users.set(input, [operation])
    }
  }
  return users
}

/**
 * Operations number by number go before a reshape that but adds or drops axes of size 1, so that
 * they follow what they can join.
 */
function hoist({ operations, outputs }: Program): Operation[] {
  const list = [...operations]
  const ends = new Set(outputs.values())
  const users = usersOf(list)
  const makers = new Map(list.map((operation) => [operation.output, operation]))
  for (let n = 0; n < list.length; ++n) {
    const next = list[n] as Operation
    if (next.kind !== 'unary' && next.kind !== 'binary') continue
    const moved = next.inputs.findIndex(({ constant }) => !constant)
    const [x, other] = [next.inputs[moved], next.inputs[1 - moved]]
    const view = x && makers.get(x)
    if (view?.kind !== 'reshape' || ends.has(view.output)) continue
    if (users.get(view.output)?.length !== 1 || next.output.shape.join() !== x?.shape.join()) {
      continue
    }
    const before = view.inputs[0] as Value
    const order = sameAxes(x.shape, before.shape)
    if (!order) continue
    const output: Value = { type: next.output.type, shape: before.shape }
    let inputs: Value[] = [before]
    if (next.kind === 'binary') {
      if (!other?.constant) continue
      const constant = withAxes(other.constant, x.shape, before.shape, order)
      const value: Value = { ...other, shape: constant.shape, constant }
      inputs = moved === 0 ? [before, value] : [value, before]
    }
    const early = { ...next, inputs, output } as UnaryOperation | BinaryOperation
    const late: Operation = { ...view, inputs: [output], output: next.output }
    list.splice(n, 1, early, late)
    list.splice(list.indexOf(view), 1)
    n -= 2
    makers.set(output, early)
    makers.set(next.output, late)
    users.set(output, [late])
    users.set(
      before,
      (users.get(before) ?? []).map((user) => (user === view ? early : user)),
    )
    // It may have been moved before another reshape, which it can pass as well.
    if (n < -1) n = -1
  }
  return list
}

/** For each axis of `to` the one of `from` with the same numbers, where just 1s differ. */
export function sameAxes(
  from: readonly number[],
  to: readonly number[],
): (number | undefined)[] | undefined {
  const own = from.flatMap((size, axis) => (size === 1 ? [] : [axis]))
  const sizes = to.filter((size) => size !== 1)
  if (own.length !== sizes.length || own.some((axis, n) => from[axis] !== sizes[n])) {
    return undefined
  }
  return to.map((size) => (size === 1 ? undefined : own.shift()))
}

const reshaped = new WeakMap<Tensor, Map<string, Tensor>>()

/** A constant that goes with `x` as one that goes with the same numbers in other axes. */
function withAxes(
  tensor: Tensor,
  x: readonly number[],
  to: readonly number[],
  order: (number | undefined)[],
): Tensor {
  const lead = x.length - tensor.shape.length
  const shape = to.map((_, n) => {
    const axis = order[n]
    return axis === undefined ? 1 : (tensor.shape[axis - lead] ?? 1)
  })
  let known = reshaped.get(tensor)
  if (!known) {
    known = new Map()
    reshaped.set(tensor, known)
  }
  const made = known.get(shape.join()) ?? { ...tensor, shape }
  known.set(shape.join(), made)
  return made
}

/** Takes the next operation in. @returns whether it could */
function join(product: Product, next: Operation, derived: Derived<Tensor | 'not'>): boolean {
  const { finish } = product
  const unlimited = finish.low === -Infinity && finish.high === Infinity
  if (next.kind === 'unary' && next.operation === 'quantize') {
    const [step = 1, low = 0, high = 0] = next.parameters
    const positive = finish.low === 0
    if (finish.step || finish.high !== Infinity || !(positive || unlimited)) return false
    const least = positive ? 0 : -Infinity
    Object.assign(finish, { step, low: Math.max(low, least), high: Math.max(high, least) })
    return true
  }
  if (next.kind === 'unary') {
    const [low, high] =
      next.operation === 'relu'
        ? [0, Infinity]
        : next.operation === 'clip' && !finish.step
          ? (next.parameters as [number, number])
          : []
    if (low === undefined || high === undefined) return false
    const limit = (x: number) => Math.min(Math.max(x, low), high)
    finish.low = limit(finish.low)
    finish.high = limit(finish.high)
    return true
  }
  if (next.kind !== 'binary' || !unlimited || finish.addend) return false
  if (next.output.shape.join() !== product.output.shape.join()) return false
  const first = next.inputs[0] === product.output
  const other = next.inputs[first ? 1 : 0] as Value
  if (other === product.output) return false
  if (other.constant) {
    const row = byChannel(other.constant, product)
    if (!row) return false
    return joinConstant(product, next, first, row, derived)
  }
  if (next.operation !== 'add' || other.shape.join() !== product.output.shape.join()) return false
  product.inputs.push(other)
  finish.addend = true
  return true
}

/** A constant as one number, or one for each channel. */
function byChannel(constant: Tensor, product: Product): Tensor | undefined {
  const { shape } = product.output
  const axis = product.kind === 'conv' ? 1 : shape.length - 1
  const channels = shape[axis] as number
  const lead = shape.length - constant.shape.length
  const elsewhere = constant.shape.some((size, n) => size !== 1 && n + lead !== axis)
  if (elsewhere || constant.type !== 'float32') return undefined
  return constant.data.length === channels || constant.data.length === 1 ? constant : undefined
}

function joinConstant(
  product: Product,
  next: BinaryOperation,
  first: boolean,
  row: Tensor,
  derived: Derived<Tensor | 'not'>,
): boolean {
  const { finish } = product
  const axis = product.kind === 'conv' ? 1 : product.output.shape.length - 1
  const channels = product.output.shape[axis] as number
  const compute = (operation: 'add' | 'subtract' | 'multiply' | 'divide', a: Tensor, b: Tensor) =>
    derived.of(`${operation} by channel ${a.shape}`, [a, b], () => {
      const shape = sizeOf(a.shape) > 1 || a.shape.length > 1 ? a.shape : [channels]
      // Weights have the channel first, in convolutions, or last.
      const column = product.kind === 'conv' && shape.length > 1
      const size = b.data.length
      const fitted = { ...b, shape: column ? [size, ...shape.slice(1).map(() => 1)] : [size] }
      const made = evaluateBinary(
        operation,
        a,
        size === 1 ? { ...b, shape: [] } : fitted,
        shape,
        'float32',
      )
      return made ?? 'not'
    }) as Tensor
  const zero = () =>
    derived.of('zero', [], () => ({
      type: 'float32',
      shape: [1],
      data: new Float32Array(1),
    })) as Tensor
  if (next.operation === 'add') {
    finish.bias = finish.bias ? compute('add', wide(finish.bias), row) : row
    finish.bias = wide(finish.bias)
    return true
  }
  if (next.operation === 'subtract' && first) {
    finish.bias = compute('subtract', wide(finish.bias ?? zero()), row)
    return true
  }
  const scales = next.operation === 'multiply' || (next.operation === 'divide' && first)
  if (!scales) return false
  const by = next.operation as 'multiply' | 'divide'
  if (product.kind === 'conv') product.weights = compute(by, product.weights, row)
  else {
    const b = product.inputs[1] as Value
    if (!b.constant || b.shape.length !== 2) return false
    const constant = compute(by, b.constant, row)
    product.inputs[1] = { ...b, constant }
  }
  if (finish.bias) finish.bias = compute(by, wide(finish.bias), row)
  return true

  /** One number a channel. */
  function wide(tensor: Tensor): Tensor {
    if (tensor.data.length === channels && tensor.shape.length === 1) return tensor
    return derived.of(`wide ${channels}`, [tensor], () => ({
      type: 'float32',
      shape: [channels],
      data:
        tensor.data.length === 1
          ? new Float32Array(channels).fill(tensor.data[0] as number)
          : (tensor.data as Float32Array),
    })) as Tensor
  }
}
