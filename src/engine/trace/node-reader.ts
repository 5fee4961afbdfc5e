import type { Graph, Node } from '../graph.ts'
import type { Value } from '../program.ts'
import type { Tensor } from '../tensor.ts'
import type { Builder } from './builder.ts'

/** A node with its operands: what an operator is traced by. */
export class NodeReader {
  readonly node: Node
  readonly build: Builder
  readonly opset: number
  readonly #inputs: (Value | undefined)[]

  constructor(node: Node, inputs: (Value | undefined)[], build: Builder, opset: number) {
    this.node = node
    this.build = build
    this.opset = opset
    this.#inputs = inputs
  }

  refuse(what: string): never {
    return this.build.refuse(what)
  }

  get inputs(): Value[] {
    return this.#inputs.map((_, n) => this.input(n))
  }

  has(n: number): boolean {
    return this.#inputs[n] !== undefined
  }

  input(n: number): Value {
    return this.#inputs[n] ?? this.refuse(`input ${n} is missing`)
  }

  optional(n: number): Value | undefined {
    return this.#inputs[n]
  }

  /** An operand that must be known before the graph runs. */
  tensor(n: number): Tensor {
    return (
      this.input(n).constant ??
      this.refuse(`input ${n} must be constant, and is computed as the graph runs`)
    )
  }

  optionalTensor(n: number): Tensor | undefined {
    return this.has(n) ? this.tensor(n) : undefined
  }

  /** Whole numbers that an operand holds. */
  list(n: number): number[] {
    return Array.from(this.tensor(n).data)
  }

  number(n: number, otherwise: number): number {
    const tensor = this.optionalTensor(n)
    if (!tensor) return otherwise
    return tensor.data.length === 1
      ? (tensor.data[0] as number)
      : this.refuse(`input ${n} must be one number`)
  }

  attributeNumber(name: string, otherwise: number): number {
    const value = this.node.attributes.get(name)
    if (value === undefined) return otherwise
    return typeof value === 'number' ? value : this.refuse(`"${name}" must be a number`)
  }

  attributeText(name: string, otherwise: string): string {
    const value = this.node.attributes.get(name)
    if (value === undefined) return otherwise
    return typeof value === 'string' ? value : this.refuse(`"${name}" must be a text`)
  }

  attributeList(name: string): number[] | undefined {
    const value = this.node.attributes.get(name)
    if (value === undefined) return undefined
    if (Array.isArray(value) && value.every((one) => typeof one === 'number')) {
      return value as number[]
    }
    return this.refuse(`"${name}" must be a list of numbers`)
  }

  attributeTexts(name: string): string[] | undefined {
    const value = this.node.attributes.get(name)
    if (value === undefined) return undefined
    if (Array.isArray(value)) return value.map(String)
    return this.refuse(`"${name}" must be a list of texts`)
  }

  attributeTensor(name: string): Tensor | undefined {
    const value = this.node.attributes.get(name)
    return typeof value === 'object' && 'data' in value ? value : undefined
  }

  attributeGraph(name: string): Graph {
    const value = this.node.attributes.get(name)
    return typeof value === 'object' && 'nodes' in value
      ? value
      : this.refuse(`"${name}" must be a graph`)
  }

  /** An axis from 0 on, of a negative one counted from the end. */
  axis(axis: number, rank: number): number {
    const positive = axis < 0 ? axis + rank : axis
    if (Number.isInteger(positive) && positive >= 0 && positive < rank) return positive
    return this.refuse(`there is no axis ${axis} of ${rank}`)
  }

  /** Axes that older operators have as an attribute, and newer ones as an operand. */
  axes(n: number): number[] | undefined {
    return this.has(n) ? this.list(n) : this.attributeList('axes')
  }
}

/** Takes down what a node does. @returns its outputs, as many as it has */
export type Operator = (node: NodeReader) => Value | Value[]
