/** Recurrent layers, step by step: as the length is known, they are unrolled. */
import type { Value } from '../../program.ts'
import type { NodeReader, Operator } from '../node-reader.ts'

interface Layer {
  /** `[time, batch, features]` */
  x: Value
  /** `[directions, gates, features]` and the like. */
  weights: Value
  recurrent: Value
  bias: Value
  hidden: number
  gates: number
}

function lstm(node: NodeReader): Value[] {
  const layer = readLayer(node, 4, ['Sigmoid', 'Tanh', 'Tanh'])
  if (node.has(4)) node.refuse('it has lengths of its own for each sequence')
  if (node.has(7)) node.refuse('it has peepholes')
  if (node.attributeNumber('input_forget', 0)) node.refuse('it couples its gates')
  const { build } = node
  return run(node, layer, 2, ({ input, recurrent, state, hidden }) => {
    const [h, c] = state as [Value, Value]
    const sum = build.binary('add', input, build.matmul(h, recurrent))
    const gate = (n: number) => build.part(sum, 1, n * hidden, hidden)
    const open = build.unary('sigmoid', gate(0))
    const out = build.unary('sigmoid', gate(1))
    const keep = build.unary('sigmoid', gate(2))
    const fresh = build.unary('tanh', gate(3))
    const cell = build.binary(
      'add',
      build.binary('multiply', keep, c),
      build.binary('multiply', open, fresh),
    )
    return [build.binary('multiply', out, build.unary('tanh', cell)), cell]
  })
}

function gru(node: NodeReader): Value[] {
  const layer = readLayer(node, 3, ['Sigmoid', 'Tanh'])
  if (node.has(4)) node.refuse('it has lengths of its own for each sequence')
  const after = node.attributeNumber('linear_before_reset', 0) !== 0
  const { build } = node
  const one = build.scalar(1)
  return run(node, layer, 1, ({ input, recurrent, bias, state, hidden }) => {
    const [h] = state as [Value]
    const gate = (of: Value, axis: number, n: number, count = 1) =>
      build.part(of, axis, n * hidden, count * hidden)
    const two = build.binary(
      'add',
      gate(input, 1, 0, 2),
      build.binary('add', build.matmul(h, gate(recurrent, 1, 0, 2)), gate(bias, 0, 0, 2)),
    )
    const gates = build.unary('sigmoid', two)
    const update = gate(gates, 1, 0)
    const reset = gate(gates, 1, 1)
    const candidate = gate(recurrent, 1, 2)
    const shift = gate(bias, 0, 2)
    const inner = after
      ? build.binary('multiply', reset, build.binary('add', build.matmul(h, candidate), shift))
      : build.binary('add', build.matmul(build.binary('multiply', reset, h), candidate), shift)
    const fresh = build.unary('tanh', build.binary('add', gate(input, 1, 2), inner))
    return [
      build.binary(
        'add',
        build.binary('multiply', build.binary('subtract', one, update), fresh),
        build.binary('multiply', update, h),
      ),
    ]
  })
}

interface Step {
  /** `[batch, gates]` */
  input: Value
  /** `[hidden, gates]` */
  recurrent: Value
  /** The recurrent half, of which nothing is in `input`; `[gates]`. */
  bias: Value
  state: Value[]
  hidden: number
}

/** Runs each direction. @returns all outputs, the last state of each kind */
function run(
  node: NodeReader,
  { x, weights, recurrent, bias, hidden, gates }: Layer,
  states: number,
  step: (at: Step) => Value[],
): Value[] {
  const { build } = node
  const [time = 0, batch = 0, features = 0] = x.shape
  const direction = node.attributeText('direction', 'forward')
  const ways = direction === 'bidirectional' ? [false, true] : [direction === 'reverse']
  const size = hidden * gates
  const lasts: Value[][] = []
  const all: Value[] = []
  ways.forEach((backwards, way) => {
    const of = (value: Value, ...shape: number[]) =>
      build.reshape(build.part(value, 0, way, 1), shape)
    const matrix = (value: Value, depth: number) => build.permute(of(value, size, depth), [1, 0])
    const whole = of(bias, 2 * size)
    const recurrentBias = build.part(whole, 0, size, size)
    // For the LSTM both biases simply add up.
    const own = build.part(whole, 0, 0, size)
    const added = states === 2 ? build.binary('add', own, recurrentBias) : own
    const inputs = build.binary('add', build.matmul(x, matrix(weights, features)), added)
    const turned = matrix(recurrent, hidden)
    let state = Array.from({ length: states }, (_, n) => {
      const given = node.optional(5 + n)
      const zero = build.expand(build.scalar(0), [batch, hidden])
      return given ? of(given, batch, hidden) : zero
    })
    const outputs: Value[] = []
    for (let n = 0; n < time; ++n) {
      const at = backwards ? time - 1 - n : n
      const input = build.reshape(build.part(inputs, 0, at, 1), [batch, size])
      state = step({ input, recurrent: turned, bias: recurrentBias, state, hidden })
      outputs[at] = build.reshape(state[0] as Value, [1, 1, batch, hidden])
    }
    all.push(build.concat(outputs, 0))
    state.forEach((value, n) => {
      lasts[n] ??= []
      lasts[n].push(build.reshape(value, [1, batch, hidden]))
    })
  })
  return [build.concat(all, 1), ...lasts.map((each) => build.concat(each, 0))]
}

function readLayer(node: NodeReader, gates: number, activations: string[]): Layer {
  const { build } = node
  const given = node.attributeTexts('activations')
  const known = given?.every((name, n) => name === activations[n % activations.length]) ?? true
  if (!known) node.refuse(`activations ${given} are not known`)
  if (node.node.attributes.has('clip')) node.refuse('it clips its gates')
  if (node.attributeNumber('layout', 0)) node.refuse('it has the batch first')
  const x = node.input(0)
  const [weights, recurrent] = [node.input(1), node.input(2)]
  const hidden = recurrent.shape[2] ?? 0
  const ways = weights.shape[0] ?? 0
  const size = gates * hidden
  const fits =
    x.shape.length === 3 &&
    weights.shape.join() === [ways, size, x.shape[2]].join() &&
    recurrent.shape.join() === [ways, size, hidden].join() &&
    ways === (node.attributeText('direction', 'forward') === 'bidirectional' ? 2 : 1)
  if (!fits) node.refuse('its weights do not fit')
  const bias = node.optional(3) ?? build.expand(build.scalar(0), [ways, 2 * size])
  if (bias.shape.join() !== [ways, 2 * size].join()) node.refuse('its bias does not fit')
  return { x, weights, recurrent, bias, hidden, gates }
}

export const recurrent: Record<string, Operator> = { GRU: gru, LSTM: lstm }
