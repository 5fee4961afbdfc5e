import type { BinaryKind, ReduceKind, UnaryKind } from '../program.ts'

/** What the module exports; see `assembly/engine/index.ts`. Addresses and steps are in bytes. */
export interface Kernels {
  memory: WebAssembly.Memory
  heapBase(): number
  product(block: number): void
  pack(
    from: number,
    row: number,
    column: number,
    depth: number,
    columns: number,
    panels: number,
    panel: number,
  ): void
  winogradInputs(block: number): void
  winogradOutputs(block: number): void
  winogradProducts(block: number): void
  winogradWeights(from: number, panels: number, inputs: number, strided: boolean, to: number): void
  stridedInputs(block: number): void
  stridedOutputs(block: number): void
  depthwise(block: number): void
  pool(block: number): void
  unary(block: number): void
  binary(block: number): void
  select(block: number): void
  reduce(...numbers: number[]): void
  softmax(x: number, y: number, outer: number, count: number, inner: number): void
  clear(
    at: number,
    images: number,
    image: number,
    rows: number,
    row: number,
    top: number,
    bottom: number,
    left: number,
    right: number,
  ): void
}

/** Those that run in a plan. */
export type KernelName = Exclude<keyof Kernels, 'memory' | 'heapBase' | 'winogradWeights'>

const numbered = <Kind extends string>(kinds: readonly Kind[]) =>
  Object.fromEntries(kinds.map((kind, n) => [kind, n])) as Record<Kind, number>

// In the order of `assembly/engine/elementwise.ts` and `reduce.ts`.
export const unaryCodes: Readonly<Record<UnaryKind, number>> = numbered([
  'copy',
  'relu',
  'sigmoid',
  'tanh',
  'exp',
  'log',
  'sqrt',
  'negate',
  'absolute',
  'reciprocal',
  'erf',
  'clip',
  'leakyRelu',
  'elu',
  'hardSigmoid',
  'softplus',
  'floor',
  'ceiling',
  'round',
  'not',
  'quantize',
])

export const binaryCodes: Readonly<Record<BinaryKind, number>> = numbered([
  'add',
  'subtract',
  'multiply',
  'divide',
  'maximum',
  'minimum',
  'power',
  'less',
  'lessOrEqual',
  'greater',
  'greaterOrEqual',
  'equal',
  'and',
  'or',
  'prelu',
])

export const reduceCodes: Readonly<Record<ReduceKind, number>> = numbered([
  'sum',
  'mean',
  'largest',
  'least',
  'sumOfSquares',
])
