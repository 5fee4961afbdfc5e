import { cosTurn } from './elementary'
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
    const ra = f32x4.mul(v128.load(a), w)
    const rb = f32x4.mul(v128.load(b), w)
    const rc = f32x4.mul(v128.load(c), w)
    const rd = f32x4.mul(v128.load(d), w)
    const ab = v128.shuffle<f32>(ra, rb, 0, 4, 1, 5)
    const cd = v128.shuffle<f32>(rc, rd, 0, 4, 1, 5)
    const ef = v128.shuffle<f32>(ra, rb, 2, 6, 3, 7)
    const gh = v128.shuffle<f32>(rc, rd, 2, 6, 3, 7)
    v128.store(to, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5))
    v128.store(to, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7), 16)
    v128.store(to, v128.shuffle<f32>(ef, gh, 0, 1, 4, 5), 32)
    v128.store(to, v128.shuffle<f32>(ef, gh, 2, 3, 6, 7), 48)
    a += 16
    b += 16
    c += 16
    d += 16
    to += 64
  }
}
