/** Convolution and pooling. One axis is two, of which the first has the size 1. */
import type { Value, Windowing } from '../../program.ts'
import type { Tensor } from '../../tensor.ts'
import type { NodeReader, Operator } from '../node-reader.ts'

function conv(node: NodeReader): Value {
  const x = image(node)
  const weights = node.tensor(1)
  const rank = weights.shape.length
  if (rank !== node.input(0).shape.length) node.refuse('its weights have another rank')
  const [outputs = 0, depth = 0, ...own] = weights.shape
  const groups = node.attributeNumber('group', 1)
  const channels = x.shape[1] as number
  if (!(groups >= 1) || depth * groups !== channels || outputs % groups || depth === 0) {
    node.refuse(`weights ${weights.shape.join(' × ')} do not fit ${channels} channels`)
  }
  const bias = node.optionalTensor(2)
  if (bias && bias.data.length !== outputs) node.refuse('its bias does not fit its weights')
  const [windowing, size] = windows(node, x, own)
  const shape = [outputs, depth, ...windowing.kernel]
  const flat = node.build.reshape(node.build.constant(weights), shape).constant as Tensor
  return result(node, node.build.conv(x, flat, bias, groups, windowing, size))
}

function pool(node: NodeReader, largest: boolean): Value {
  if (node.node.outputs.length > 1) node.refuse('it gives indices')
  const x = image(node)
  const kernel = node.attributeList('kernel_shape') ?? node.refuse('it has no kernel')
  const [windowing, size] = windows(node, x, kernel)
  const countPads = node.attributeNumber('count_include_pad', 0) !== 0
  // Rounding up, the last windows may lie beyond the padding, which does not count then.
  if (countPads && node.attributeNumber('ceil_mode', 0)) {
    node.refuse('it rounds its size up and counts padding')
  }
  return result(node, node.build.pool(x, { largest, countPads }, windowing, size))
}

/** `[images, channels, height, width]` */
function image(node: NodeReader): Value {
  const x = node.input(0)
  const [images = 0, channels = 0, ...size] = x.shape
  if (size.length === 2) return x
  if (size.length === 1) return node.build.reshape(x, [images, channels, 1, ...size])
  return node.refuse(`it has ${size.length} axes beside images and channels`)
}

function result(node: NodeReader, y: Value): Value {
  if (node.input(0).shape.length === 4) return y
  const [images = 0, channels = 0, , width = 0] = y.shape
  return node.build.reshape(y, [images, channels, width])
}

function windows(
  node: NodeReader,
  x: Value,
  own: readonly number[],
): [windowing: Windowing, size: [number, number]] {
  const axes = node.input(0).shape.length - 2
  const two = (list: readonly number[] | undefined, otherwise: number): [number, number] => {
    const given = list ?? Array<number>(axes).fill(otherwise)
    if (given.length !== axes) node.refuse('an attribute has not one number an axis')
    return [...Array<number>(2 - axes).fill(otherwise), ...given] as [number, number]
  }
  const kernel = two(own, 1)
  const named = node.attributeList('kernel_shape')
  if (named && named.join() !== own.join()) node.refuse('its kernel does not fit its weights')
  const strides = two(node.attributeList('strides'), 1)
  const dilations = two(node.attributeList('dilations'), 1)
  if ([...kernel, ...strides, ...dilations].some((n) => !(n >= 1 && n <= 1 << 15))) {
    node.refuse('its kernel, strides or dilations are wrong')
  }
  const given = node.attributeList('pads') ?? Array<number>(axes * 2).fill(0)
  if (given.length !== axes * 2 || given.some((n) => !(n >= 0 && n <= 1 << 15))) {
    node.refuse(`pads ${given} are not known`)
  }
  const before = two(given.slice(0, axes), 0)
  const after = two(given.slice(axes), 0)
  const auto = node.attributeText('auto_pad', 'NOTSET')
  const up = node.attributeNumber('ceil_mode', 0) !== 0
  const size = [0, 1].map((n) => {
    const input = x.shape[n + 2] as number
    const [stride, reach] = [
      strides[n] as number,
      ((kernel[n] as number) - 1) * (dilations[n] as number) + 1,
    ]
    if (auto === 'SAME_UPPER' || auto === 'SAME_LOWER') {
      const count = Math.ceil(input / stride)
      const total = Math.max(0, (count - 1) * stride + reach - input)
      const less = Math.floor(total / 2)
      before[n] = auto === 'SAME_UPPER' ? less : total - less
      after[n] = total - (before[n] as number)
      return count
    }
    if (auto === 'VALID') before[n] = after[n] = 0
    const room = input + (before[n] as number) + (after[n] as number) - reach
    if (room < 0) node.refuse(`its input of ${x.shape.join(' × ')} is smaller than its kernel`)
    let count = (up ? Math.ceil(room / stride) : Math.floor(room / stride)) + 1
    // A window must begin in the input or the padding before it.
    if (up && (count - 1) * stride >= input + (before[n] as number)) count -= 1
    return count
  }) as [number, number]
  const pads: Windowing['pads'] = [before[0], before[1], after[0], after[1]]
  return [{ kernel, strides, dilations, pads }, size]
}

export const windowed: Record<string, Operator> = {
  AveragePool: (node) => pool(node, false),
  Conv: conv,
  MaxPool: (node) => pool(node, true),
}
