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
  for (; at + 64 <= whole; at += 64) {
    const a = v128.load(at)
    const b = v128.load(at, 16)
    const c = v128.load(at, 32)
    const d = v128.load(at, 48)
    const ab = v128.or(f32x4.sub(a, a), f32x4.sub(b, b))
    const cd = v128.or(f32x4.sub(c, c), f32x4.sub(d, d))
    wrong = v128.or(wrong, v128.or(ab, cd))
  }
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
