import { cosTurn } from './elementary'
import { reserve } from './memory'
import { transpose } from './lanes'

let length: i32 = 0
let weights: usize = 0

/**
 * Periodic Hann window of `winLength` samples in the middle of nFft, halved: the FFT gives four
 * times the power.
 */
export function configureWindow(nFft: i32, winLength: i32): void {
  length = nFft
  weights = reserve(nFft * 4)
  const lead = (nFft - winLength) / 2
  for (let n = 0; n < winLength; ++n) {
    store<f32>(weights + (lead + n) * 4, 0.5 * <f32>(0.5 - 0.5 * cosTurn(n, winLength)))
  }
}

/** Windows four frames, one a lane: nFft vectors at `to`. */
export function windowFrames(a: usize, b: usize, c: usize, d: usize, to: usize): void {
  const end = weights + length * 4
  for (let w = weights; w < end; w += 16) {
    transpose(v128.load(a), v128.load(b), v128.load(c), v128.load(d), to)
    v128.store(to, f32x4.mul(v128.load(to), v128.load32_splat(w)))
    v128.store(to, f32x4.mul(v128.load(to, 16), v128.load32_splat(w, 4)), 16)
    v128.store(to, f32x4.mul(v128.load(to, 32), v128.load32_splat(w, 8)), 32)
    v128.store(to, f32x4.mul(v128.load(to, 48), v128.load32_splat(w, 12)), 48)
    a += 16
    b += 16
    c += 16
    d += 16
    to += 64
  }
}
