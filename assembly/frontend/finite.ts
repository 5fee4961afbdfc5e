// Samples are meant to lie within 1. Up to 2^32, no power nor sum of powers overflows.
const LOUDEST: f32 = 4294967296

/**
 * Looks for NaN, infinities and what is louder than LOUDEST in `count` samples, and makes them
 * zero where `zero` is set.
 * @returns false when there are some and they were left
 */
export function finite(from: usize, count: i32, zero: bool): bool {
  const end = from + count * 4
  const whole = from + (count & ~3) * 4
  // without their signs, floats are in the order of their bits; NaN comes last
  const magnitude = i32x4.splat(0x7fffffff)
  let most = i32x4.splat(0)
  let at = from
  for (; at + 64 <= whole; at += 64) {
    const a = v128.and(v128.load(at), magnitude)
    const b = v128.and(v128.load(at, 16), magnitude)
    const c = v128.and(v128.load(at, 32), magnitude)
    const d = v128.and(v128.load(at, 48), magnitude)
    most = i32x4.max_s(most, i32x4.max_s(i32x4.max_s(a, b), i32x4.max_s(c, d)))
  }
  for (; at < whole; at += 16) most = i32x4.max_s(most, v128.and(v128.load(at), magnitude))
  let right = !v128.any_true(i32x4.gt_s(most, i32x4.splat(reinterpret<i32>(LOUDEST))))
  for (; at < end; at += 4) if (!(abs(load<f32>(at)) <= LOUDEST)) right = false
  if (right) return true
  if (!zero) return false
  for (at = from; at < end; at += 4) {
    if (!(abs(load<f32>(at)) <= LOUDEST)) store<f32>(at, 0)
  }
  return true
}
