// x * y + sum, in one rounding where the build may (its last bits then depend on the machine).
export function madd(x: v128, y: v128, sum: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(x, y, sum)
  return f32x4.add(sum, f32x4.mul(x, y))
}

// Between two bounds; what is no number stays none.
export function clamp(x: v128, low: v128, high: v128): v128 {
  return f32x4.pmin(f32x4.pmax(x, low), high)
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
