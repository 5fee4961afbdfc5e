// Operations number by number, over arrays of any strides (0: broadcast).

import { erf, exp, log, sigmoid, tanh } from './elementary'
import { clamp, finished, loadSome, storeSome } from './vector'

// As src/engine/lowering/kernels.ts has them.
const COPY: i32 = 0
const RELU: i32 = 1
const SIGMOID: i32 = 2
const TANH: i32 = 3
const EXP: i32 = 4
const LOG: i32 = 5
const SQRT: i32 = 6
const NEGATE: i32 = 7
const ABSOLUTE: i32 = 8
const RECIPROCAL: i32 = 9
const ERF: i32 = 10
const CLIP: i32 = 11
const LEAKY_RELU: i32 = 12
const ELU: i32 = 13
const HARD_SIGMOID: i32 = 14
const SOFTPLUS: i32 = 15
const FLOOR: i32 = 16
const CEILING: i32 = 17
const ROUND: i32 = 18
const NOT: i32 = 19
const QUANTIZE: i32 = 20

const ADD: i32 = 0
const SUBTRACT: i32 = 1
const MULTIPLY: i32 = 2
const DIVIDE: i32 = 3
const MAXIMUM: i32 = 4
const MINIMUM: i32 = 5
const POWER: i32 = 6
const LESS: i32 = 7
const LESS_OR_EQUAL: i32 = 8
const GREATER: i32 = 9
const GREATER_OR_EQUAL: i32 = 10
const EQUAL: i32 = 11
const AND: i32 = 12
const OR: i32 = 13
const PRELU: i32 = 14

/** Sizes and strides, slowest first; the last one is the inner loop. */
@unmanaged
export class Loop {
  rank: i32
  operation: i32
  a: usize
  b: usize
  c: usize
  y: usize
  first: f32 // parameters of some operations
  second: f32
  third: f32
  // then `rank` times: size, strides in bytes of a, b, c, y, and a place to count
}

const AXES: usize = 36 // bytes before the axes
const AXIS: usize = 24

// The row of the inner loop that a loop is at.
let rowA: usize = 0
let rowB: usize = 0
let rowC: usize = 0
let rowY: usize = 0

function firstRow(p: Loop, axes: usize, inner: usize): void {
  for (let axis = axes; axis < inner; axis += AXIS) store<i32>(axis, load<i32>(axis), 20)
  rowA = p.a
  rowB = p.b
  rowC = p.c
  rowY = p.y
}

/** @returns whether there is one */
function nextRow(axes: usize, inner: usize): bool {
  for (let axis = inner - AXIS; axis >= axes; axis -= AXIS) {
    const left = load<i32>(axis, 20) - 1
    rowA += load<i32>(axis, 4)
    rowB += load<i32>(axis, 8)
    rowC += load<i32>(axis, 12)
    rowY += load<i32>(axis, 16)
    if (left > 0) {
      store<i32>(axis, left, 20)
      return true
    }
    const count = load<i32>(axis)
    rowA -= count * load<i32>(axis, 4)
    rowB -= count * load<i32>(axis, 8)
    rowC -= count * load<i32>(axis, 12)
    rowY -= count * load<i32>(axis, 16)
    store<i32>(axis, count, 20)
  }
  return false
}

function unaryOf(operation: i32, x: v128, p: Loop): v128 {
  switch (operation) {
    case RELU:
      return f32x4.pmax(x, f32x4.splat(0))
    case SIGMOID:
      return sigmoid(x)
    case TANH:
      return tanh(x)
    case EXP:
      return exp(x)
    case LOG:
      return log(x)
    case SQRT:
      return f32x4.sqrt(x)
    case NEGATE:
      return f32x4.neg(x)
    case ABSOLUTE:
      return f32x4.abs(x)
    case RECIPROCAL:
      return f32x4.div(f32x4.splat(1), x)
    case ERF:
      return erf(x)
    case CLIP:
      return clamp(x, f32x4.splat(p.first), f32x4.splat(p.second))
    case LEAKY_RELU:
      return v128.bitselect(f32x4.mul(x, f32x4.splat(p.first)), x, f32x4.lt(x, f32x4.splat(0)))
    case ELU:
      return v128.bitselect(
        f32x4.mul(f32x4.splat(p.first), f32x4.sub(exp(x), f32x4.splat(1))),
        x,
        f32x4.lt(x, f32x4.splat(0)),
      )
    case HARD_SIGMOID:
      return clamp(
        f32x4.add(f32x4.mul(x, f32x4.splat(p.first)), f32x4.splat(p.second)),
        f32x4.splat(0),
        f32x4.splat(1),
      )
    case SOFTPLUS: {
      const positive = f32x4.pmax(x, f32x4.splat(0))
      const tail = exp(f32x4.neg(f32x4.abs(x)))
      return f32x4.add(positive, log(f32x4.add(f32x4.splat(1), tail)))
    }
    case FLOOR:
      return f32x4.floor(x)
    case CEILING:
      return f32x4.ceil(x)
    case ROUND:
      return f32x4.nearest(x)
    case NOT:
      return v128.and(f32x4.eq(x, f32x4.splat(0)), f32x4.splat(1))
    case QUANTIZE:
      return finished(x, p.first, f32x4.splat(p.second), f32x4.splat(p.third))
  }
  return x
}

function binaryOf(operation: i32, a: v128, b: v128): v128 {
  switch (operation) {
    case ADD:
      return f32x4.add(a, b)
    case SUBTRACT:
      return f32x4.sub(a, b)
    case MULTIPLY:
      return f32x4.mul(a, b)
    case DIVIDE:
      return f32x4.div(a, b)
    case MAXIMUM:
      return f32x4.max(a, b)
    case MINIMUM:
      return f32x4.min(a, b)
    case POWER: {
      // of positive numbers: whole powers are multiplied out before this
      const y = exp(f32x4.mul(b, log(a)))
      return v128.bitselect(f32x4.splat(1), y, f32x4.eq(b, f32x4.splat(0)))
    }
    case LESS:
      return v128.and(f32x4.lt(a, b), f32x4.splat(1))
    case LESS_OR_EQUAL:
      return v128.and(f32x4.le(a, b), f32x4.splat(1))
    case GREATER:
      return v128.and(f32x4.gt(a, b), f32x4.splat(1))
    case GREATER_OR_EQUAL:
      return v128.and(f32x4.ge(a, b), f32x4.splat(1))
    case EQUAL:
      return v128.and(f32x4.eq(a, b), f32x4.splat(1))
    case AND:
      return f32x4.mul(a, b)
    case OR:
      return f32x4.max(a, b)
    case PRELU:
      return v128.bitselect(f32x4.mul(a, b), a, f32x4.lt(a, f32x4.splat(0)))
  }
  return a
}

/** Side by side. Those that networks of 8 bits are full of have loops of their own. */
function unaryRow(operation: i32, a: usize, y: usize, size: i32, p: Loop): void {
  const whole = size & ~3
  const end = y + ((<usize>whole) << 2)
  if (operation == QUANTIZE) {
    const low = f32x4.splat(p.second)
    const high = f32x4.splat(p.third)
    for (; y < end; y += 16) {
      v128.store(y, finished(v128.load(a), p.first, low, high))
      a += 16
    }
  } else if (operation == RELU) {
    const zero = f32x4.splat(0)
    for (; y < end; y += 16) {
      v128.store(y, f32x4.pmax(v128.load(a), zero))
      a += 16
    }
  } else {
    for (; y < end; y += 16) {
      v128.store(y, unaryOf(operation, v128.load(a), p))
      a += 16
    }
  }
  const left = size - whole
  if (left > 0) storeSome(y, unaryOf(operation, loadSome(a, left), p), left)
}

export function unary(p: Loop): void {
  const axes = changetype<usize>(p) + AXES
  const inner = axes + (<usize>p.rank - 1) * AXIS
  const size = load<i32>(inner)
  const stepA = load<i32>(inner, 4)
  const stepY = load<i32>(inner, 16)
  const operation = p.operation
  firstRow(p, axes, inner)
  do {
    const a = rowA
    const y = rowY
    if (stepY == 4 && (stepA == 4 || stepA == 0)) {
      if (operation == COPY && stepA == 4) memory.copy(y, a, (<usize>size) << 2)
      else if (stepA) unaryRow(operation, a, y, size, p)
      else {
        const x = v128.load32_splat(a)
        const value = operation == COPY ? x : unaryOf(operation, x, p)
        for (let n = 0; n < size; n += 4) storeSome(y + (n << 2), value, size - n)
      }
    } else {
      for (let n = 0; n < size; ++n) {
        const x = v128.load32_splat(a + n * stepA)
        v128.store32_lane(y + n * stepY, operation == COPY ? x : unaryOf(operation, x, p), 0)
      }
    }
  } while (nextRow(axes, inner))
}

/**
 * Side by side, or one number for all: then a step is 0, else 4. The most frequent ones have loops of
 * their own.
 */
function binaryRow(
  operation: i32,
  a: usize,
  stepA: i32,
  b: usize,
  stepB: i32,
  y: usize,
  size: i32,
): void {
  const whole = size & ~3
  const end = y + ((<usize>whole) << 2)
  const one = v128.load32_splat(a)
  const other = v128.load32_splat(b)
  const nextA = stepA << 2
  const nextB = stepB << 2
  if (operation == ADD) {
    for (; y < end; y += 16) {
      const x = stepA ? v128.load(a) : one
      v128.store(y, f32x4.add(x, stepB ? v128.load(b) : other))
      a += nextA
      b += nextB
    }
  } else if (operation == SUBTRACT) {
    for (; y < end; y += 16) {
      const x = stepA ? v128.load(a) : one
      v128.store(y, f32x4.sub(x, stepB ? v128.load(b) : other))
      a += nextA
      b += nextB
    }
  } else if (operation == MULTIPLY) {
    for (; y < end; y += 16) {
      const x = stepA ? v128.load(a) : one
      v128.store(y, f32x4.mul(x, stepB ? v128.load(b) : other))
      a += nextA
      b += nextB
    }
  } else {
    for (; y < end; y += 16) {
      const x = stepA ? v128.load(a) : one
      v128.store(y, binaryOf(operation, x, stepB ? v128.load(b) : other))
      a += nextA
      b += nextB
    }
  }
  const left = size - whole
  if (left > 0) {
    const x = stepA ? loadSome(a, left) : one
    storeSome(y, binaryOf(operation, x, stepB ? loadSome(b, left) : other), left)
  }
}

export function binary(p: Loop): void {
  const axes = changetype<usize>(p) + AXES
  const inner = axes + (<usize>p.rank - 1) * AXIS
  const size = load<i32>(inner)
  const stepA = load<i32>(inner, 4)
  const stepB = load<i32>(inner, 8)
  const stepY = load<i32>(inner, 16)
  const operation = p.operation
  const dense = stepY == 4 && (stepA == 4 || stepA == 0) && (stepB == 4 || stepB == 0)
  firstRow(p, axes, inner)
  do {
    const a = rowA
    const b = rowB
    const y = rowY
    if (dense) {
      binaryRow(operation, a, stepA, b, stepB, y, size)
    } else {
      for (let n = 0; n < size; ++n) {
        const x = v128.load32_splat(a + n * stepA)
        const z = v128.load32_splat(b + n * stepB)
        v128.store32_lane(y + n * stepY, binaryOf(operation, x, z), 0)
      }
    }
  } while (nextRow(axes, inner))
}

/** y = a where c is not 0, else b. */
export function select(p: Loop): void {
  const axes = changetype<usize>(p) + AXES
  const inner = axes + (<usize>p.rank - 1) * AXIS
  const size = load<i32>(inner)
  const stepA = load<i32>(inner, 4)
  const stepB = load<i32>(inner, 8)
  const stepC = load<i32>(inner, 12)
  const stepY = load<i32>(inner, 16)
  firstRow(p, axes, inner)
  do {
    const a = rowA
    const b = rowB
    const c = rowC
    const y = rowY
    for (let n = 0; n < size; ++n) {
      const from = load<f32>(c + n * stepC) != 0 ? a + n * stepA : b + n * stepB
      store<f32>(y + n * stepY, load<f32>(from))
    }
  } while (nextRow(axes, inner))
}
