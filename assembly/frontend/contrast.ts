// librosa.feature.spectral_contrast: seven octave bands, in each the mean of its loudest 2 % of
// bins over the mean of its quietest 2 %, dB (of magnitudes, as librosa has it; no top_db).

import { powerToDecibel } from './decibel'
import { reserve } from './memory'

const BANDS: i32 = 7
const LOWEST: f64 = 200 // Hz, upper edge of the lowest band
const QUANTILE: f64 = 0.02

let bands: usize = 0 // first bin, bins, bins in a mean: i32 each
let tops: usize = 0
let bottoms: usize = 0
let ends: usize = 0 // peak and valley of one band

export function configureContrast(sampleRate: f64, nFft: i32): void {
  bands = reserve(BANDS * 12)
  const width = sampleRate / <f64>nFft
  const last = nFft / 2
  let most = 1
  for (let k = 0; k < BANDS; ++k) {
    const low = k == 0 ? 0 : LOWEST * <f64>(1 << (k - 1))
    const high = LOWEST * <f64>(1 << k)
    let from = <i32>Math.ceil(low / width)
    let to = min(last, <i32>Math.floor(high / width))
    if (k > 0) from -= 1
    if (k == BANDS - 1) to = last
    const all = to - from + 1
    const mean = max(1, <i32>nearest(QUANTILE * <f64>all))
    const at = bands + k * 12
    store<i32>(at, from)
    // all but the last band leave their highest bin out, and still count it
    store<i32>(at, k < BANDS - 1 ? all - 1 : all, 4)
    store<i32>(at, mean, 8)
    most = max(most, mean)
  }
  tops = reserve(most * 16)
  bottoms = reserve(most * 16)
  ends = reserve(32)
}

/** Seven vectors at `to`. */
export function contrast(magnitude: usize, to: usize): void {
  for (let k = 0; k < BANDS; ++k) {
    const band = bands + k * 12
    const mean = load<i32>(band, 8)
    for (let j: i32 = 0; j < mean; ++j) {
      v128.store(tops + ((<usize>j) << 4), f32x4.splat(-1))
      v128.store(bottoms + ((<usize>j) << 4), f32x4.splat(Infinity))
    }
    let at = magnitude + ((<usize>load<i32>(band)) << 4)
    const end = at + ((<usize>load<i32>(band, 4)) << 4)
    for (; at < end; at += 16) {
      // inserted into the loudest, largest first, and into the quietest, smallest first
      let up = v128.load(at)
      let down = up
      for (let j: usize = 0; j < (<usize>mean) << 4; j += 16) {
        const top = v128.load(tops + j)
        v128.store(tops + j, f32x4.pmax(top, up))
        up = f32x4.pmin(top, up)
        const bottom = v128.load(bottoms + j)
        v128.store(bottoms + j, f32x4.pmin(bottom, down))
        down = f32x4.pmax(bottom, down)
      }
    }
    let peak = f32x4.splat(0)
    let valley = f32x4.splat(0)
    for (let j: usize = 0; j < (<usize>mean) << 4; j += 16) {
      peak = f32x4.add(peak, v128.load(tops + j))
      valley = f32x4.add(valley, v128.load(bottoms + j))
    }
    const share = f32x4.splat(1 / <f32>mean)
    v128.store(ends, f32x4.mul(peak, share))
    v128.store(ends, f32x4.mul(valley, share), 16)
    powerToDecibel(ends, ends, 2)
    v128.store(to, f32x4.sub(v128.load(ends), v128.load(ends, 16)))
    to += 16
  }
}
