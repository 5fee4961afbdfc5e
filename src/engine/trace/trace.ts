import type { Derived } from '../derived.ts'
import type { Graph, Model, Node } from '../graph.ts'
import type { Program, Value } from '../program.ts'
import type { Tensor } from '../tensor.ts'
import { unsupported } from '../unsupported.ts'
import { Builder } from './builder.ts'
import { NodeReader, type Operator } from './node-reader.ts'
import { elementwise } from './operators/elementwise.ts'
import { products } from './operators/products.ts'
import { quantization } from './operators/quantization.ts'
import { recurrent } from './operators/recurrent.ts'
import { reductions } from './operators/reductions.ts'
import { shapes } from './operators/shapes.ts'
import { windowed } from './operators/windows.ts'

const operators: Record<string, Operator> = {
  ...elementwise,
  ...products,
  ...quantization,
  ...recurrent,
  ...reductions,
  ...shapes,
  ...windowed,
}

/** Operators that have graphs of their own. */
const flow = new Set(['If', 'Loop'])

/** Names of all operators that graphs may have. */
export const knownOperators = (): string[] => [...Object.keys(operators), ...flow]

/** Names of the operators that a graph has and that are not known, each once. */
export function unknownOperators(graph: Graph): string[] {
  const names = new Set<string>()
  for (const { operator, attributes } of graph.nodes) {
    if (!Object.hasOwn(operators, operator) && !flow.has(operator)) names.add(operator)
    for (const value of attributes.values()) {
      if (typeof value === 'object' && 'nodes' in value) {
        for (const name of unknownOperators(value)) names.add(name)
      }
    }
  }
  return [...names]
}

/**
 * Takes a graph down as a program, for inputs of these shapes.
 * @throws {UndertoneError} `model-unsupported`, with the node and the reason
 */
export function trace(
  { graph, opset }: Model,
  shapesOf: ReadonlyMap<string, readonly number[]>,
  derived: Derived<Tensor | 'not'>,
): Program {
  const build = new Builder(derived)
  const inputs = new Map<string, Value>()
  for (const { name } of graph.inputs) {
    inputs.set(name, { type: 'float32', shape: shapesOf.get(name) ?? [] })
  }
  const scope = traceGraph(graph, new Scope(undefined, inputs), build, opset)
  const outputs = new Map(graph.outputs.map((name) => [name, scope.get(name)]))
  return { inputs, outputs, operations: build.operations }
}

/** Names and what they stand for; those of graphs around are seen too. */
class Scope {
  readonly #outer: Scope | undefined
  readonly #own: Map<string, Value>

  constructor(outer: Scope | undefined, own: Iterable<[string, Value]>) {
    this.#outer = outer
    this.#own = new Map(own)
  }

  get(name: string): Value {
    const value = this.#own.get(name)
    if (value) return value
    if (this.#outer) return this.#outer.get(name)
    return unsupported(`"${name}" is used before anything gives it`)
  }

  set(name: string, value: Value) {
    this.#own.set(name, value)
  }
}

function traceGraph(graph: Graph, scope: Scope, build: Builder, opset: number): Scope {
  for (const [name, tensor] of graph.initializers) scope.set(name, build.constant(tensor))
  for (const node of graph.nodes) {
    build.from = node.name ? `${node.operator} "${node.name}"` : node.operator
    const values = node.inputs.map((name) => (name ? scope.get(name) : undefined))
    const outputs = traceNode(node, values, scope, build, opset)
    node.outputs.forEach((name, n) => {
      if (!name) return
      scope.set(name, outputs[n] ?? build.refuse(`it has no output ${n}`))
    })
  }
  return scope
}

function traceNode(
  node: Node,
  values: (Value | undefined)[],
  scope: Scope,
  build: Builder,
  opset: number,
): Value[] {
  const reader = new NodeReader(node, values, build, opset)
  if (node.operator === 'If') {
    const branch = reader.attributeGraph(reader.number(0, 0) ? 'then_branch' : 'else_branch')
    const inner = traceGraph(branch, new Scope(scope, []), build, opset)
    return branch.outputs.map((name) => inner.get(name))
  }
  if (node.operator === 'Loop') return traceLoop(reader, values, scope)
  if (!Object.hasOwn(operators, node.operator)) {
    build.refuse(`${node.operator} is an operator that it does not have`)
  }
  const operator = operators[node.operator] as Operator
  return [operator(reader)].flat()
}

/** Turn by turn: how many there are must be known. */
function traceLoop(node: NodeReader, values: (Value | undefined)[], scope: Scope): Value[] {
  const { build, opset } = node
  const body = node.attributeGraph('body')
  const from = build.from
  const count = node.number(0, Infinity)
  let going = node.number(1, 1) !== 0
  let carried = values.slice(2).map((value, n) => value ?? node.refuse(`input ${n + 2} is missing`))
  const scanned: Value[][] = body.outputs.slice(1 + carried.length).map(() => [])
  const [turnName, goingName, ...names] = body.inputs.map(({ name }) => name)
  if (names.length !== carried.length) node.refuse('its body has other inputs')
  for (let turn = 0; turn < count && going; ++turn) {
    build.turn()
    const own = new Scope(scope, [])
    if (turnName) own.set(turnName, build.scalar(turn, 'int64'))
    if (goingName) own.set(goingName, build.scalar(1, 'bool'))
    names.forEach((name, n) => {
      own.set(name, carried[n] as Value)
    })
    const inner = traceGraph(body, own, build, opset)
    build.from = from
    const [condition, ...outputs] = body.outputs.map((name) => inner.get(name))
    const known = condition?.constant ?? node.refuse('when it ends is not known in advance')
    going = known.data[0] !== 0
    carried = outputs.slice(0, carried.length)
    outputs.slice(carried.length).forEach((value, n) => {
      scanned[n]?.push(build.reshape(value, [1, ...value.shape]))
    })
  }
  return [...carried, ...scanned.map((each) => build.concat(each, 0))]
}
