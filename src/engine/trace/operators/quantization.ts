/** Whole numbers of 8 bits and back. Weights become float32 as the model is loaded. */
import type { Value } from '../../program.ts'
import type { Tensor } from '../../tensor.ts'
import type { NodeReader, Operator } from '../node-reader.ts'

/** Quantised numbers are kept as steps, from a value of which the graph has but the type. */
interface Quantized {
  steps: Value
  scale: number
  zero: number
}

const quantized = new WeakMap<Value, Quantized>()

const ranges: Partial<Record<Tensor['type'], [low: number, high: number]>> = {
  uint8: [0, 255],
  int8: [-128, 127],
  uint16: [0, 65535],
  int16: [-32768, 32767],
}

function quantize(node: NodeReader): Value {
  const x = node.input(0)
  const scale = node.number(1, 1)
  const zero = node.number(2, 0)
  const type = node.has(2) ? node.input(2).type : 'uint8'
  const [low, high] = ranges[type] ?? node.refuse(`it makes ${type} of numbers`)
  const steps = node.build.unary('quantize', x, scale, low - zero, high - zero)
  const output: Value = { type, shape: x.shape }
  quantized.set(output, { steps, scale, zero })
  return output
}

function dequantize(node: NodeReader): Value {
  const { build } = node
  const x = node.input(0)
  const from = quantized.get(x)
  if (from) {
    if (node.number(1, 1) === from.scale && node.number(2, 0) === from.zero) return from.steps
    node.refuse('it has another scale than what it comes from')
  }
  if (!x.constant) node.refuse('it takes whole numbers as it runs')
  const scale = node.tensor(1)
  const zero = node.optionalTensor(2)
  const axis =
    scale.data.length > 1 ? node.axis(node.attributeNumber('axis', 1), x.shape.length) : 0
  return build.dequantize(x, scale, zero, axis)
}

export const quantization: Record<string, Operator> = {
  DequantizeLinear: dequantize,
  QuantizeLinear: quantize,
}
