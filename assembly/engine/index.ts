// What the host calls. It lays out all memory, and hands each kernel the address of its numbers.

export { binary, select, unary } from './elementwise'
export { clear, heapBase } from './memory'
export { pack, product } from './multiply'
export { reduce, softmax } from './reduce'
export { depthwise, pool } from './window'
export { winogradInputs, winogradOutputs } from './winograd'
export { winogradProducts, winogradWeights } from './winograd-products'
export { stridedInputs, stridedOutputs } from './winograd-strided'
