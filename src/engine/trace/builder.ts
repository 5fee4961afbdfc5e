import type { Derived } from '../derived.ts'
import type {
  BinaryKind,
  ConvOperation,
  Operation,
  PoolOperation,
  ReduceKind,
  UnaryKind,
  Value,
  Windowing,
} from '../program.ts'
import { type ElementType, isFloat, numbersOf, rowMajor, sizeOf, type Tensor } from '../tensor.ts'
import { unsupported } from '../unsupported.ts'
import { broadcastStrides, evaluateBinary, evaluateUnary, gather } from './evaluate.ts'

/** Numbers in one value: what more would take is no small network. */
const mostNumbers = 1 << 26
/** Operations in a program: loops are unrolled. */
const mostOperations = 1 << 16
const mostTurns = 1 << 14

const unlimited = () => ({ low: -Infinity, high: Infinity })

/**
 * Takes a graph's operations down, in order, with what is known in advance computed at once. Shapes
 * are checked here: what is taken down can be run.
 */
export class Builder {
  readonly operations: Operation[] = []
  /** Results of operations on weights alone, for all programs of a model. */
  readonly #derived: Derived<Tensor | 'not'>
  /** The node whose operations these are. */
  from = ''
  #evaluated = 0
  #turns = 0

  constructor(derived: Derived<Tensor | 'not'>) {
    this.#derived = derived
  }

  /** Counts a turn of a loop, of all loops together: one in another could take for ever. */
  turn() {
    if (++this.#turns > mostTurns) this.refuse('its loops take too many turns')
  }

  constant(tensor: Tensor, ofShape = false): Value {
    return { type: tensor.type, shape: tensor.shape, constant: tensor, ofShape }
  }

  /** A number of an operand's type, to go with it. */
  scalar(value: number, type: ElementType = 'float32'): Value {
    const tensor = this.#derived.of(`${type} ${value}`, [], () => ({
      type,
      shape: [],
      data: numbersOf(type, 1).fill(value),
    }))
    return this.constant(tensor as Tensor)
  }

  list(values: readonly number[], ofShape = false): Value {
    const tensor = this.#derived.of(`list ${values}`, [], () => ({
      type: 'int64',
      shape: [values.length],
      data: Float64Array.from(values),
    }))
    return this.constant(tensor as Tensor, ofShape)
  }

  reshape(x: Value, shape: readonly number[]): Value {
    if (same(x.shape, shape)) return x
    if (sizeOf(shape) !== sizeOf(x.shape)) {
      this.refuse(`${x.shape.join(' × ')} cannot become ${shape.join(' × ')}`)
    }
    const output = this.#value(x.type, shape)
    const known = this.#known(`reshape ${shape}`, [x], ([of]) => ({ ...(of as Tensor), shape }))
    return known ?? this.#take({ kind: 'reshape', inputs: [x], output, from: this.from })
  }

  permute(x: Value, order: number[]): Value {
    if (order.every((axis, n) => axis === n)) return x
    const shape = order.map((axis) => x.shape[axis] as number)
    const known = this.#known(`permute ${order}`, [x], ([of]) => {
      const strides = rowMajor(x.shape)
      return gather(
        of as Tensor,
        shape,
        order.map((axis) => strides[axis] as number),
      )
    })
    const output = this.#value(x.type, shape)
    return known ?? this.#take({ kind: 'permute', order, inputs: [x], output, from: this.from })
  }

  /** From `starts` on, every so many, as many as `shape` says. */
  slice(x: Value, starts: number[], steps: number[], shape: number[]): Value {
    if (same(x.shape, shape) && steps.every((step, n) => step === 1 || shape[n] === 1)) return x
    const known = this.#known(`slice ${starts} ${steps} ${shape}`, [x], ([of]) => {
      const strides = rowMajor(x.shape)
      return gather(
        of as Tensor,
        shape,
        strides.map((stride, axis) => stride * (steps[axis] as number)),
        strides.reduce((sum, stride, axis) => sum + stride * (starts[axis] as number), 0),
      )
    })
    const output = this.#value(x.type, shape)
    return (
      known ?? this.#take({ kind: 'slice', starts, steps, inputs: [x], output, from: this.from })
    )
  }

  /** One place on an axis, or some, side by side. */
  part(x: Value, axis: number, start: number, count: number): Value {
    const starts = x.shape.map((_, n) => (n === axis ? start : 0))
    const shape = x.shape.map((size, n) => (n === axis ? count : size))
    return this.slice(
      x,
      starts,
      x.shape.map(() => 1),
      shape,
    )
  }

  expand(x: Value, shape: readonly number[]): Value {
    if (same(x.shape, shape)) return x
    const known = this.#known(`expand ${shape}`, [x], ([of]) =>
      gather(of as Tensor, shape, broadcastStrides(x.shape, shape)),
    )
    const output = this.#value(x.type, shape)
    return known ?? this.#take({ kind: 'expand', inputs: [x], output, from: this.from })
  }

  unary(operation: UnaryKind, x: Value, ...parameters: number[]): Value {
    const known = this.#known(`${operation} ${parameters}`, [x], ([of]) =>
      evaluateUnary(operation, of as Tensor, parameters),
    )
    const output = this.#value(x.type, x.shape)
    return (
      known ??
      this.#take({ kind: 'unary', operation, parameters, inputs: [x], output, from: this.from })
    )
  }

  binary(operation: BinaryKind, a: Value, b: Value): Value {
    const shape = this.broadcast(a.shape, b.shape)
    const type = comparisons.has(operation) ? 'bool' : a.type
    const known = this.#known(operation, [a, b], ([left, right]) =>
      evaluateBinary(operation, left as Tensor, right as Tensor, shape, type),
    )
    const output = this.#value(type, shape)
    return (
      known ?? this.#take({ kind: 'binary', operation, inputs: [a, b], output, from: this.from })
    )
  }

  /**
   * Whole numbers that are known in advance as float32: `(x - zero) * scale`.
   * @param scale one number, or one for each place on the axis; so `zero`
   */
  dequantize(x: Value, scale: Tensor, zero: Tensor | undefined, axis: number): Value {
    const size = scale.data.length === 1 ? 1 : (x.shape[axis] as number)
    if (scale.data.length !== size || (zero && zero.data.length !== size)) {
      this.refuse(`its scale does not fit ${x.shape.join(' × ')}`)
    }
    const inputs = [x, this.constant(scale), ...(zero ? [this.constant(zero)] : [])]
    const inner = size === 1 ? sizeOf(x.shape) : sizeOf(x.shape.slice(axis + 1))
    const known = this.#known(`dequantize ${axis}`, inputs, ([whole, by, from]) => {
      const { data: steps } = whole as Tensor
      // Plain loops: `Float32Array.from` takes longer for this than all else takes to start.
      const data = new Float32Array(steps.length)
      for (let n = 0; n < data.length; ) {
        const place = (n / inner) % size
        const [step, none] = [(by as Tensor).data[place] as number, from?.data[place] ?? 0]
        for (const end = n + inner; n < end; ++n) data[n] = ((steps[n] as number) - none) * step
      }
      return { type: 'float32', shape: x.shape, data }
    })
    return known ?? this.refuse('it takes whole numbers as it runs')
  }

  select(condition: Value, a: Value, b: Value): Value {
    const shape = this.broadcast(this.broadcast(a.shape, b.shape), condition.shape)
    if (condition.constant && sizeOf(condition.shape) === 1) {
      return this.expand(condition.constant.data[0] ? a : b, shape)
    }
    const output = this.#value(a.type, shape)
    return this.#take({ kind: 'select', inputs: [condition, a, b], output, from: this.from })
  }

  /** Over some axes, which are gone after it. */
  reduce(operation: ReduceKind, x: Value, axes: readonly number[]): Value {
    const gone = [...new Set(axes)].sort((a, b) => a - b)
    const shape = x.shape.filter((_, axis) => !gone.includes(axis))
    if (gone.length === 0 && operation !== 'sumOfSquares') return x
    if (sizeOf(x.shape) === 0) this.refuse('nothing is there to be reduced')
    const output = this.#value(x.type, shape)
    return this.#take({
      kind: 'reduce',
      operation,
      axes: gone,
      inputs: [x],
      output,
      from: this.from,
    })
  }

  softmax(x: Value, axis: number): Value {
    const output = this.#value(x.type, x.shape)
    return this.#take({ kind: 'softmax', axis, inputs: [x], output, from: this.from })
  }

  concat(parts: Value[], axis: number): Value {
    const [first] = parts
    if (!first) this.refuse('nothing is there to be joined')
    for (const part of parts) {
      const fits =
        part.shape.length === first.shape.length &&
        part.shape.every((size, n) => n === axis || size === first.shape[n])
      if (!fits) this.refuse(`shapes differ: ${parts.map(({ shape }) => shape.join(' × '))}`)
    }
    const filled = parts.filter(({ shape }) => sizeOf(shape) > 0)
    if (filled.length === 1) return filled[0] as Value
    const total = parts.reduce((sum, { shape }) => sum + (shape[axis] as number), 0)
    const shape = first.shape.map((size, n) => (n === axis ? total : size))
    const known = this.#known(`concat ${axis}`, parts, (tensors) => {
      const outer = sizeOf(shape.slice(0, axis))
      const data = numbersOf(first.type, sizeOf(shape))
      let at = 0
      for (let n = 0; n < outer; ++n) {
        for (const { data: from } of tensors) {
          const length = from.length / outer
          data.set(from.subarray(n * length, (n + 1) * length), at)
          at += length
        }
      }
      return { type: first.type, shape, data }
    })
    const output = this.#value(first.type, shape)
    return known ?? this.#take({ kind: 'concat', axis, inputs: filled, output, from: this.from })
  }

  pad(x: Value, before: number[], after: number[], value: number): Value {
    if ([...before, ...after].every((count) => count === 0)) return x
    const shape = x.shape.map((n, axis) => n + (before[axis] as number) + (after[axis] as number))
    const output = this.#value(x.type, shape)
    return this.#take({ kind: 'pad', before, value, inputs: [x], output, from: this.from })
  }

  matmul(a: Value, b: Value): Value {
    const depth = a.shape.at(-1)
    if (a.shape.length < 2 || b.shape.length < 2 || depth !== b.shape.at(-2)) {
      this.refuse(`${a.shape.join(' × ')} cannot be multiplied by ${b.shape.join(' × ')}`)
    }
    const lead = this.broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2))
    const shape = [...lead, a.shape.at(-2) as number, b.shape.at(-1) as number]
    const output = this.#value(a.type, shape)
    const finish = unlimited()
    return this.#take({ kind: 'matmul', finish, inputs: [a, b], output, from: this.from })
  }

  conv(
    x: Value,
    weights: Tensor,
    bias: Tensor | undefined,
    groups: number,
    windowing: Windowing,
    size: [number, number],
  ): Value {
    const shape = [x.shape[0] as number, weights.shape[0] as number, ...size]
    const output = this.#value(x.type, shape)
    return this.#take({
      kind: 'conv',
      weights,
      groups,
      finish: { bias, ...unlimited() },
      ...windowing,
      inputs: [x],
      output,
      from: this.from,
    } satisfies ConvOperation)
  }

  pool(
    x: Value,
    settings: Pick<PoolOperation, 'largest' | 'countPads'>,
    windowing: Windowing,
    size: [number, number],
  ): Value {
    const output = this.#value(x.type, [...x.shape.slice(0, 2), ...size])
    return this.#take({
      kind: 'pool',
      ...settings,
      ...windowing,
      inputs: [x],
      output,
      from: this.from,
    } satisfies PoolOperation)
  }

  /** The shape that two operands have together. */
  broadcast(a: readonly number[], b: readonly number[]): number[] {
    const rank = Math.max(a.length, b.length)
    return Array.from({ length: rank }, (_, n) => {
      const left = a[n + a.length - rank] ?? 1
      const right = b[n + b.length - rank] ?? 1
      if (left === right || right === 1) return left
      if (left === 1) return right
      return this.refuse(`shapes do not fit: ${a.join(' × ')} and ${b.join(' × ')}`)
    })
  }

  refuse(what: string): never {
    unsupported(`${this.from}: ${what}`)
  }

  #value(type: ElementType, shape: readonly number[]): Value {
    if (sizeOf(shape) > mostNumbers) this.refuse(`${shape.join(' × ')} numbers are too many`)
    return { type, shape }
  }

  /** What an operation gives, where all that goes in is known. */
  #known(
    how: string,
    inputs: readonly Value[],
    evaluate: (tensors: Tensor[]) => Tensor | undefined,
  ): Value | undefined {
    const tensors = inputs.flatMap(({ constant }) => constant ?? [])
    if (tensors.length < inputs.length) return undefined
    if (++this.#evaluated > mostOperations * 8) this.refuse('it takes too many steps')
    const ofShape = inputs.some((input) => input.ofShape)
    if (ofShape) {
      const tensor = evaluate(tensors)
      return tensor && this.constant(tensor, true)
    }
    const tensor = this.#derived.of(how, tensors, () => evaluate(tensors) ?? 'not')
    return tensor === 'not' ? undefined : this.constant(tensor)
  }

  #take(operation: Operation): Value {
    const { type, shape } = operation.output
    for (const { type } of [operation.output, ...operation.inputs]) {
      if (!isFloat(type) && type !== 'bool') this.refuse(`it computes with ${type} as it runs`)
    }
    if (this.operations.length >= mostOperations) this.refuse('it takes too many steps')
    if (sizeOf(shape) === 0) return this.constant({ type, shape, data: numbersOf(type, 0) })
    this.operations.push(operation)
    return operation.output
  }
}

const comparisons = new Set<BinaryKind>([
  'less',
  'lessOrEqual',
  'greater',
  'greaterOrEqual',
  'equal',
  'and',
  'or',
])

const same = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((size, n) => size === b[n])
