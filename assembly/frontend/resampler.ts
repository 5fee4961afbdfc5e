// Band-limited resampling: a Kaiser-windowed sinc, one set of taps a phase. Output m lies at
// input time m * down / up, kept as whole numbers, so a stream drifts by nothing. Where up is
// small every phase has its own taps; else taps are interpolated between PHASES of them.

import { bessel0, sinc } from './elementary'
import { reserve } from './memory'

// Pass-band to 0.9 of the lower Nyquist frequency, stop-band from 1.0. Attenuation in dB.
const PASS: f64 = 0.9
const ATTENUATION: f64 = 106
const EXACT_BYTES: i32 = 1 << 20
const PHASES: i32 = 512 // interpolation between them errs by less than -110 dB

let up: i32 = 1
let down: i32 = 1
let taps: i32 = 0 // a phase, a multiple of 8
let exact: bool = true
let table: usize = 0
let buffer: usize = 0
let capacity: i32 = 0
let filled: i32 = 0
let start: i32 = 0 // first input of the next output
let phase: i32 = 0 // of the next output, in 1/up of an input sample
let output: usize = 0

/**
 * @param upFactor output rate over the rates' greatest common divisor
 * @param downFactor input rate over it
 * @param chunk the most samples that one push brings
 */
export function configureResampler(upFactor: i32, downFactor: i32, chunk: i32): void {
  up = upFactor
  down = downFactor
  const ratio = min<f64>(1, <f64>upFactor / <f64>downFactor) // lower rate over input rate
  const beta = 0.1102 * (ATTENUATION - 8.7)
  const width = Math.PI * ratio * (1 - PASS)
  const span = <i32>Math.ceil((ATTENUATION - 7.95) / (2.285 * width))
  // equal rates pass through: of a sinc without a cutoff, one tap is left
  const same = upFactor == downFactor
  taps = same ? 8 : (span + 2 + 7) & ~7
  exact = <i64>upFactor * taps * 4 <= <i64>EXACT_BYTES
  const phases = exact ? upFactor : PHASES
  const rows = exact ? phases : phases + 1
  table = reserve(rows * taps * 4)
  const half = <f64>taps / 2
  const cutoff = same ? 1 : (ratio * (1 + PASS)) / 2
  const norm = 1 / bessel0(beta)
  const row = reserve(taps * 8)
  for (let p = 0; p < rows; ++p) {
    const shift = <f64>p / <f64>phases
    let sum: f64 = 0
    for (let n = 0; n < taps; ++n) {
      // distance from the output to tap n, in input samples
      const x = <f64>(n - taps / 2 + 1) - shift
      const u = x / half
      const kaiser = u * u < 1 ? bessel0(beta * sqrt<f64>(1 - u * u)) * norm : 0
      const h = cutoff * sinc(cutoff * x) * kaiser
      store<f64>(row + n * 8, h)
      sum += h
    }
    // every phase passes DC alike
    for (let n = 0; n < taps; ++n) {
      store<f32>(table + (p * taps + n) * 4, <f32>(load<f64>(row + n * 8) / sum))
    }
  }
  capacity = 2 * taps + chunk
  buffer = reserve(capacity * 4)
  output = reserve((<i32>((<i64>(chunk + taps) * upFactor) / downFactor) + 8) * 4)
  resamplerReset()
}

export function resamplerReset(): void {
  // the filter is symmetric: half of it hears silence before the first sample
  filled = taps / 2 - 1
  memory.fill(buffer, 0, filled * 4)
  start = 0
  phase = 0
}

/** Makes room and says where the next `count` samples go. */
export function resamplerInput(count: i32): usize {
  if (filled + count > capacity) {
    const used = min(start, filled)
    memory.copy(buffer, buffer + used * 4, (filled - used) * 4)
    filled -= used
    start -= used
  }
  return buffer + filled * 4
}

export function resamplerOutput(): usize {
  return output
}

/**
 * Takes in the `count` samples written last, which the host has checked.
 * @returns the number of samples that came out
 */
export function resamplerPush(count: i32): i32 {
  filled += count
  const whole = down / up
  const part = down % up
  let to = output
  while (start + taps <= filled) {
    const x = buffer + start * 4
    if (exact) {
      store<f32>(to, dot(x, table + phase * taps * 4))
    } else {
      const place = (<f64>phase * PHASES) / <f64>up
      const row = <i32>place
      const weight = <f32>(place - <f64>row)
      const h = table + row * taps * 4
      const near = dot(x, h)
      store<f32>(to, near + weight * (dot(x, h + taps * 4) - near))
    }
    to += 4
    start += whole
    phase += part
    if (phase >= up) {
      phase -= up
      start += 1
    }
  }
  return <i32>(to - output) >> 2
}

function dot(x: usize, h: usize): f32 {
  let a = f32x4.splat(0)
  let b = f32x4.splat(0)
  const end = h + taps * 4
  while (h < end) {
    a = f32x4.add(a, f32x4.mul(v128.load(x), v128.load(h)))
    b = f32x4.add(b, f32x4.mul(v128.load(x, 16), v128.load(h, 16)))
    x += 32
    h += 32
  }
  const sum = f32x4.add(a, b)
  return (
    f32x4.extract_lane(sum, 0) +
    f32x4.extract_lane(sum, 1) +
    (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3))
  )
}
