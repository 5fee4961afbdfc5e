/** Numbers in an array of some shape: weights, and what is known of a graph before it runs. */
export interface Tensor {
  readonly type: ElementType
  readonly shape: readonly number[]
  /**
   * Row by row; float16 and float64 as float32, whole numbers of 8 bits of a file as they lie there,
   * others as the nearest float64.
   */
  readonly data: Numbers
}

export type Numbers = Float32Array | Float64Array | Int8Array | Uint8Array

export type ElementType =
  | 'float32'
  | 'float16'
  | 'float64'
  | 'uint8'
  | 'int8'
  | 'uint16'
  | 'int16'
  | 'uint32'
  | 'int32'
  | 'uint64'
  | 'int64'
  | 'bool'

/** By ONNX's numbers. */
export const elementTypes: Readonly<Record<number, ElementType>> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  4: 'uint16',
  5: 'int16',
  6: 'int32',
  7: 'int64',
  9: 'bool',
  10: 'float16',
  11: 'float64',
  12: 'uint32',
  13: 'uint64',
}

export const isFloat = (type: ElementType) => type.startsWith('float')

export const sizeOf = (shape: readonly number[]) => shape.reduce((size, count) => size * count, 1)

/** Elements from one to the next along each axis, where all lie row by row. */
export function rowMajor(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length)
  let step = 1
  for (let axis = shape.length - 1; axis >= 0; --axis) {
    strides[axis] = step
    step *= shape[axis] as number
  }
  return strides
}

/** Room for so many numbers of a type. */
export const numbersOf = (type: ElementType, count: number): Numbers =>
  isFloat(type) ? new Float32Array(count) : new Float64Array(count)
