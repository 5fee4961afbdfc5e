// Functions for tables, in f64. The host's own differ from engine to engine in the last bits.

const TAU: f64 = 6.283185307179586
const LN2: f64 = 0.6931471805599453

function sinSmall(x: f64): f64 {
  const y = x * x
  let term = x
  let sum = x
  for (let k = 2; k < 20; k += 2) {
    term *= -y / <f64>(k * (k + 1))
    sum += term
  }
  return sum
}

function cosSmall(x: f64): f64 {
  const y = x * x
  let term: f64 = 1
  let sum: f64 = 1
  for (let k = 1; k < 20; k += 2) {
    term *= -y / <f64>(k * (k + 1))
    sum += term
  }
  return sum
}

/** cos(2 pi num / den), folded into the first octant in whole numbers. */
export function cosTurn(num: i64, den: i64): f64 {
  let n = num % den
  if (n < 0) n += den
  if (2 * n > den) n = den - n
  n *= 2
  let sign: f64 = 1
  if (2 * n > den) {
    n = den - n
    sign = -1
  }
  // the angle is n / (2 den) of a turn, at most a quarter
  const whole = <f64>den
  if (4 * n > den) return sign * sinSmall((TAU * <f64>(den - 2 * n)) / (4 * whole))
  return sign * cosSmall((TAU * <f64>n) / (2 * whole))
}

/** sin(2 pi num / den). */
export function sinTurn(num: i64, den: i64): f64 {
  return cosTurn(4 * num - den, 4 * den)
}

export function exp(x: f64): f64 {
  const n = nearest(x / LN2)
  const r = x - n * LN2
  let term: f64 = 1
  let sum: f64 = 1
  for (let k = 1; k < 18; ++k) {
    term *= r / <f64>k
    sum += term
  }
  return sum * reinterpret<f64>((<i64>n + 1023) << 52)
}

/** Natural logarithm of a normal positive number. */
export function log(x: f64): f64 {
  const bits = reinterpret<i64>(x)
  const e = (bits - 0x3fe6a09e667f3bcd) >> 52
  const m = reinterpret<f64>(bits - (e << 52))
  const s = (m - 1) / (m + 1)
  const y = s * s
  let term = s
  let sum = s
  for (let k = 3; k < 25; k += 2) {
    term *= y
    sum += term / <f64>k
  }
  return 2 * sum + <f64>e * LN2
}

export function log10(x: f64): f64 {
  return log(x) / 2.302585092994046
}

/** Modified Bessel function of the first kind, order 0. */
export function bessel0(x: f64): f64 {
  const y = (x * x) / 4
  let term: f64 = 1
  let sum: f64 = 1
  for (let k = 1; term > sum * 1e-17; ++k) {
    term *= y / <f64>(k * k)
    sum += term
  }
  return sum
}

/** sin(pi x) / (pi x). */
export function sinc(x: f64): f64 {
  if (abs(x) < 1e-9) return 1
  const whole = nearest(x)
  const s = sinSmallHalf(x - whole)
  return (<i64>whole & 1 ? -s : s) / (Math.PI * x)
}

// sin(pi r) for |r| <= 1/2
function sinSmallHalf(r: f64): f64 {
  const a = abs(r)
  const s = a <= 0.25 ? sinSmall(Math.PI * a) : cosSmall(Math.PI * (0.5 - a))
  return r < 0 ? -s : s
}
