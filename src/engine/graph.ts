import type { ElementType, Tensor } from './tensor.ts'

/** An ONNX model as it stands in its file. */
export interface Model {
  /** Version of the standard operators that it counts on. */
  opset: number
  graph: Graph
}

export interface Graph {
  nodes: Node[]
  initializers: Map<string, Tensor>
  inputs: GraphInput[]
  outputs: string[]
}

export interface GraphInput {
  name: string
  /** `other` is none that is known here. */
  type: ElementType | 'other' | undefined
  /** Sizes: `undefined` is any. Itself `undefined` where the file tells nothing. */
  shape: (number | undefined)[] | undefined
}

export interface Node {
  operator: string
  /** What to call it in messages. */
  name: string
  /** Empty: not given. */
  inputs: string[]
  outputs: string[]
  attributes: Map<string, Attribute>
}

export type Attribute = number | string | Tensor | Graph | number[] | string[]
