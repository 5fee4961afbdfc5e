/**
 * Reads ONNX files. A file is not trusted: whatever its bytes are, reading ends, stays in bounds and
 * takes no more memory than the bytes account for.
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
import type { Attribute, Graph, GraphInput, Model, Node } from './graph.ts'
import { type Field, fields, refuse, varints } from './protobuf.ts'
import { elementTypes, numbersOf, sizeOf, type Tensor } from './tensor.ts'
import { unsupported } from './unsupported.ts'

/** Newest version of the standard operators whose meaning is known here. */
const newestOpset = 23
const oldestOpset = 7
/** Graphs within graphs. */
const deepest = 8

/**
 * Reads a model.
 * @param given bytes of an ONNX file; weights may be views of them, so they must stay as they are
 * @throws {UndertoneError} `model-invalid`, `model-unsupported`
 */
export function readModel(given: Uint8Array): Model {
  // A Buffer's slice is a view, where a copy is meant.
  const bytes = new Uint8Array(given.buffer, given.byteOffset, given.length)
  let graph: Uint8Array | undefined
  let opset: number | undefined
  for (const field of fields(bytes)) {
    if (field.number === 7) graph = bytesOf(field)
    else if (field.number === 8) {
      const [domain, version] = readOpset(bytesOf(field))
      if (domain === '' || domain === 'ai.onnx') opset = version
    } else if (field.number === 25) unsupported('it brings functions of its own')
  }
  if (!graph) refuse('it has no graph')
  if (opset === undefined) refuse('it does not say which operators it counts on')
  if (opset < oldestOpset || opset > newestOpset) {
    unsupported(`it is of opset ${opset}; ${oldestOpset} to ${newestOpset} are known`)
  }
  return { opset, graph: readGraph(graph, 0) }
}

function readOpset(bytes: Uint8Array): [domain: string, version: number] {
  let domain = ''
  let version = 0
  for (const field of fields(bytes)) {
    if (field.number === 1) domain = textOf(field)
    else if (field.number === 2) version = intOf(field)
  }
  return [domain, version]
}

function readGraph(bytes: Uint8Array, depth: number): Graph {
  if (depth > deepest) refuse('its graphs are nested too deep')
  const nodes: Node[] = []
  const initializers = new Map<string, Tensor>()
  const inputs: GraphInput[] = []
  const outputs: string[] = []
  for (const field of fields(bytes)) {
    switch (field.number) {
      case 1:
        nodes.push(readNode(bytesOf(field), depth))
        break
      case 5: {
        const [name, tensor] = readTensor(bytesOf(field))
        initializers.set(name, tensor)
        break
      }
      case 11:
        inputs.push(readInput(bytesOf(field)))
        break
      case 12:
        outputs.push(readInput(bytesOf(field)).name)
        break
      case 15:
        unsupported('it has sparse weights')
    }
  }
  if (outputs.length === 0) refuse('a graph of it has no output')
  // Before IR version 4, weights were named among the inputs too.
  return {
    nodes,
    initializers,
    inputs: inputs.filter(({ name }) => !initializers.has(name)),
    outputs,
  }
}

function readNode(bytes: Uint8Array, depth: number): Node {
  const node: Node = { operator: '', name: '', inputs: [], outputs: [], attributes: new Map() }
  let domain = ''
  for (const field of fields(bytes)) {
    if (field.number === 1) node.inputs.push(textOf(field))
    else if (field.number === 2) node.outputs.push(textOf(field))
    else if (field.number === 3) node.name = textOf(field)
    else if (field.number === 4) node.operator = textOf(field)
    else if (field.number === 5) {
      const [name, value] = readAttribute(bytesOf(field), depth)
      node.attributes.set(name, value)
    } else if (field.number === 7) domain = textOf(field)
  }
  if (!node.operator) refuse('a node of it has no operator')
  if (domain && domain !== 'ai.onnx') node.operator = `${domain}.${node.operator}`
  return node
}

function readAttribute(bytes: Uint8Array, depth: number): [name: string, value: Attribute] {
  let name = ''
  let type = 0
  let value: Attribute | undefined
  const floats: number[] = []
  const ints: number[] = []
  const texts: string[] = []
  for (const field of fields(bytes)) {
    switch (field.number) {
      case 1:
        name = textOf(field)
        break
      case 2:
        value = floatOf(field)
        break
      case 3:
        value = intOf(field)
        break
      case 4:
        value = textOf(field)
        break
      case 5:
        value = readTensor(bytesOf(field))[1]
        break
      case 6:
        value = readGraph(bytesOf(field), depth + 1)
        break
      case 7:
        if (field.wire === 'bytes') append(floats, float32s(field.bytes))
        else floats.push(floatOf(field))
        break
      case 8:
        if (field.wire === 'bytes') for (const bits of varints(field.bytes)) ints.push(signed(bits))
        else ints.push(intOf(field))
        break
      case 9:
        texts.push(textOf(field))
        break
      case 20:
        type = intOf(field)
    }
  }
  if (!name) refuse('an attribute of it has no name')
  // Zeros and empty lists may be left out: then the type alone tells.
  const lists: Record<number, Attribute> = { 6: floats, 7: ints, 8: texts }
  const empty: Record<number, Attribute> = { 1: 0, 2: 0, 3: '' }
  value ??= lists[type] ?? [floats, ints, texts].find(({ length }) => length > 0) ?? empty[type]
  if (value === undefined) unsupported(`its attribute "${name}" is of a kind that is unknown`)
  return [name, value]
}

function readTensor(bytes: Uint8Array): [name: string, tensor: Tensor] {
  let name = ''
  let code = 0
  const shape: number[] = []
  let raw: Uint8Array | undefined
  const values: number[] = []
  for (const field of fields(bytes)) {
    switch (field.number) {
      case 1:
        if (field.wire === 'bytes')
          for (const bits of varints(field.bytes)) shape.push(signed(bits))
        else shape.push(intOf(field))
        break
      case 2:
        code = intOf(field)
        break
      case 4:
        if (field.wire === 'bytes') append(values, float32s(field.bytes))
        else values.push(floatOf(field))
        break
      case 5:
      case 7:
      case 11:
        if (field.wire === 'bytes')
          for (const bits of varints(field.bytes)) values.push(signed(bits))
        else values.push(intOf(field))
        break
      case 8:
        name = textOf(field)
        break
      case 9:
        raw = bytesOf(field)
        break
      case 10:
        if (field.wire === 'bytes') append(values, float64s(field.bytes))
        else values.push(new Float64Array(new BigUint64Array([field.bits]).buffer)[0] as number)
        break
      case 13:
      case 14:
        if (field.number === 13 || intOf(field) !== 0) unsupported('its weights lie in other files')
    }
  }
  const type = elementTypes[code]
  if (!type) unsupported(`it has weights of type ${code}`)
  if (shape.length > 8) unsupported(`it has weights of ${shape.length} axes`)
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0))
    refuse('a shape of it is wrong')
  const count = sizeOf(shape)
  const given = raw ? raw.length / bytesEach[type] : values.length
  if (count !== given) refuse(`"${name}" has ${given} numbers for a shape of ${shape.join(' × ')}`)
  if (raw) return [name, { type, shape, data: readRaw(raw, type, count) }]
  // Half precision comes as bits in whole numbers.
  const numbers = type === 'float16' ? values.map(fromHalf) : values
  const data = numbersOf(type, count)
  data.set(numbers)
  return [name, { type, shape, data }]
}

const bytesEach: Record<Tensor['type'], number> = {
  float32: 4,
  float16: 2,
  float64: 8,
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  uint32: 4,
  int32: 4,
  uint64: 8,
  int64: 8,
  bool: 1,
}

function readRaw(raw: Uint8Array, type: Tensor['type'], count: number): Tensor['data'] {
  if (type === 'float32') {
    if (raw.byteOffset % 4 === 0) return new Float32Array(raw.buffer, raw.byteOffset, count)
    return new Float32Array(raw.slice().buffer)
  }
  if (type === 'int8') return new Int8Array(raw.buffer, raw.byteOffset, count)
  if (type === 'uint8') return new Uint8Array(raw.buffer, raw.byteOffset, count)
  const view = new DataView(raw.buffer, raw.byteOffset, raw.length)
  const data = numbersOf(type, count)
  const read: Record<
    Exclude<Tensor['type'], 'float32' | 'int8' | 'uint8'>,
    (at: number) => number
  > = {
    float16: (at) => fromHalf(view.getUint16(at, true)),
    float64: (at) => view.getFloat64(at, true),
    uint16: (at) => view.getUint16(at, true),
    int16: (at) => view.getInt16(at, true),
    uint32: (at) => view.getUint32(at, true),
    int32: (at) => view.getInt32(at, true),
    uint64: (at) => Number(view.getBigUint64(at, true)),
    int64: (at) => Number(view.getBigInt64(at, true)),
    bool: (at) => (view.getUint8(at) ? 1 : 0),
  }
  const size = bytesEach[type]
  const one = read[type]
  for (let n = 0; n < count; ++n) data[n] = one(n * size)
  return data
}

/** A number of half precision, by its bits. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction ? NaN : sign * Infinity
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

function readInput(bytes: Uint8Array): GraphInput {
  let name = ''
  let type: GraphInput['type']
  let shape: GraphInput['shape']
  for (const field of fields(bytes)) {
    if (field.number === 1) name = textOf(field)
    if (field.number !== 2) continue
    for (const kind of fields(bytesOf(field))) {
      if (kind.number !== 1) continue
      for (const part of fields(bytesOf(kind))) {
        if (part.number === 1) type = elementTypes[intOf(part)] ?? 'other'
        if (part.number === 2) shape = readShape(bytesOf(part))
      }
    }
  }
  return { name, type, shape }
}

function readShape(bytes: Uint8Array): (number | undefined)[] {
  const shape: (number | undefined)[] = []
  for (const field of fields(bytes)) {
    if (field.number !== 1) continue
    let size: number | undefined
    for (const part of fields(bytesOf(field))) if (part.number === 1) size = intOf(part)
    if (size !== undefined && !Number.isSafeInteger(size)) refuse('a shape of it is wrong')
    // Some write -1 where any size is meant.
    shape.push(size !== undefined && size > 0 ? size : undefined)
  }
  return shape
}

const decoder = new TextDecoder()

function bytesOf({ number, wire, bytes }: Field): Uint8Array {
  return wire === 'bytes' ? bytes : refuse(`field ${number} has another type than it should have`)
}

const textOf = (field: Field) => decoder.decode(bytesOf(field))

function intOf({ number, wire, bits }: Field): number {
  if (wire !== 'varint') refuse(`field ${number} has another type than it should have`)
  return signed(bits)
}

const signed = (bits: bigint) => Number(BigInt.asIntN(64, bits))

function floatOf({ number, wire, bits }: Field): number {
  if (wire !== 'fixed32') refuse(`field ${number} has another type than it should have`)
  return new Float32Array(new Uint32Array([Number(bits)]).buffer)[0] as number
}

function float32s(bytes: Uint8Array): Float32Array {
  if (bytes.length % 4) refuse('it is cut off')
  return new Float32Array(bytes.slice().buffer)
}

function float64s(bytes: Uint8Array): Float64Array {
  if (bytes.length % 8) refuse('it is cut off')
  return new Float64Array(bytes.slice().buffer)
}

/** Lists may be longer than a call can have arguments. */
function append(list: number[], more: Iterable<number>) {
  for (const value of more) list.push(value)
}
