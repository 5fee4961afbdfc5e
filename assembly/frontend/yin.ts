// Fundamental frequency: YIN (de Cheveigné and Kawahara 2002) as in librosa.yin, whose difference
// function is that of the autocorrelation of the whole frame.

import { reserve } from './memory'

const THRESHOLD: f32 = 0.1

let length: i32 = 0
let rate: f32 = 0
let shortest: i32 = 0 // periods, in samples
let longest: i32 = 0
let differences: usize = 0 // by lag, from 0; then normalised

export function configureYin(sampleRate: f64, nFft: i32, f0Min: f64, f0Max: f64): void {
  length = nFft
  rate = <f32>sampleRate
  shortest = <i32>Math.floor(sampleRate / f0Max)
  longest = min(<i32>Math.ceil(sampleRate / f0Min), nFft - 1)
  differences = reserve((longest + 1) * 4)
}

function correlation(frame: usize, lag: i32): f32 {
  let a = f32x4.splat(0)
  let b = f32x4.splat(0)
  const count = length - lag
  const end = frame + ((<usize>(count & ~7)) << 2)
  let x = frame
  let y = frame + ((<usize>lag) << 2)
  for (; x < end; x += 32) {
    a = f32x4.add(a, f32x4.mul(v128.load(x), v128.load(y)))
    b = f32x4.add(b, f32x4.mul(v128.load(x, 16), v128.load(y, 16)))
    y += 32
  }
  const sum = f32x4.add(a, b)
  let total =
    f32x4.extract_lane(sum, 0) +
    f32x4.extract_lane(sum, 1) +
    (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3))
  for (let rest = count & 7; rest > 0; --rest) {
    total += load<f32>(x) * load<f32>(y)
    x += 4
    y += 4
  }
  return total
}

/** Stores, a vector apart, the frequency in Hz and 1 or 0 for voiced or not. */
export function yin(frame: usize, to: usize): void {
  const energy = correlation(frame, 0)
  let before: f64 = 0 // energy of the samples up to lag - 1
  let sum: f64 = 0
  for (let lag = 1; lag <= longest; ++lag) {
    const x = <f64>load<f32>(frame + ((lag - 1) << 2))
    before += x * x
    const d = 2 * (<f64>energy - <f64>correlation(frame, lag)) - before
    sum += d
    const mean = sum / <f64>lag
    store<f32>(differences + ((<usize>lag) << 2), <f32>(d / (mean + 1.1754943508222875e-38)))
  }
  // the first trough below the threshold, else the lowest of all
  let lowest = shortest
  let found = -1
  for (let lag = shortest; lag <= longest; ++lag) {
    const d = at(lag)
    if (d < at(lowest)) lowest = lag
    if (d < THRESHOLD && trough(lag)) {
      found = lag
      break
    }
  }
  const lag = found < 0 ? lowest : found
  store<f32>(to, rate / (<f32>lag + shift(lag)))
  store<f32>(to, found < 0 ? 0 : 1, 16)
}

function at(lag: i32): f32 {
  return load<f32>(differences + ((<usize>lag) << 2))
}

/** As librosa.util.localmin, with the first of all a trough where it is below its successor. */
function trough(lag: i32): bool {
  if (lag == shortest) return at(lag) < at(lag + 1)
  if (lag == longest) return at(lag) < at(lag - 1)
  return at(lag) < at(lag - 1) && at(lag) <= at(lag + 1)
}

/** From the lag to the vertex of the parabola through it and its neighbours. */
function shift(lag: i32): f32 {
  if (lag == shortest || lag == longest) return 0
  const a = at(lag + 1) + at(lag - 1) - 2 * at(lag)
  const b = (at(lag + 1) - at(lag - 1)) / 2
  return abs(b) >= abs(a) ? 0 : -b / a
}
