// x * y + sum, in one rounding where the build may (its last bits then depend on the machine).
export function madd(x: v128, y: v128, sum: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(x, y, sum)
  return f32x4.add(sum, f32x4.mul(x, y))
}

// sum - x * y, likewise.
export function nmadd(x: v128, y: v128, sum: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_nmadd(x, y, sum)
  return f32x4.sub(sum, f32x4.mul(x, y))
}

const constants: usize = memory.data<f32>([
  2,
  3,
  4,
  5,
  8,
  1 / 2,
  1 / 3,
  1 / 4,
  1 / 6,
  1 / 12,
  1 / 24,
])

// Constants from memory: V8 builds those of code anew at each use, which takes as long as an operation.
export function two(): v128 {
  return v128.load32_splat(constants)
}
export function three(): v128 {
  return v128.load32_splat(constants, 4)
}
export function four(): v128 {
  return v128.load32_splat(constants, 8)
}
export function five(): v128 {
  return v128.load32_splat(constants, 12)
}
export function eight(): v128 {
  return v128.load32_splat(constants, 16)
}
export function half(): v128 {
  return v128.load32_splat(constants, 20)
}
export function third(): v128 {
  return v128.load32_splat(constants, 24)
}
export function quarter(): v128 {
  return v128.load32_splat(constants, 28)
}
export function sixth(): v128 {
  return v128.load32_splat(constants, 32)
}
export function twelfth(): v128 {
  return v128.load32_splat(constants, 36)
}
export function twentyFourth(): v128 {
  return v128.load32_splat(constants, 40)
}

// Between two bounds; what is no number stays none.
export function clamp(x: v128, low: v128, high: v128): v128 {
  return f32x4.pmin(f32x4.pmax(x, low), high)
}

/**
 * Between two bounds; where there is a step, as a whole number of steps between so many, which is how
 * numbers are quantised and back.
 */
export function finished(x: v128, step: f32, low: v128, high: v128): v128 {
  if (step == 0) return clamp(x, low, high)
  const steps = f32x4.splat(step)
  return f32x4.mul(clamp(f32x4.nearest(f32x4.div(x, steps)), low, high), steps)
}

/** The first `count` (1 to 4) of four numbers. */
export function storeSome(to: usize, x: v128, count: i32): void {
  if (count >= 4) {
    v128.store(to, x)
    return
  }
  v128.store32_lane(to, x, 0)
  if (count > 1) v128.store32_lane(to + 4, x, 1)
  if (count > 2) v128.store32_lane(to + 8, x, 2)
}

/** The first `count` (1 to 4) of four numbers, and zeros. */
export function loadSome(from: usize, count: i32): v128 {
  if (count >= 4) return v128.load(from)
  let x = v128.load32_zero(from)
  if (count > 1) x = v128.load32_lane(from + 4, x, 1)
  if (count > 2) x = v128.load32_lane(from + 8, x, 2)
  return x
}
