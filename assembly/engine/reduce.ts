// Sums and extremes over some axes; softmax.

import { exp } from './elementary'
import { loadSome, storeSome } from './vector'

export const SUM: i32 = 0
const MEAN: i32 = 1
export const LARGEST: i32 = 2
const LEAST: i32 = 3
const SUM_OF_SQUARES: i32 = 4

function take(operation: i32, sum: v128, x: v128): v128 {
  if (operation == LARGEST) return f32x4.max(sum, x)
  if (operation == LEAST) return f32x4.min(sum, x)
  if (operation == SUM_OF_SQUARES) return f32x4.add(sum, f32x4.mul(x, x))
  return f32x4.add(sum, x)
}

function join(operation: i32, a: v128, b: v128): v128 {
  return operation == SUM_OF_SQUARES ? f32x4.add(a, b) : take(operation, a, b)
}

function start(operation: i32): f32 {
  if (operation == LARGEST) return -Infinity
  if (operation == LEAST) return Infinity
  return 0
}

/**
 * Of `[outer, count, inner]` the axis in the middle, to `[outer, inner]`, side by side. The axis may
 * itself be two, `rows` x `columns`.
 */
export function reduce(
  operation: i32,
  x: usize,
  y: usize,
  outer: i32,
  outerStep: i32,
  rows: i32,
  rowStep: i32,
  columns: i32,
  columnStep: i32,
  inner: i32,
  innerStep: i32,
): void {
  const scale: f32 = operation == MEAN ? 1 / <f32>(rows * columns) : 1
  const along = columnStep == 4 && inner == 1
  for (let n = 0; n < outer; ++n) {
    if (along) {
      store<f32>(y, reduceAlong(operation, x, rows, rowStep, columns) * scale)
      y += 4
    } else if (innerStep == 4) {
      for (let k = 0; k < inner; k += 4) {
        const left = inner - k
        let sum = f32x4.splat(start(operation))
        let row = x + (k << 2)
        for (let r = 0; r < rows; ++r) {
          let at = row
          for (let c = 0; c < columns; ++c) {
            sum = take(operation, sum, loadSome(at, left))
            at += columnStep
          }
          row += rowStep
        }
        storeSome(y, f32x4.mul(sum, f32x4.splat(scale)), left)
        y += min(left, 4) << 2
      }
    } else {
      for (let k = 0; k < inner; ++k) {
        let sum = f32x4.splat(start(operation))
        let row = x + k * innerStep
        for (let r = 0; r < rows; ++r) {
          let at = row
          for (let c = 0; c < columns; ++c) {
            sum = take(operation, sum, v128.load32_splat(at))
            at += columnStep
          }
          row += rowStep
        }
        store<f32>(y, f32x4.extract_lane(sum, 0) * scale)
        y += 4
      }
    }
    x += outerStep
  }
}

export function reduceAlong(operation: i32, x: usize, rows: i32, rowStep: i32, columns: i32): f32 {
  // Four at a time, since each waits for the one before.
  let sum = f32x4.splat(start(operation))
  let sum1 = sum
  let sum2 = sum
  let sum3 = sum
  let rest = start(operation)
  const whole = columns & ~3
  for (let r = 0; r < rows; ++r) {
    let at = x
    let c = 0
    for (; c < columns - 15; c += 16) {
      sum = take(operation, sum, v128.load(at))
      sum1 = take(operation, sum1, v128.load(at, 16))
      sum2 = take(operation, sum2, v128.load(at, 32))
      sum3 = take(operation, sum3, v128.load(at, 48))
      at += 64
    }
    for (; c < whole; c += 4) {
      sum = take(operation, sum, v128.load(at))
      at += 16
    }
    for (; c < columns; ++c) {
      rest = f32x4.extract_lane(take(operation, f32x4.splat(rest), v128.load32_splat(at)), 0)
      at += 4
    }
    x += rowStep
  }
  sum = join(operation, join(operation, sum, sum1), join(operation, sum2, sum3))
  const a = f32x4.extract_lane(sum, 0)
  const b = f32x4.extract_lane(sum, 1)
  const c = f32x4.extract_lane(sum, 2)
  const d = f32x4.extract_lane(sum, 3)
  if (operation == LARGEST) return max(max(max(a, b), max(c, d)), rest)
  if (operation == LEAST) return min(min(min(a, b), min(c, d)), rest)
  return a + b + (c + d) + rest
}

/** Softmax over the middle axis of `[outer, count, inner]`, all side by side. */
export function softmax(x: usize, y: usize, outer: i32, count: i32, inner: i32): void {
  const step = inner << 2
  for (let n = 0; n < outer; ++n) {
    if (inner == 1) {
      softmaxRow(x, y, count)
    } else {
      for (let k = 0; k < inner; k += 4) {
        const left = inner - k
        let most = f32x4.splat(-Infinity)
        let at = x + (k << 2)
        for (let i = 0; i < count; ++i) {
          most = f32x4.max(most, loadSome(at, left))
          at += step
        }
        at = x + (k << 2)
        let to = y + (k << 2)
        let sum = f32x4.splat(0)
        for (let i = 0; i < count; ++i) {
          const e = exp(f32x4.sub(loadSome(at, left), most))
          sum = f32x4.add(sum, e)
          storeSome(to, e, left)
          at += step
          to += step
        }
        const scale = f32x4.div(f32x4.splat(1), sum)
        to = y + (k << 2)
        for (let i = 0; i < count; ++i) {
          storeSome(to, f32x4.mul(loadSome(to, left), scale), left)
          to += step
        }
      }
    }
    x += count * step
    y += count * step
  }
}

function softmaxRow(x: usize, y: usize, count: i32): void {
  const most = f32x4.splat(reduceAlong(LARGEST, x, 1, 0, count))
  let n = 0
  for (; n < count; n += 4) {
    const left = count - n
    storeSome(y + (n << 2), exp(f32x4.sub(loadSome(x + (n << 2), left), most)), left)
  }
  const scale = f32x4.splat(1 / reduceAlong(SUM, y, 1, 0, count))
  for (n = 0; n < count; n += 4) {
    const left = count - n
    storeSome(y + (n << 2), f32x4.mul(loadSome(y + (n << 2), left), scale), left)
  }
}
