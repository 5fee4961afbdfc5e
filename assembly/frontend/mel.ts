// Slaney's mel filter bank, without a weight a bin. Neighbouring triangles share their edges, so
// between two edges only two sums over the bins are needed: c, of the powers, and d, of the
// powers times their distance to the upper edge; both come from additions alone.

import { exp, log } from './elementary'
import { reserve } from './memory'

const LOG_FROM: f64 = 1000 // Hz; linear below
const HZ_PER_MEL: f64 = 200.0 / 3
const LOG_STEP: f64 = 0.06875177742094912 // ln(6.4) / 27

function toMel(hz: f64): f64 {
  return hz < LOG_FROM ? hz / HZ_PER_MEL : LOG_FROM / HZ_PER_MEL + log(hz / LOG_FROM) / LOG_STEP
}

function toHz(mel: f64): f64 {
  const from = LOG_FROM / HZ_PER_MEL
  return mel < from ? mel * HZ_PER_MEL : LOG_FROM * exp(LOG_STEP * (mel - from))
}

let bands: i32 = 0
let firstBin: i32 = 0
let segments: usize = 0 // bins: i32, overshoot: f32, 1/width: f32, area: f32 of the band it closes

export function configureMel(sampleRate: f64, nFft: i32, nMels: i32, fMin: f64, fMax: f64): void {
  bands = nMels
  segments = reserve((nMels + 1) * 16)
  const low = toMel(fMin)
  const step = (toMel(fMax) - low) / <f64>(nMels + 1)
  const bin = <f64>nFft / sampleRate // bins a Hz
  const last = nFft / 2
  let k = <i32>Math.ceil(fMin * bin)
  firstBin = k
  let previous: f64 = 0
  let edge = fMin
  for (let j = 0; j <= nMels; ++j) {
    const next = j == nMels ? fMax : toHz(low + step * <f64>(j + 1))
    const from = k
    while (k <= last && <f64>k < next * bin) ++k
    const at = segments + j * 16
    store<i32>(at, k - from)
    store<f32>(at, <f32>(<f64>k - next * bin), 4)
    store<f32>(at, <f32>(1 / ((next - edge) * bin)), 8)
    if (j > 0) store<f32>(at, <f32>(2 / (next - previous)), 12)
    previous = edge
    edge = next
  }
}

/** nMels vectors of band power at `mel`, from the power spectrum. */
export function melBands(power: usize, mel: usize): void {
  let at = power + ((<usize>firstBin) << 4)
  let rising = f32x4.splat(0)
  const end = segments + ((<usize>bands + 1) << 4)
  let to = mel
  for (let s = segments; s < end; s += 16) {
    const count = load<i32>(s)
    const until = at + ((<usize>count) << 4)
    // most bands of low frequencies have one bin or two, and no loop
    let c = v128.load(at)
    let d = c
    if (count > 2) {
      at += 16
      for (const last = until - 16; at < last; at += 32) {
        c = f32x4.add(c, v128.load(at))
        d = f32x4.add(d, c)
        c = f32x4.add(c, v128.load(at, 16))
        d = f32x4.add(d, c)
      }
      if (at < until) {
        c = f32x4.add(c, v128.load(at))
        d = f32x4.add(d, c)
      }
    } else if (count == 2) {
      c = f32x4.add(c, v128.load(at, 16))
      d = f32x4.add(d, c)
    } else if (count == 0) {
      c = f32x4.splat(0)
      d = c
    }
    at = until
    const falling = f32x4.mul(
      f32x4.sub(d, f32x4.mul(v128.load32_splat(s, 4), c)),
      v128.load32_splat(s, 8),
    )
    v128.store(to, f32x4.mul(f32x4.add(rising, falling), v128.load32_splat(s, 12)))
    to = mel + (s - segments) // no band ends with the first segment: its vector is written again
    // rounding must not make a power negative
    rising = f32x4.pmax(f32x4.splat(0), f32x4.sub(c, falling))
  }
}
