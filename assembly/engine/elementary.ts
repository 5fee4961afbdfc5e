// Functions of four numbers at once, to a unit or two in the last place of float32. The host's own
// differ from engine to engine.

function c(x: f32): v128 {
  return f32x4.splat(x)
}

function mulAdd(x: v128, y: v128, sum: v128): v128 {
  return f32x4.add(f32x4.mul(x, y), sum)
}

/** e^x; 0 below -103, infinity above 88.7. */
export function exp(x: v128): v128 {
  const bound = f32x4.pmin(f32x4.pmax(x, c(-104)), c(89))
  const n = f32x4.nearest(f32x4.mul(bound, c(1.44269504088896341)))
  // ln 2 in two parts, of which the first has few bits
  let r = f32x4.sub(bound, f32x4.mul(n, c(0.693359375)))
  r = f32x4.sub(r, f32x4.mul(n, c(-2.1219444e-4)))
  let p = mulAdd(c(1.98756915e-4), r, c(1.3981999507e-3))
  p = mulAdd(p, r, c(8.3334519073e-3))
  p = mulAdd(p, r, c(4.1665795894e-2))
  p = mulAdd(p, r, c(1.6666665459e-1))
  p = mulAdd(p, r, c(5.0000001201e-1))
  p = f32x4.add(mulAdd(f32x4.mul(r, r), p, r), c(1))
  // 2^n in two halves, as it may be no normal number
  const whole = i32x4.trunc_sat_f32x4_s(n)
  const half = i32x4.shr_s(whole, 1)
  const one = i32x4.splat(127)
  const first = i32x4.shl(i32x4.add(half, one), 23)
  const second = i32x4.shl(i32x4.add(i32x4.sub(whole, half), one), 23)
  const y = f32x4.mul(f32x4.mul(p, first), second)
  return v128.bitselect(y, x, f32x4.eq(x, x))
}

/** 1 / (1 + e^-x) */
export function sigmoid(x: v128): v128 {
  return f32x4.div(c(1), f32x4.add(c(1), exp(f32x4.neg(x))))
}

export function tanh(x: v128): v128 {
  const a = f32x4.abs(x)
  // Near 0 the difference from 1 would lose bits: a polynomial there.
  const z = f32x4.mul(x, x)
  let p = mulAdd(c(-5.70498872745e-3), z, c(2.06390887954e-2))
  p = mulAdd(p, z, c(-5.37397155531e-2))
  p = mulAdd(p, z, c(1.33314422036e-1))
  p = mulAdd(p, z, c(-3.33332819422e-1))
  const near = mulAdd(f32x4.mul(p, z), x, x)
  const e = exp(f32x4.add(a, a))
  const far = f32x4.sub(c(1), f32x4.div(c(2), f32x4.add(e, c(1))))
  const sign = v128.and(x, c(-0.0))
  return v128.bitselect(near, v128.or(far, sign), f32x4.lt(a, c(0.625)))
}

/** Natural logarithm. */
export function log(x: v128): v128 {
  // what is below the normal numbers, scaled up
  const tiny = f32x4.lt(x, c(1.17549435e-38))
  const scaled = v128.bitselect(f32x4.mul(x, c(8388608)), x, tiny)
  const bits = i32x4.sub(scaled, i32x4.splat(0x3f3504f3))
  const e = i32x4.shr_s(bits, 23)
  const m = i32x4.sub(scaled, i32x4.shl(e, 23))
  let n = f32x4.convert_i32x4_s(e)
  n = f32x4.sub(n, v128.and(c(23), tiny))
  const f = f32x4.sub(m, c(1))
  const z = f32x4.mul(f, f)
  let p = mulAdd(c(7.0376836292e-2), f, c(-1.151461031e-1))
  p = mulAdd(p, f, c(1.167699874e-1))
  p = mulAdd(p, f, c(-1.2420140846e-1))
  p = mulAdd(p, f, c(1.4249322787e-1))
  p = mulAdd(p, f, c(-1.6668057665e-1))
  p = mulAdd(p, f, c(2.0000714765e-1))
  p = mulAdd(p, f, c(-2.4999993993e-1))
  p = mulAdd(p, f, c(3.3333331174e-1))
  let y = f32x4.mul(f32x4.mul(p, z), f)
  y = f32x4.add(y, f32x4.mul(n, c(-2.1219444e-4)))
  y = f32x4.sub(y, f32x4.mul(z, c(0.5)))
  y = f32x4.add(f32x4.add(y, f), f32x4.mul(n, c(0.693359375)))
  y = v128.bitselect(c(-Infinity), y, f32x4.eq(x, c(0)))
  y = v128.bitselect(x, y, f32x4.eq(x, c(Infinity)))
  return v128.bitselect(c(NaN), y, v128.or(f32x4.lt(x, c(0)), f32x4.ne(x, x)))
}

/** The error function: Maclaurin's series below 1, Abramowitz and Stegun 7.1.26 above. */
export function erf(x: v128): v128 {
  const a = f32x4.abs(x)
  const z = f32x4.mul(x, x)
  let p = mulAdd(c(-1.0 / 6894720), z, c(1.0 / 685440))
  p = mulAdd(p, z, c(-1.0 / 75600))
  p = mulAdd(p, z, c(1.0 / 9360))
  p = mulAdd(p, z, c(-1.0 / 1320))
  p = mulAdd(p, z, c(1.0 / 216))
  p = mulAdd(p, z, c(-1.0 / 42))
  p = mulAdd(p, z, c(0.1))
  p = mulAdd(p, z, c(-1.0 / 3))
  const near = f32x4.mul(mulAdd(p, z, c(1)), f32x4.mul(x, c(1.1283791670955126)))
  const t = f32x4.div(c(1), mulAdd(a, c(0.3275911), c(1)))
  let q = mulAdd(c(1.061405429), t, c(-1.453152027))
  q = mulAdd(q, t, c(1.421413741))
  q = mulAdd(q, t, c(-0.284496736))
  q = mulAdd(q, t, c(0.254829592))
  const far = f32x4.sub(c(1), f32x4.mul(f32x4.mul(q, t), exp(f32x4.neg(z))))
  return v128.bitselect(near, v128.or(far, v128.and(x, c(-0.0))), f32x4.lt(a, c(1)))
}
