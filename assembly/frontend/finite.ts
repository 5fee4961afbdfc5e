/**
 * Looks for NaN and infinities in `count` samples, and makes them zero where `zero` is set.
 * @returns false when there are some and they were left
 */
export function finite(from: usize, count: i32, zero: bool): bool {
  const end = from + count * 4
  const whole = from + (count & ~3) * 4
  // x - x is zero for every finite x and NaN otherwise
  let wrong = f32x4.splat(0)
  let at = from
  for (; at < whole; at += 16) {
    const x = v128.load(at)
    wrong = v128.or(wrong, f32x4.sub(x, x))
  }
  let rest: f32 = 0
  for (; at < end; at += 4) rest += load<f32>(at) - load<f32>(at)
  if (!v128.any_true(f32x4.ne(wrong, wrong)) && rest == rest) return true
  if (!zero) return false
  for (at = from; at < end; at += 4) {
    if (!isFinite(load<f32>(at))) store<f32>(at, 0)
  }
  return true
}
