import { cosTurn } from './elementary'
import { transpose } from './lanes'
import { reserve } from './memory'

let length: i32 = 0
let weights: usize = 0

/** Periodic Hann window of `winLength` samples in the middle of nFft, scaled. */
export function configureWindow(nFft: i32, winLength: i32, scale: f32): void {
  length = nFft
  weights = reserve(nFft * 4)
  const lead = (nFft - winLength) / 2
  for (let n = 0; n < winLength; ++n) {
    store<f32>(weights + (lead + n) * 4, scale * <f32>(0.5 - 0.5 * cosTurn(n, winLength)))
  }
}

/** Windows four frames, one a lane: nFft vectors at `to`. */
export function windowFrames(a: usize, b: usize, c: usize, d: usize, to: usize): void {
  const end = weights + length * 4
  for (let at = weights; at < end; at += 16) {
    const w = v128.load(at)
    transpose(
      f32x4.mul(v128.load(a), w),
      f32x4.mul(v128.load(b), w),
      f32x4.mul(v128.load(c), w),
      f32x4.mul(v128.load(d), w),
      to,
    )
    a += 16
    b += 16
    c += 16
    d += 16
    to += 64
  }
}
