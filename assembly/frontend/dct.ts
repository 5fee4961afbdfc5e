// Orthonormal DCT-II of any length. Even coefficients see only the sums of mirrored inputs, odd
// ones only the differences; four coefficients are summed at once. 40 has a codelet.

import { dct40 } from './codelets'
import { cosTurn, sinTurn } from './elementary'
import { reserve } from './memory'

let length: i32 = 0
let coefficients: i32 = 0
let half: i32 = 0
let weights: usize = 0 // groups of four coefficients; in a group, four weights an input pair
let folded: usize = 0 // half sums, half differences
let turns: usize = 0 // of the codelet
let lifters: usize = 0

export function configureDct(nIn: i32, nOut: i32): void {
  length = nIn
  coefficients = nOut
  if (nIn == 40) {
    folded = reserve(40 * 16)
    turns = reserve(21 * 8)
    for (let k = 0; k <= 20; ++k) {
      const scale = sqrt<f64>(k == 0 ? 1.0 / 40 : 2.0 / 40)
      store<f32>(turns + k * 8, <f32>(scale * cosTurn(k, 160)))
      store<f32>(turns + k * 8, <f32>(scale * sinTurn(k, 160)), 4)
    }
    return
  }
  half = (nIn + 1) / 2
  weights = reserve(((nOut + 3) / 4) * half * 16)
  folded = reserve(half * 32)
  for (let k = 0; k < nOut; ++k) {
    const scale = sqrt<f64>((k == 0 ? 1.0 : 2.0) / <f64>nIn)
    for (let n = 0; n < half; ++n) {
      const at = weights + ((k >> 2) * half + n) * 16 + (k & 3) * 4
      store<f32>(at, <f32>(scale * cosTurn(<i64>k * (2 * n + 1), 4 * nIn)))
    }
  }
}

/** Vectors that dct() writes: more than the coefficients asked for. */
export function dctRoom(nIn: i32, nOut: i32): i32 {
  return max(nIn, nOut + 3)
}

/** From `length` vectors to `coefficients` vectors, and some more. */
export function dct(from: usize, to: usize): void {
  if (length == 40) {
    dct40(from, to, turns, folded)
    return
  }
  const sums = folded
  const differences = folded + ((<usize>half) << 4)
  for (let n: i32 = 0; n < half; ++n) {
    const mirror = length - 1 - n
    const a = v128.load(from + ((<usize>n) << 4))
    // the middle of an odd length counts once
    const b = mirror == n ? f32x4.splat(0) : v128.load(from + ((<usize>mirror) << 4))
    v128.store(sums + ((<usize>n) << 4), f32x4.add(a, b))
    v128.store(differences + ((<usize>n) << 4), f32x4.sub(a, b))
  }
  let w = weights
  const end = to + ((<usize>coefficients) << 4)
  for (; to < end; to += 64) {
    let y0 = f32x4.splat(0)
    let y1 = f32x4.splat(0)
    let y2 = f32x4.splat(0)
    let y3 = f32x4.splat(0)
    for (let s = sums; s < differences; s += 16) {
      const sum = v128.load(s)
      const difference = v128.load(s + (differences - sums))
      y0 = f32x4.add(y0, f32x4.mul(sum, v128.load32_splat(w)))
      y1 = f32x4.add(y1, f32x4.mul(difference, v128.load32_splat(w, 4)))
      y2 = f32x4.add(y2, f32x4.mul(sum, v128.load32_splat(w, 8)))
      y3 = f32x4.add(y3, f32x4.mul(difference, v128.load32_splat(w, 12)))
      w += 16
    }
    v128.store(to, y0)
    v128.store(to, y1, 16)
    v128.store(to, y2, 32)
    v128.store(to, y3, 48)
  }
}

/** Weights of librosa's lifter, 0 for none: coefficient n gets 1 + lifter/2 sin(pi (n + 1) / lifter). */
export function configureLifter(lifter: f64): void {
  if (lifter == 0) return
  lifters = reserve(coefficients * 4)
  for (let n = 0; n < coefficients; ++n) {
    // in thousandths, since the sine's table wants whole numbers
    const turn = sinTurn(<i64>(n + 1) * 500, <i64>(lifter * 1000))
    store<f32>(lifters + n * 4, <f32>(1 + (lifter / 2) * turn))
  }
}

export function lift(at: usize): void {
  if (lifters == 0) return
  for (let n: usize = 0; n < <usize>coefficients; ++n) {
    const c = at + (n << 4)
    v128.store(c, f32x4.mul(v128.load(c), v128.load32_splat(lifters + (n << 2))))
  }
}
