import type { ElementType, Tensor } from './tensor.ts'

/** A graph for inputs of one shape, as few kinds of operations, in an order that can be run. */
export interface Program {
  inputs: Map<string, Value>
  outputs: Map<string, Value>
  operations: Operation[]
}

export interface Value {
  readonly type: ElementType
  readonly shape: readonly number[]
  /** Known before it runs. */
  readonly constant?: Tensor | undefined
  /** Rests on a shape that the graph asked for, so it is constant for this shape alone. */
  readonly ofShape?: boolean | undefined
}

interface Computed {
  inputs: Value[]
  output: Value
  /** The node that it comes from. */
  from: string
}

export type UnaryKind =
  | 'copy'
  | 'relu'
  | 'sigmoid'
  | 'tanh'
  | 'exp'
  | 'log'
  | 'sqrt'
  | 'negate'
  | 'absolute'
  | 'reciprocal'
  | 'erf'
  | 'clip'
  | 'leakyRelu'
  | 'elu'
  | 'hardSigmoid'
  | 'softplus'
  | 'floor'
  | 'ceiling'
  | 'round'
  | 'not'
  | 'quantize'

export type BinaryKind =
  | 'add'
  | 'subtract'
  | 'multiply'
  | 'divide'
  | 'maximum'
  | 'minimum'
  | 'power'
  | 'less'
  | 'lessOrEqual'
  | 'greater'
  | 'greaterOrEqual'
  | 'equal'
  | 'and'
  | 'or'
  | 'prelu'

export type ReduceKind = 'sum' | 'mean' | 'largest' | 'least' | 'sumOfSquares'

/** Those that move nothing: another look at the same numbers. */
export type ViewOperation = Computed &
  (
    | { kind: 'reshape' }
    | { kind: 'permute'; order: number[] }
    | { kind: 'slice'; starts: number[]; steps: number[] }
    | { kind: 'expand' }
  )

export type UnaryOperation = Computed & {
  kind: 'unary'
  operation: UnaryKind
  parameters: number[]
}
export type BinaryOperation = Computed & { kind: 'binary'; operation: BinaryKind }
/** Inputs: condition, where true, where false. */
export type SelectOperation = Computed & { kind: 'select' }
/** The axes are gone from the output. */
export type ReduceOperation = Computed & { kind: 'reduce'; operation: ReduceKind; axes: number[] }
export type SoftmaxOperation = Computed & { kind: 'softmax'; axis: number }
export type ConcatOperation = Computed & { kind: 'concat'; axis: number }
/** Input, with as much of `value` before and after it on each axis. */
export type PadOperation = Computed & {
  kind: 'pad'
  before: number[]
  value: number
}

/** What a product does to its results before it stores them. */
export interface Finish {
  /** By channel. */
  bias?: Tensor | undefined
  /** Whether the last input is added, which has the output's shape. */
  addend?: boolean | undefined
  /** The results are whole numbers of steps, and `low` and `high` count them. */
  step?: number | undefined
  low: number
  high: number
}

/** `[…, rows, depth]` by `[…, depth, columns]`, with the same leading sizes, or 1. */
export type MatmulOperation = Computed & { kind: 'matmul'; finish: Finish }

/** `[images, channels, height, width]`; weights `[outputs, channels / groups, height, width]`. */
export type ConvOperation = Computed & {
  kind: 'conv'
  weights: Tensor
  groups: number
  finish: Finish
} & Windowing

export interface Windowing {
  kernel: [number, number]
  strides: [number, number]
  dilations: [number, number]
  /** Top, left, bottom, right. */
  pads: [number, number, number, number]
}

export type PoolOperation = Computed & {
  kind: 'pool'
  largest: boolean
  /** Of the mean: whether padding counts. */
  countPads: boolean
} & Windowing

export type Operation =
  | ViewOperation
  | UnaryOperation
  | BinaryOperation
  | SelectOperation
  | ReduceOperation
  | SoftmaxOperation
  | ConcatOperation
  | PadOperation
  | MatmulOperation
  | ConvOperation
  | PoolOperation
