/** Graphs of one operator, or of some that are fused, on random shapes. */
import type { Numbers } from '../../src/engine/index.ts'
import type { WrittenModel, WrittenNode, WrittenTensor } from './onnx-writer.ts'
import type { Random } from './random.ts'

export interface Case {
  model: WrittenModel
  inputs: Record<string, Numbers>
}

type Attributes = NonNullable<WrittenNode['attributes']>

interface Parts {
  inputs: Record<string, Numbers>
  constants?: Record<string, WrittenTensor | undefined>
  attributes?: Attributes
  outputs?: string[]
  /** Nodes that follow, from `y` on. */
  after?: WrittenNode[]
  opset?: number
}

const then = (operator: string, inputs: string[], output: string, attributes: Attributes = {}) => ({
  operator,
  inputs,
  outputs: [output],
  attributes,
})

/** An operator of all inputs and constants, in the order that they are named in. */
function of(operator: string, parts: Parts): Case {
  const { inputs, constants = {}, attributes = {}, outputs = ['y'], after = [], opset } = parts
  const used = new Set(after.flatMap((node) => node.inputs))
  const given = { ...inputs, ...constants }
  // A constant that only a later node uses is none of this one's.
  const names = Object.keys(given).filter((name) => !name.startsWith('later'))
  const last = after.at(-1)?.outputs ?? outputs
  const entries = Object.entries(constants).filter(([name, tensor]) => {
    return tensor !== undefined && (names.includes(name) || used.has(name))
  })
  return {
    inputs,
    model: {
      ...(opset && { opset }),
      inputs: Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, shape])),
      constants: Object.fromEntries(entries) as Record<string, WrittenTensor>,
      nodes: [
        {
          operator,
          inputs: names.map((name) => (given[name] === undefined ? '' : name)),
          outputs,
          attributes,
        },
        ...after,
      ],
      outputs: last,
    },
  }
}

const integers = (...data: number[]): WrittenTensor => ({
  type: 'int64',
  shape: [data.length],
  data,
})

/** Sizes around the blocks of kernels: 4 numbers, 16 channels. */
const channels = (r: Random) => r.pick(1, 2, 3, 4, 5, 8, 15, 16, 17, 20, 32, 33)

function conv(r: Random, axes: 1 | 2, winograd = false): Case {
  const groupCount = winograd ? 1 : r.pick(1, 1, 1, 2, 3)
  const depthwise = !winograd && r.next() < 0.25
  const wide = () => r.pick(16, 20, 32)
  const inputs = winograd ? wide() : groupCount * r.pick(1, 2, 4, 7, 16)
  const groups = depthwise ? inputs : groupCount
  const outputs = winograd ? wide() : depthwise ? inputs : groups * channels(r)
  const each = <T>(make: () => T) => Array.from({ length: axes }, make)
  const kernel = winograd ? [3, 3] : each(() => r.whole(1, 4))
  const stride = r.pick(1, 2)
  const strides = winograd ? [stride, stride] : each(() => r.pick(1, 1, 2, 3))
  const auto = winograd ? undefined : r.pick(undefined, undefined, 'SAME_UPPER', 'SAME_LOWER')
  // onnxruntime refuses both.
  const dilations = winograd || auto ? kernel.map(() => 1) : each(() => r.pick(1, 1, 2))
  const pads = [...each(() => r.whole(0, 2)), ...each(() => r.whole(0, 2))]
  const reach = kernel.map((size, n) => (size - 1) * (dilations[n] as number) + 1)
  const size = reach.map((least) => least + r.whole(winograd ? 4 : 0, 19))
  return of('Conv', {
    inputs: { x: r.tensor([r.pick(1, 1, 2), inputs, ...size]) },
    constants: {
      w: r.tensor([outputs, inputs / groups, ...kernel], -0.5, 0.5),
      b: r.pick(r.tensor([outputs]), undefined),
    },
    attributes: {
      group: groups,
      strides,
      dilations,
      auto_pad: auto,
      pads: auto ? undefined : pads,
    },
  })
}

/** What networks have after a convolution: a scale and a shift, a residual, a limit. */
function fusedConv(r: Random): Case {
  const winograd = r.next() < 0.5
  const inputs = winograd ? 16 : r.whole(1, 6)
  const outputs = winograd ? 20 : channels(r)
  const [height, width] = [r.whole(4, 14), r.whole(4, 14)]
  const column = (low: number) => r.tensor([1, outputs, 1, 1], low, 2)
  const after = [then('Mul', ['y', 'later scale'], 'm'), then('Add', ['m', 'later shift'], 'a')]
  if (r.next() < 0.5) after.push(then('Add', ['a', 'later'], 'r'))
  after.push(then(r.pick('Relu', 'Relu', 'Tanh'), [after.at(-1)?.outputs[0] as string], 'z'))
  const residual = after.length > 3
  const x = r.tensor([1, inputs, height, width])
  return of('Conv', {
    inputs: residual ? { x, later: r.tensor([1, outputs, height, width]) } : { x },
    constants: {
      w: r.tensor([outputs, inputs, 3, 3], -0.1, 0.1),
      'later scale': column(0.5),
      'later shift': column(-1),
    },
    attributes: { pads: [1, 1, 1, 1] },
    after,
  })
}

function matmul(r: Random): Case {
  const [rows, depth, columns] = [r.whole(1, 9), channels(r), channels(r)]
  const lead = r.shape(r.whole(0, 2), 3)
  const x = r.tensor([...lead, rows, depth])
  const own = r.pick(lead, [])
  const b = r.tensor([...own, depth, columns], -0.5, 0.5)
  const after = r.pick([], [then('Add', ['y', 'later'], 'z')])
  const later = after.length > 0 ? { later: r.tensor([columns]) } : {}
  return r.next() < 0.6
    ? of('MatMul', { inputs: { x }, constants: { b, ...later }, after })
    : of('MatMul', { inputs: { x, b }, constants: later, after })
}

function gemm(r: Random): Case {
  const [rows, depth, columns] = [r.whole(1, 9), channels(r), channels(r)]
  const [transA, transB] = [r.pick(0, 1), r.pick(0, 1)]
  return of('Gemm', {
    inputs: { a: r.tensor(transA ? [depth, rows] : [rows, depth]) },
    constants: {
      b: r.tensor(transB ? [columns, depth] : [depth, columns], -0.5, 0.5),
      c: r.pick(r.tensor([columns]), r.tensor([rows, 1]), undefined),
    },
    attributes: { transA, transB, alpha: { float: r.pick(1, 0.5) }, beta: { float: r.pick(1, 2) } },
  })
}

function recurrent(operator: 'LSTM' | 'GRU', r: Random): Case {
  const gates = operator === 'LSTM' ? 4 : 3
  const [time, batch, features, hidden] = [
    r.whole(1, 6),
    r.whole(1, 3),
    r.whole(1, 9),
    r.whole(1, 18),
  ]
  const direction = r.pick('forward', 'reverse', 'bidirectional')
  const ways = direction === 'bidirectional' ? 2 : 1
  const started = r.next() < 0.5
  const state = () => (started ? r.tensor([ways, batch, hidden]) : undefined)
  return of(operator, {
    inputs: { x: r.tensor([time, batch, features]) },
    constants: {
      w: r.tensor([ways, gates * hidden, features], -0.5, 0.5),
      r: r.tensor([ways, gates * hidden, hidden], -0.5, 0.5),
      b: r.pick(r.tensor([ways, 2 * gates * hidden], -0.5, 0.5), undefined),
      lengths: undefined,
      h: state(),
      ...(operator === 'LSTM' && { c: state() }),
    },
    attributes: {
      hidden_size: hidden,
      direction,
      linear_before_reset: operator === 'GRU' ? r.pick(0, 1) : undefined,
    },
    outputs: operator === 'LSTM' ? ['y', 'last', 'cell'] : ['y', 'last'],
  })
}

function normalization(operator: string, r: Random): Case {
  const x = r.tensor([r.whole(1, 2), r.whole(1, 20), ...r.shape(2, 7)])
  const count = operator === 'LayerNormalization' ? x.shape.at(-1) : x.shape[1]
  const row = (low = -2) => r.tensor([count as number], low)
  return of(operator, {
    inputs: { x },
    constants: {
      scale: row(),
      b: row(),
      ...(operator === 'BatchNormalization' && { mean: row(), variance: row(0.1) }),
    },
    attributes: { epsilon: { float: 1e-3 } },
  })
}

function pool(operator: string, r: Random): Case {
  const axes = r.pick(1, 2)
  const each = <T>(make: () => T) => Array.from({ length: axes }, make)
  // Of one channel, wide windows take another way.
  const wide = r.next() < 0.3
  const kernel = each(() => (wide ? r.whole(8, 12) : r.whole(1, 4)))
  const pads = kernel.map((size) => r.whole(0, Math.min(1, size - 1)))
  const size = kernel.map((least) => least + r.whole(0, 12))
  const up = r.pick(0, 0, 1)
  return of(operator, {
    inputs: { x: r.tensor([r.pick(1, 2), wide ? 1 : channels(r), ...size]) },
    attributes: {
      kernel_shape: kernel,
      strides: each(() => r.whole(1, 3)),
      pads: [...pads, ...pads],
      ceil_mode: operator === 'MaxPool' ? up : 0,
      count_include_pad: operator === 'AveragePool' ? r.pick(0, 1) : undefined,
    },
  })
}

function reduction(operator: string, r: Random): Case {
  const shape = r.shape(r.whole(1, 4), 9)
  const axes = shape.flatMap((_, axis) => (r.next() < 0.5 ? [axis] : []))
  const chosen = axes.length > 0 ? axes : [r.pick(0, -1)]
  const listed = operator === 'ReduceSum'
  return of(operator, {
    inputs: { x: r.tensor(shape, -1.5, 1.5) },
    constants: listed ? { axes: integers(...chosen) } : {},
    attributes: { keepdims: r.pick(0, 1), axes: listed ? undefined : chosen },
  })
}

function softmax(operator: string, r: Random): Case {
  const shape = r.shape(r.whole(1, 3), 19)
  return of(operator, {
    inputs: { x: r.tensor(shape, -9, 9) },
    attributes: { axis: r.whole(-shape.length, shape.length - 1) },
  })
}

function unary(operator: string, low: number, high: number, attributes: Attributes = {}) {
  return (r: Random): Case =>
    of(operator, {
      inputs: { x: r.tensor(r.shape(r.whole(1, 3), 9), low, high) },
      attributes,
      ...(operator === 'Gelu' && { opset: 20 }),
    })
}

/** Of floats; what comes out as true or false is turned to 1 and 0. */
function binary(operator: string, logical = false, low = -2) {
  return (r: Random): Case => {
    const shape = r.shape(r.whole(1, 4), 7)
    const [wide, narrow] = [r.tensor(shape, low), r.tensor(r.narrower(shape), low)]
    // Equal, now and then.
    const some = Math.min(wide.data.length, narrow.data.length)
    if (logical) narrow.data.set(wide.data.subarray(0, Math.ceil(some / 2)))
    const after = logical ? [then('Cast', ['y'], 'z', { to: 1 })] : []
    const [a, b] = r.pick([wide, narrow], [narrow, wide])
    return r.next() < 0.5
      ? of(operator, { inputs: { a, b }, after })
      : of(operator, { inputs: { a }, constants: { b }, after })
  }
}

/** Of conditions, which are made by a comparison. */
function logical(operator: 'And' | 'Or' | 'Not' | 'Where') {
  return (r: Random): Case => {
    const shape = r.shape(r.whole(1, 3), 7)
    const [a, b] = [r.tensor(shape), r.tensor(shape)]
    const nodes: WrittenNode[] = [
      then('Less', ['a', 'zero'], 'p'),
      then('Greater', ['b', 'zero'], 'q'),
      operator === 'Where'
        ? then('Where', ['p', 'a', 'b'], 'y')
        : then(operator, operator === 'Not' ? ['p'] : ['p', 'q'], 'y'),
      then('Cast', ['y'], 'z', { to: 1 }),
    ]
    return {
      inputs: { a, b },
      model: {
        inputs: { a: shape, b: shape },
        constants: { zero: { shape: [], data: [0] } },
        nodes,
        outputs: ['z'],
      },
    }
  }
}

const shapes: Record<string, (r: Random) => Case> = {
  Reshape(r) {
    const [a, b, c] = r.shape(3, 6) as [number, number, number]
    const to = r.pick([a * b, c], [-1], [0, b * c], [c, -1])
    return of('Reshape', {
      inputs: { x: r.tensor([a, b, c]) },
      constants: { shape: integers(...to) },
    })
  },
  Transpose(r) {
    const shape = r.shape(r.whole(2, 4), 6)
    const perm = shape.map((_, n) => ({ n, by: r.next() }))
    perm.sort((a, b) => a.by - b.by)
    return of('Transpose', {
      inputs: { x: r.tensor(shape) },
      attributes: { perm: perm.map(({ n }) => n) },
      after: r.pick([], [then('Relu', ['y'], 'z')]),
    })
  },
  Flatten: (r) =>
    of('Flatten', {
      inputs: { x: r.tensor(r.shape(3, 5)) },
      attributes: { axis: r.whole(0, 3) },
    }),
  Squeeze: (r) =>
    of('Squeeze', {
      inputs: { x: r.tensor([1, r.whole(1, 5), 1]) },
      constants: { axes: r.pick(integers(0), integers(0, 2), integers(-1)) },
    }),
  Unsqueeze: (r) =>
    of('Unsqueeze', {
      inputs: { x: r.tensor(r.shape(2, 5)) },
      constants: { axes: r.pick(integers(0), integers(0, 3), integers(-1)) },
    }),
  Concat(r) {
    const shape = r.shape(r.whole(1, 4), 5)
    const axis = r.whole(0, shape.length - 1)
    const other = shape.map((size, n) => (n === axis ? r.whole(1, 5) : size))
    return of('Concat', {
      inputs: { a: r.tensor(shape), b: r.tensor(other) },
      constants: { c: r.tensor(shape) },
      attributes: { axis: r.pick(axis, axis - shape.length) },
    })
  },
  Split(r) {
    const [rows, columns] = [r.whole(1, 5), r.whole(2, 9)]
    const first = r.whole(1, columns - 1)
    return of('Split', {
      inputs: { x: r.tensor([rows, columns]) },
      constants: { split: integers(first, columns - first) },
      attributes: { axis: 1 },
      outputs: ['y', 'z'],
    })
  },
  Slice(r) {
    const [rows, columns] = [r.whole(3, 9), r.whole(3, 9)]
    const backwards = r.next() < 0.3
    return of('Slice', {
      inputs: { x: r.tensor([rows, columns]) },
      constants: {
        starts: integers(r.whole(0, 2), backwards ? -1 : r.whole(-3, 1)),
        ends: integers(r.pick(rows, 99, -1), backwards ? -99 : 99),
        axes: integers(0, 1),
        steps: integers(r.whole(1, 2), backwards ? -1 : r.whole(1, 3)),
      },
    })
  },
  Gather(r) {
    const shape = r.shape(3, 6)
    const axis = r.whole(0, 2)
    const size = shape[axis] as number
    const picked = Array.from({ length: r.whole(1, 4) }, () => r.whole(-size, size - 1))
    return of('Gather', {
      inputs: { x: r.tensor(shape) },
      constants: { at: r.pick(integers(...picked), { type: 'int64', shape: [], data: [0] }) },
      attributes: { axis },
    })
  },
  Expand(r) {
    const shape = r.shape(3, 5)
    return of('Expand', {
      inputs: { x: r.tensor(r.narrower(shape)) },
      constants: { shape: integers(...shape) },
    })
  },
  Tile: (r) =>
    of('Tile', {
      inputs: { x: r.tensor(r.shape(2, 5)) },
      constants: { repeats: integers(r.whole(1, 3), r.whole(1, 3)) },
    }),
  Pad: (r) =>
    of('Pad', {
      inputs: { x: r.tensor(r.shape(2, 6)) },
      constants: {
        pads: integers(...r.shape(4, 3).map((n) => n - 1)),
        value: { shape: [], data: [r.pick(0, 1.5)] },
      },
    }),
  Clip: (r) =>
    of('Clip', {
      inputs: { x: r.tensor(r.shape(2, 9)) },
      constants: {
        low: r.pick({ shape: [], data: [-0.5] }, undefined),
        high: { shape: [], data: [1] },
      },
    }),
}

/** 8-bit weights and activations, as the quantiser of onnxruntime leaves them. */
function quantized(r: Random): Case {
  const [rows, depth, columns] = [r.whole(1, 9), channels(r), channels(r)]
  const byChannel = r.next() < 0.5
  const scales = byChannel ? r.tensor([columns], 0.005, 0.02) : r.tensor([], 0.005, 0.02)
  const zeros = {
    type: 'int8' as const,
    shape: scales.shape,
    data: [...scales.data].map(() => r.pick(0, r.whole(-9, 9))),
  }
  const weights = r.tensor([depth, columns], -127, 127)
  const x = r.tensor([rows, depth])
  return {
    inputs: { x },
    model: {
      inputs: { x: x.shape },
      constants: {
        scale: { shape: [], data: [0.0173] },
        zero: { type: 'uint8', shape: [], data: [128] },
        w: { type: 'int8', shape: weights.shape, data: weights.data.map(Math.round) },
        scales,
        zeros,
      },
      nodes: [
        then('QuantizeLinear', ['x', 'scale', 'zero'], 'q'),
        then('DequantizeLinear', ['q', 'scale', 'zero'], 'd'),
        then('DequantizeLinear', ['w', 'scales', 'zeros'], 'f', { axis: 1 }),
        then('Relu', ['d'], 'r'),
        then('MatMul', [r.pick('d', 'r'), 'f'], 'y'),
      ],
      outputs: ['y'],
    },
  }
}

/**
 * What is quantised right after a product. All numbers are whole, and half a step never is: rounding
 * cannot differ.
 */
function quantizedProduct(r: Random): Case {
  const whole = (shape: number[]) => {
    const tensor = r.tensor(shape, -3, 3)
    return { ...tensor, data: tensor.data.map(Math.round) }
  }
  const kind = r.pick('winograd', 'direct', 'depthwise', 'matmul')
  const inputs = kind === 'winograd' ? 16 : channels(r)
  const outputs = kind === 'winograd' ? 20 : kind === 'depthwise' ? inputs : channels(r)
  const [height, width, stride] = [r.whole(4, 14), r.whole(4, 14), r.pick(1, 2)]
  const matmul = kind === 'matmul'
  const size = kind === 'winograd' ? 3 : r.whole(1, 3)
  const group = kind === 'depthwise' ? inputs : 1
  const x = whole(matmul ? [height, inputs] : [1, inputs, height, width])
  const weights = whole(matmul ? [inputs, outputs] : [outputs, inputs / group, size, size])
  const strides = { strides: [stride, stride], group }
  const limits = [
    ['Relu', 'Quantize'],
    ['Quantize', 'Relu'],
    ['Quantize', 'Quantize', 'Relu'],
    ['Quantize', 'Clip'],
  ]
  const after = r.pick(...limits).flatMap((operator, n) => {
    const [from, to] = [`y${n}`, `y${n + 1}`]
    if (operator === 'Clip') return [then('Clip', [from, 'least', 'most'], to)]
    if (operator === 'Relu') return [then('Relu', [from], to)]
    return [
      then('QuantizeLinear', [from, 'scale', 'zero'], `q${n}`),
      then('DequantizeLinear', [`q${n}`, 'scale', 'zero'], to),
    ]
  })
  return {
    inputs: { x },
    model: {
      inputs: { x: x.shape },
      constants: {
        w: weights,
        scale: { shape: [], data: [2.6] },
        zero: { type: 'uint8', shape: [], data: [r.whole(0, 128)] },
        ...(after.at(-1)?.operator === 'Clip' && {
          least: { shape: [], data: [-7] },
          most: { shape: [], data: [30] },
        }),
      },
      nodes: [
        matmul ? then('MatMul', ['x', 'w'], 'y0') : then('Conv', ['x', 'w'], 'y0', strides),
        ...after,
      ],
      outputs: after.at(-1)!.outputs,
    },
  }
}

/** By operator: how a graph of it is made. */
export const cases: Record<string, (r: Random) => Case> = {
  'Conv, two axes': (r) => conv(r, 2),
  'Conv, one axis': (r) => conv(r, 1),
  'Conv, by Winograd': (r) => conv(r, 2, true),
  'Conv, fused': fusedConv,
  MatMul: matmul,
  Gemm: gemm,
  LSTM: (r) => recurrent('LSTM', r),
  GRU: (r) => recurrent('GRU', r),
  BatchNormalization: (r) => normalization('BatchNormalization', r),
  LayerNormalization: (r) => normalization('LayerNormalization', r),
  InstanceNormalization: (r) => normalization('InstanceNormalization', r),
  MaxPool: (r) => pool('MaxPool', r),
  AveragePool: (r) => pool('AveragePool', r),
  GlobalMaxPool: (r) => of('GlobalMaxPool', { inputs: { x: r.tensor(r.shape(4, 9)) } }),
  GlobalAveragePool: (r) => of('GlobalAveragePool', { inputs: { x: r.tensor(r.shape(4, 9)) } }),
  ...Object.fromEntries(
    ['Max', 'Min', 'Mean', 'Sum', 'Prod', 'L2', 'SumSquare'].map((kind) => [
      `Reduce${kind}`,
      (r: Random) => reduction(`Reduce${kind}`, r),
    ]),
  ),
  Softmax: (r) => softmax('Softmax', r),
  LogSoftmax: (r) => softmax('LogSoftmax', r),
  Abs: unary('Abs', -3, 3),
  Neg: unary('Neg', -3, 3),
  Reciprocal: unary('Reciprocal', 0.1, 3),
  Sqrt: unary('Sqrt', 0, 9),
  Exp: unary('Exp', -9, 3),
  Log: unary('Log', 1e-3, 9),
  Erf: unary('Erf', -4, 4),
  Relu: unary('Relu', -3, 3),
  LeakyRelu: unary('LeakyRelu', -3, 3, { alpha: { float: 0.1 } }),
  Elu: unary('Elu', -3, 3, { alpha: { float: 0.7 } }),
  Gelu: unary('Gelu', -4, 4),
  Sigmoid: unary('Sigmoid', -9, 9),
  HardSigmoid: unary('HardSigmoid', -5, 5),
  Softplus: unary('Softplus', -9, 9),
  Tanh: unary('Tanh', -5, 5),
  Floor: unary('Floor', -5, 5),
  Ceil: unary('Ceil', -5, 5),
  Round: unary('Round', -5, 5),
  Identity: unary('Identity', -5, 5),
  Add: binary('Add'),
  Sub: binary('Sub'),
  Mul: binary('Mul'),
  Div: binary('Div', false, 0.2),
  Pow(r) {
    const exponent = r.pick(0.5, -0.5, 1, 2, 3, 5, 8)
    const low = Number.isInteger(exponent) ? -1.5 : 0.1
    return of('Pow', {
      inputs: { x: r.tensor(r.shape(2, 9), low, 1.5) },
      constants: { exponent: { shape: [], data: [exponent] } },
    })
  },
  Max: binary('Max'),
  Min: binary('Min'),
  Sum: binary('Sum'),
  PRelu: (r) => {
    const shape = r.shape(3, 7)
    return of('PRelu', {
      inputs: { x: r.tensor(shape) },
      constants: { slope: r.tensor(r.narrower(shape)) },
    })
  },
  Less: binary('Less', true),
  LessOrEqual: binary('LessOrEqual', true),
  Greater: binary('Greater', true),
  GreaterOrEqual: binary('GreaterOrEqual', true),
  Equal: binary('Equal', true),
  And: logical('And'),
  Or: logical('Or'),
  Not: logical('Not'),
  Where: logical('Where'),
  ...shapes,
  'QuantizeLinear, DequantizeLinear': quantized,
  'QuantizeLinear, after a product': quantizedProduct,
}
