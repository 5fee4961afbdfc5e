/** Writes small ONNX files for tests. */

export interface WrittenTensor {
  /** Default: float32. */
  type?: keyof typeof types
  shape: readonly number[]
  data: ArrayLike<number>
}

type AttributeValue = number | string | number[] | { float: number } | { floats: number[] }

export interface WrittenNode {
  operator: string
  inputs: string[]
  outputs: string[]
  /** Numbers are whole ones, unless they are given as floats. */
  attributes?: Record<string, AttributeValue | undefined>
}

export interface WrittenModel {
  nodes: WrittenNode[]
  constants?: Record<string, WrittenTensor>
  /** Sizes of the inputs, float32; a name is any size. */
  inputs: Record<string, readonly (number | string)[]>
  outputs: string[]
  /** Default: 17. */
  opset?: number
}

const types = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9 } as const

export function writeModel({
  nodes,
  constants = {},
  inputs,
  outputs,
  opset = 17,
}: WrittenModel): Uint8Array {
  const graph = [
    ...nodes.map((node, n) => bytes(1, writeNode(node, n))),
    text(2, 'test'),
    ...Object.entries(constants).map(([name, tensor]) => bytes(5, writeTensor(name, tensor))),
    ...Object.entries(inputs).map(([name, shape]) => bytes(11, writeValue(name, shape))),
    ...outputs.map((name) => bytes(12, writeValue(name))),
  ]
  return join([int(1, 8), bytes(7, join(graph)), bytes(8, join([text(1, ''), int(2, opset)]))])
}

function writeNode(node: WrittenNode, n: number): Uint8Array {
  const { operator, inputs, outputs, attributes = {} } = node
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined)
  return join([
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(3, `${operator} ${n}`),
    text(4, operator),
    ...given.map(([name, value]) => bytes(5, writeAttribute(name, value as AttributeValue))),
  ])
}

function writeAttribute(name: string, value: AttributeValue): Uint8Array {
  const parts = (type: number, ...fields: Uint8Array[]) =>
    join([text(1, name), ...fields, int(20, type)])
  if (typeof value === 'number') return parts(2, int(3, value))
  if (typeof value === 'string') return parts(3, text(4, value))
  if (Array.isArray(value)) return parts(7, ...value.map((one) => int(8, one)))
  if ('float' in value) return parts(1, float(2, value.float))
  return parts(6, ...value.floats.map((one) => float(7, one)))
}

function writeTensor(name: string, { type = 'float32', shape, data }: WrittenTensor): Uint8Array {
  const numbers = Array.from(data)
  const raw = {
    float32: () => Float32Array.from(numbers),
    uint8: () => Uint8Array.from(numbers),
    int8: () => Int8Array.from(numbers),
    int32: () => Int32Array.from(numbers),
    int64: () => BigInt64Array.from(numbers, BigInt),
    bool: () => Uint8Array.from(numbers),
  }[type]()
  return join([
    ...shape.map((size) => int(1, size)),
    int(2, types[type]),
    text(8, name),
    bytes(9, new Uint8Array(raw.buffer)),
  ])
}

function writeValue(name: string, shape?: readonly (number | string)[]): Uint8Array {
  const sizes = shape?.map((size) =>
    bytes(1, typeof size === 'number' ? int(1, size) : text(2, size)),
  )
  const tensor = join([int(1, types.float32), ...(sizes ? [bytes(2, join(sizes))] : [])])
  return join([text(1, name), bytes(2, bytes(1, tensor))])
}

// Protocol buffers: https://protobuf.dev/programming-guides/encoding/

const join = (parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts))

export function varint(value: number): Uint8Array {
  const digits: number[] = []
  let left = BigInt.asUintN(64, BigInt(value))
  for (; left > 127n; left >>= 7n) digits.push(Number(left & 127n) + 128)
  return Uint8Array.of(...digits, Number(left))
}

const int = (field: number, value: number) => join([varint(field * 8), varint(value)])

function float(field: number, value: number): Uint8Array {
  return join([varint(field * 8 + 5), new Uint8Array(Float32Array.of(value).buffer)])
}

const bytes = (field: number, content: Uint8Array) =>
  join([varint(field * 8 + 2), varint(content.length), content])

const text = (field: number, content: string) => bytes(field, new TextEncoder().encode(content))
