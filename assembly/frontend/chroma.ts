// librosa.feature.chroma_stft with its filter bank (librosa.filters.chroma: 12 classes, from C,
// centred on octave 5, two octaves wide), and librosa.feature.tonnetz of it.

import { cosTurn, exp, log } from './elementary'
import { reserve } from './memory'

const CLASSES: i32 = 12
const CENTRE: f64 = 5 // octave
const WIDTH: f64 = 2 // octaves

let bins: i32 = 0
let weights: usize = 0 // twelve a bin
let tonal: usize = 0 // twelve a dimension

/** @param tuning deviation from A = 440 Hz, in semitones */
export function configureChroma(sampleRate: f64, nFft: i32, tuning: f64): void {
  bins = nFft / 2 + 1
  weights = reserve(bins * CLASSES * 4)
  const row = reserve(CLASSES * 8)
  const c0 = (440.0 * exp((tuning / 12) * log(2.0))) / 16
  let here: f64 = 0
  let next = (12 * log(sampleRate / <f64>nFft / c0)) / log(2.0)
  for (let k = 0; k < bins; ++k) {
    here = k == 0 ? next - 18 : next // librosa's value for 0 Hz: 1.5 octaves below the first bin
    if (k > 0) next = (12 * log((sampleRate * <f64>(k + 1)) / <f64>nFft / c0)) / log(2.0)
    const width = max<f64>(next - here, 1)
    let squares: f64 = 0
    for (let c = 0; c < CLASSES; ++c) {
      const d = here - <f64>c + 126 // 6 + ten octaves, to be positive
      const distance = d - Math.floor(d / 12) * 12 - 6
      const w = exp((-2 * distance * distance) / (width * width))
      store<f64>(row + c * 8, w)
      squares += w * w
    }
    const octaves = (here / 12 - CENTRE) / WIDTH
    const scale = exp(-0.5 * octaves * octaves) / sqrt<f64>(squares)
    for (let c = 0; c < CLASSES; ++c) {
      // classes count from A above; from C here
      const at = weights + (k * CLASSES + ((c + 9) % 12)) * 4
      store<f32>(at, <f32>(load<f64>(row + c * 8) * scale))
    }
  }
}

export function configureTonnetz(): void {
  tonal = reserve(6 * CLASSES * 4)
  for (let d = 0; d < 6; ++d) {
    // of pi: 7/6 a class for fifths, 3/2 for minor thirds, 2/3 for major ones; sines are even
    const sixths = d < 2 ? 7 : d < 4 ? 9 : 4
    const radius: f64 = d < 4 ? 1 : 0.5
    for (let c = 0; c < CLASSES; ++c) {
      const turn = sixths * c - (d & 1 ? 0 : 3)
      store<f32>(tonal + (d * CLASSES + c) * 4, <f32>(radius * cosTurn(turn, 12)))
    }
  }
}

/** Twelve vectors at `to`, the largest of them 1, all 0 for silence. */
export function chroma(power: usize, to: usize): void {
  // four classes at a time, so that the sums stay in registers
  for (let c: usize = 0; c < 12; c += 4) {
    let a = f32x4.splat(0)
    let b = f32x4.splat(0)
    let d = f32x4.splat(0)
    let e = f32x4.splat(0)
    let w = weights + (c << 2)
    const end = power + ((<usize>bins) << 4)
    for (let at = power; at < end; at += 16) {
      const p = v128.load(at)
      a = f32x4.add(a, f32x4.mul(p, v128.load32_splat(w)))
      b = f32x4.add(b, f32x4.mul(p, v128.load32_splat(w, 4)))
      d = f32x4.add(d, f32x4.mul(p, v128.load32_splat(w, 8)))
      e = f32x4.add(e, f32x4.mul(p, v128.load32_splat(w, 12)))
      w += CLASSES * 4
    }
    const at = to + (c << 4)
    v128.store(at, a)
    v128.store(at, b, 16)
    v128.store(at, d, 32)
    v128.store(at, e, 48)
  }
  let largest = f32x4.splat(0)
  for (let c: usize = 0; c < 192; c += 16) largest = f32x4.pmax(largest, v128.load(to + c))
  divide(to, largest)
}

/** Six vectors at `to`, of twelve. */
export function tonnetz(classes: usize, to: usize): void {
  let sum = f32x4.splat(0)
  for (let c: usize = 0; c < 192; c += 16) sum = f32x4.add(sum, v128.load(classes + c))
  divide(classes, sum)
  let w = tonal
  for (let d = 0; d < 6; ++d) {
    let t = f32x4.splat(0)
    for (let c: usize = 0; c < 192; c += 16) {
      t = f32x4.add(t, f32x4.mul(v128.load(classes + c), v128.load32_splat(w)))
      w += 4
    }
    v128.store(to, t)
    to += 16
  }
}

/** Divides twelve vectors by what is not too small to divide by. */
function divide(at: usize, by: v128): void {
  const small = f32x4.lt(by, f32x4.splat(1.1754944e-38))
  const divisor = v128.bitselect(f32x4.splat(1), by, small)
  for (let c: usize = 0; c < 192; c += 16) {
    v128.store(at + c, f32x4.div(v128.load(at + c), divisor))
  }
}
