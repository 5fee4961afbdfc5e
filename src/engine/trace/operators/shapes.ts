import type { Value } from '../../program.ts'
import { numbersOf, sizeOf } from '../../tensor.ts'
import type { NodeReader, Operator } from '../node-reader.ts'

function shape(node: NodeReader): Value {
  const { shape } = node.input(0)
  const from = node.attributeNumber('start', 0)
  const to = node.attributeNumber('end', shape.length)
  return node.build.list(shape.slice(from, to), true)
}

function reshape(node: NodeReader): Value {
  const x = node.input(0)
  const keepZero = node.attributeNumber('allowzero', 0) !== 0
  const wanted = node
    .list(1)
    .map((size, axis) => (size === 0 && !keepZero ? (x.shape[axis] ?? 0) : size))
  const known = wanted.filter((size) => size !== -1)
  if (wanted.length - known.length > 1 || known.some((size) => size < 0)) {
    node.refuse(`${wanted.join(' × ')} is no shape`)
  }
  const rest = sizeOf(x.shape) / sizeOf(known)
  return node.build.reshape(
    x,
    wanted.map((size) => (size === -1 ? rest : size)),
  )
}

function flatten(node: NodeReader): Value {
  const x = node.input(0)
  const given = node.attributeNumber('axis', 1)
  const axis = given < 0 ? given + x.shape.length : given
  return node.build.reshape(x, [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis))])
}

function squeeze(node: NodeReader): Value {
  const x = node.input(0)
  const axes = node.axes(1)?.map((axis) => node.axis(axis, x.shape.length))
  return node.build.reshape(
    x,
    x.shape.filter((size, axis) => (axes ? !axes.includes(axis) : size !== 1)),
  )
}

function unsqueeze(node: NodeReader): Value {
  const x = node.input(0)
  const axes = node.axes(1) ?? node.refuse('it names no axes')
  const rank = x.shape.length + axes.length
  const added = axes.map((axis) => node.axis(axis, rank))
  const rest = [...x.shape]
  const shape = Array.from({ length: rank }, (_, axis) =>
    added.includes(axis) ? 1 : (rest.shift() ?? node.refuse('an axis is named twice')),
  )
  return node.build.reshape(x, shape)
}

function transpose(node: NodeReader): Value {
  const x = node.input(0)
  const rank = x.shape.length
  const order = node.attributeList('perm') ?? x.shape.map((_, n) => rank - 1 - n)
  if (order.length !== rank || new Set(order).size !== rank || order.some((n) => !(n in x.shape))) {
    node.refuse(`${order} is no order of ${rank} axes`)
  }
  return node.build.permute(x, order)
}

function slice(node: NodeReader): Value {
  const x = node.input(0)
  const rank = x.shape.length
  const old = node.opset < 10
  const from = old ? (node.attributeList('starts') ?? []) : node.list(1)
  const to = old ? (node.attributeList('ends') ?? []) : node.list(2)
  const axes =
    (old ? node.attributeList('axes') : node.has(3) ? node.list(3) : undefined) ??
    from.map((_, n) => n)
  const by = !old && node.has(4) ? node.list(4) : from.map(() => 1)
  const starts = x.shape.map(() => 0)
  const steps = x.shape.map(() => 1)
  const shape = [...x.shape]
  axes.forEach((given, n) => {
    const axis = node.axis(given, rank)
    const size = x.shape[axis] as number
    const step = by[n] ?? 1
    if (step === 0) node.refuse('it has a step of 0')
    const clamped = (value: number, low: number, high: number) =>
      Math.min(Math.max(value < 0 ? value + size : value, low), high)
    const start = clamped(from[n] as number, 0, step > 0 ? size : size - 1)
    const end = clamped(to[n] as number, step > 0 ? 0 : -1, size)
    starts[axis] = start
    steps[axis] = step
    shape[axis] = Math.max(0, Math.ceil((end - start) / step))
  })
  return node.build.slice(x, starts, steps, shape)
}

function split(node: NodeReader): Value[] {
  const x = node.input(0)
  const axis = node.axis(node.attributeNumber('axis', 0), x.shape.length)
  const size = x.shape[axis] as number
  const count = node.node.outputs.length
  const each = Math.ceil(size / count)
  const sizes =
    (node.has(1) ? node.list(1) : node.attributeList('split')) ??
    Array.from({ length: count }, (_, n) => Math.min(each, size - n * each))
  if (sizes.some((part) => part < 0) || sizes.reduce((a, b) => a + b, 0) !== size) {
    node.refuse(`${size} cannot be split into ${sizes}`)
  }
  let start = 0
  return sizes.map((part) => {
    start += part
    return node.build.part(x, axis, start - part, part)
  })
}

function gather(node: NodeReader): Value {
  const { build } = node
  const x = node.input(0)
  const axis = node.axis(node.attributeNumber('axis', 0), x.shape.length)
  const size = x.shape[axis] as number
  const indices = node.tensor(1)
  const parts = Array.from(indices.data, (index) => {
    const at = index < 0 ? index + size : index
    if (!(at >= 0 && at < size)) node.refuse(`there is no place ${index} of ${size}`)
    return build.part(x, axis, at, 1)
  })
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)]
  return build.reshape(build.concat(parts, axis), shape)
}

function concat(node: NodeReader): Value {
  const parts = node.inputs
  const rank = parts[0]?.shape.length ?? 0
  return node.build.concat(parts, node.axis(node.attributeNumber('axis', 0), rank))
}

function expand(node: NodeReader): Value {
  const x = node.input(0)
  return node.build.expand(x, node.build.broadcast(x.shape, node.list(1)))
}

function tile(node: NodeReader): Value {
  const repeats = node.list(1)
  return repeats.reduce((x, times, axis) => {
    if (times < 0 || times > 4096) node.refuse(`it repeats ${times} times`)
    return node.build.concat(Array<Value>(times).fill(x), axis)
  }, node.input(0))
}

function pad(node: NodeReader): Value {
  const x = node.input(0)
  const rank = x.shape.length
  if (node.attributeText('mode', 'constant') !== 'constant') {
    node.refuse('it pads with more than a constant')
  }
  const old = node.opset < 11
  const pads = old ? (node.attributeList('pads') ?? []) : node.list(1)
  const axes = node.has(3)
    ? node.list(3).map((axis) => node.axis(axis, rank))
    : x.shape.map((_, n) => n)
  if (pads.length !== axes.length * 2 || pads.some((count) => count < 0)) {
    node.refuse(`pads ${pads} are not known`)
  }
  const value = old ? node.attributeNumber('value', 0) : node.number(2, 0)
  const before = x.shape.map((_, axis) => pads[axes.indexOf(axis)] ?? 0)
  const after = x.shape.map((_, axis) =>
    axes.includes(axis) ? (pads[axes.indexOf(axis) + axes.length] ?? 0) : 0,
  )
  return node.build.pad(x, before, after, value)
}

function constant(node: NodeReader): Value {
  const tensor = node.attributeTensor('value')
  if (tensor) return node.build.constant(tensor)
  if (node.node.attributes.has('value_float')) {
    return node.build.scalar(node.attributeNumber('value_float', 0))
  }
  if (node.node.attributes.has('value_int')) {
    return node.build.scalar(node.attributeNumber('value_int', 0), 'int64')
  }
  const ints = node.attributeList('value_ints')
  if (ints) return node.build.list(ints)
  const floats = node.attributeList('value_floats')
  if (floats) {
    const data = Float32Array.from(floats)
    return node.build.constant({ type: 'float32', shape: [data.length], data })
  }
  return node.refuse('it is of a kind that is unknown')
}

function constantOfShape(node: NodeReader): Value {
  const shape = node.list(0)
  const of = node.attributeTensor('value')
  const value = of ? node.build.constant({ ...of, shape: [] }) : node.build.scalar(0)
  if (shape.some((size) => size < 0)) node.refuse(`${shape.join(' × ')} is no shape`)
  if (sizeOf(shape) > 1 << 24) node.refuse(`${shape.join(' × ')} numbers are too many`)
  const { type, data } = value.constant ?? node.refuse('it has no value')
  const filled = numbersOf(type, sizeOf(shape)).fill(data[0] as number)
  return node.build.constant({ type, shape, data: filled }, true)
}

function range(node: NodeReader): Value {
  const [start, limit, step] = [0, 1, 2].map((n) => node.number(n, 0)) as [number, number, number]
  const count = Math.max(0, Math.ceil((limit - start) / step))
  if (!(count <= 1 << 20)) node.refuse('it has too many numbers')
  const { type } = node.input(0)
  const data = numbersOf(type, count).map((_, n) => start + n * step) as Float64Array
  return node.build.constant({ type, shape: [count], data }, true)
}

export const shapes: Record<string, Operator> = {
  Concat: concat,
  Constant: constant,
  ConstantOfShape: constantOfShape,
  Expand: expand,
  Flatten: flatten,
  Gather: gather,
  Pad: pad,
  Range: range,
  Reshape: reshape,
  Shape: shape,
  Size: (node) => node.build.scalar(sizeOf(node.input(0).shape), 'int64'),
  Slice: slice,
  Split: split,
  Squeeze: squeeze,
  Tile: tile,
  Transpose: transpose,
  Unsqueeze: unsqueeze,
}
