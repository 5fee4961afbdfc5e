// Descriptors of the spectrum, of the magnitude unless said otherwise, as librosa defines them.
// All take `bins` vectors and write vectors; sums run from low to high bins.

import { reserve } from './memory'

let bins: i32 = 0
let width: f32 = 0 // of a bin, Hz
let previous: usize = 0 // magnitudes of the frame before; the first is negative when there is none

export function configureSpectral(sampleRate: f64, nFft: i32): void {
  bins = nFft / 2 + 1
  width = <f32>(sampleRate / <f64>nFft)
}

/** Square roots of `power`. */
export function magnitudes(power: usize, to: usize): void {
  const end = power + ((<usize>bins) << 4)
  for (; power < end; power += 16) {
    v128.store(to, f32x4.sqrt(v128.load(power)))
    to += 16
  }
}

/** The sum of all, and for silent frames 1, which divides as well as librosa's norm does. */
function norm(magnitude: usize): v128 {
  let sum = f32x4.splat(0)
  const end = magnitude + ((<usize>bins) << 4)
  for (; magnitude < end; magnitude += 16) sum = f32x4.add(sum, v128.load(magnitude))
  const silent = f32x4.lt(sum, f32x4.splat(1.1754944e-38))
  return v128.bitselect(f32x4.splat(1), sum, silent)
}

/** Centre of gravity in bins: their numbers are exact, sums of a rounded width would drift. */
function centre(magnitude: usize, total: v128): v128 {
  let sum = f32x4.splat(0)
  let bin = f32x4.splat(0)
  const one = f32x4.splat(1)
  const end = magnitude + ((<usize>bins) << 4)
  for (; magnitude < end; magnitude += 16) {
    sum = f32x4.add(sum, f32x4.mul(bin, v128.load(magnitude)))
    bin = f32x4.add(bin, one)
  }
  return f32x4.div(sum, total)
}

/** Centre of gravity, Hz: librosa.feature.spectral_centroid. */
export function centroid(magnitude: usize, to: usize): void {
  v128.store(to, f32x4.mul(centre(magnitude, norm(magnitude)), f32x4.splat(width)))
}

/** Spread about the centroid, Hz: librosa.feature.spectral_bandwidth with p = 2. */
export function bandwidth(magnitude: usize, to: usize): void {
  const total = norm(magnitude)
  const middle = centre(magnitude, total)
  let sum = f32x4.splat(0)
  let bin = f32x4.splat(0)
  const one = f32x4.splat(1)
  const end = magnitude + ((<usize>bins) << 4)
  for (; magnitude < end; magnitude += 16) {
    const off = f32x4.sub(bin, middle)
    sum = f32x4.add(sum, f32x4.mul(f32x4.mul(off, off), v128.load(magnitude)))
    bin = f32x4.add(bin, one)
  }
  v128.store(to, f32x4.mul(f32x4.sqrt(f32x4.div(sum, total)), f32x4.splat(width)))
}

/** Frequency that 85 % of the magnitude lies at or below, Hz: librosa.feature.spectral_rolloff. */
export function rolloff(magnitude: usize, to: usize): void {
  const end = magnitude + ((<usize>bins) << 4)
  let total = f32x4.splat(0)
  for (let at = magnitude; at < end; at += 16) total = f32x4.add(total, v128.load(at))
  const threshold = f32x4.mul(total, f32x4.splat(0.85))
  let sum = f32x4.splat(0)
  let below = i32x4.splat(0)
  for (let at = magnitude; at < end; at += 16) {
    sum = f32x4.add(sum, v128.load(at))
    below = i32x4.sub(below, f32x4.lt(sum, threshold)) // true is -1
  }
  v128.store(to, f32x4.mul(f32x4.convert_i32x4_s(below), f32x4.splat(width)))
}

// ln(1 + t) / t over one octave about 1, a minimax fit, 2e-7; exp(t) to t^6, 2e-7 where |t| <= ln(2) / 2
const lnFit = memory.data<f32>([
  1.0000032476948253, -0.5000196513664099, 0.33303298223351424, -0.24881339750957068,
  0.20604674413343307, -0.18901977409647538, 0.11827471936465987,
])
const expFit = memory.data<f32>([1, 1, 0.5, 0.16666666, 0.04166666, 0.008333333, 0.0013888889])

/** Natural logarithm of positive normal numbers. */
function ln(x: v128): v128 {
  const e = v128.and(i32x4.sub(x, i32x4.splat(0x3f3504f3)), i32x4.splat(0xff800000))
  const t = f32x4.sub(i32x4.sub(x, e), f32x4.splat(1))
  let p = v128.load32_splat(lnFit, 24)
  p = f32x4.add(f32x4.mul(p, t), v128.load32_splat(lnFit, 20))
  p = f32x4.add(f32x4.mul(p, t), v128.load32_splat(lnFit, 16))
  p = f32x4.add(f32x4.mul(p, t), v128.load32_splat(lnFit, 12))
  p = f32x4.add(f32x4.mul(p, t), v128.load32_splat(lnFit, 8))
  p = f32x4.add(f32x4.mul(p, t), v128.load32_splat(lnFit, 4))
  p = f32x4.add(f32x4.mul(p, t), v128.load32_splat(lnFit))
  const octaves = f32x4.mul(f32x4.convert_i32x4_s(e), f32x4.splat(1.1920929e-7))
  return f32x4.add(f32x4.mul(p, t), f32x4.mul(octaves, f32x4.splat(0.6931472)))
}

/** Exponential, for results that are normal numbers. */
function exponential(x: v128): v128 {
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.442695)))
  const t = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.6931472)))
  let p = v128.load32_splat(expFit, 24)
  p = f32x4.add(f32x4.mul(p, t), v128.load32_splat(expFit, 20))
  p = f32x4.add(f32x4.mul(p, t), v128.load32_splat(expFit, 16))
  p = f32x4.add(f32x4.mul(p, t), v128.load32_splat(expFit, 12))
  p = f32x4.add(f32x4.mul(p, t), v128.load32_splat(expFit, 8))
  p = f32x4.add(f32x4.mul(p, t), v128.load32_splat(expFit, 4))
  p = f32x4.add(f32x4.mul(p, t), v128.load32_splat(expFit))
  return i32x4.add(p, i32x4.shl(i32x4.trunc_sat_f32x4_s(n), 23))
}

/** Geometric over arithmetic mean of the power: librosa.feature.spectral_flatness. */
export function flatness(power: usize, to: usize): void {
  const floor = f32x4.splat(1e-10)
  const share = f32x4.splat(1 / <f32>bins)
  let logs = f32x4.splat(0)
  let sum = f32x4.splat(0)
  const end = power + ((<usize>bins) << 4)
  for (; power < end; power += 16) {
    const x = f32x4.pmax(floor, v128.load(power))
    logs = f32x4.add(logs, ln(x))
    sum = f32x4.add(sum, x)
  }
  const geometric = exponential(f32x4.mul(logs, share))
  v128.store(to, f32x4.div(geometric, f32x4.mul(sum, share)))
}

export function configureFlux(): void {
  previous = reserve(bins * 4)
  forgetFlux()
}

export function forgetFlux(): void {
  if (previous != 0) store<f32>(previous, -1)
}

/** What flux remembers, `bins` numbers; 0 where it is not computed. */
export function fluxMemory(): usize {
  return previous
}

export function fluxCount(): i32 {
  return previous == 0 ? 0 : bins
}

/**
 * Sum of what the magnitudes have gained since the frame before, 0 for the first: spectral flux
 * as in Dixon, "Onset detection revisited" (2006). Only the first `frames` lanes are frames.
 */
export function flux(magnitude: usize, frames: i32, to: usize): void {
  const first = load<f32>(previous) < 0
  let sum = f32x4.splat(0)
  let before = previous
  const last = magnitude + ((frames - 1) << 2)
  for (let k: usize = 0; k < (<usize>bins) << 4; k += 16) {
    const now = v128.load(magnitude + k)
    const then = v128.shuffle<f32>(v128.load32_splat(before), now, 0, 4, 5, 6)
    sum = f32x4.add(sum, f32x4.pmax(f32x4.splat(0), f32x4.sub(now, then)))
    store<f32>(before, load<f32>(last + k))
    before += 4
  }
  v128.store(to, first ? f32x4.replace_lane(sum, 0, 0) : sum)
}
