// Real FFT of any power of two from 32 up, four frames at once, one a lane. A frame's arithmetic
// does not depend on its lane or on its neighbours: that is what makes a stream equal a batch.

import {
  dft8Power,
  dft64First,
  oddDft8Power,
  oddFirst,
  realDft8Power,
  realDft8x8,
  realDft8x64,
  realDft16x64,
} from './codelets'
import { cosTurn, sinTurn } from './elementary'
import { reserve } from './memory'

let half: i32 = 0 // points of the complex FFT
let twiddles: usize = 0 // cos, sin of k/half turns
let unpack: usize = 0 // cos, sin of k/(2 half) turns
let ping: usize = 0
let pong: usize = 0

// of the codelets, which do 512 and 1024
let radix: i32 = 0 // of the first pass; 0 for the general path
let firstTwiddles: usize = 0
let twiddles64: usize = 0
let twiddles8: usize = 0
let oddTwiddles: usize = 0
let scratch: usize = 0

/** Table of cos, sin of row * column / n turns: `rows` rows of columns `from` to `to`. */
function twiddleTable(rows: i32, from: i32, to: i32, n: i32): usize {
  const table = reserve(rows * (to - from + 1) * 8)
  let at = table
  for (let row = 0; row < rows; ++row) {
    for (let column = from; column <= to; ++column) {
      store<f32>(at, <f32>cosTurn(row * column, n))
      store<f32>(at, <f32>sinTurn(row * column, n), 4)
      at += 8
    }
  }
  return table
}

export function configureFft(nFft: i32): void {
  ping = reserve(nFft * 16)
  radix = nFft == 512 ? 8 : nFft == 1024 ? 16 : 0
  if (radix != 0) {
    scratch = reserve(256)
    firstTwiddles = twiddleTable(64, 1, radix / 2 - 1, nFft)
    twiddles64 = twiddleTable(8, 1, 7, 64)
    twiddles8 = twiddleTable(8, 1, 3, 64)
    oddTwiddles = reserve(8 * 4 * 8)
    for (let b = 0; b < 8; ++b) {
      for (let c = 0; c < 4; ++c) {
        const at = oddTwiddles + (b * 4 + c) * 8
        store<f32>(at, <f32>cosTurn(b * (1 + 4 * c), 128))
        store<f32>(at, <f32>sinTurn(b * (1 + 4 * c), 128), 4)
      }
    }
    return
  }
  pong = reserve(nFft * 16)
  half = nFft >> 1
  twiddles = reserve(half * 8)
  for (let k = 0; k < half; ++k) {
    store<f32>(twiddles + k * 8, <f32>cosTurn(k, half))
    store<f32>(twiddles + k * 8, <f32>sinTurn(k, half), 4)
  }
  unpack = reserve((half / 2 + 1) * 8)
  for (let k = 0; k <= half / 2; ++k) {
    store<f32>(unpack + k * 8, <f32>cosTurn(k, nFft))
    store<f32>(unpack + k * 8, <f32>sinTurn(k, nFft), 4)
  }
}

/** What the samples have to be scaled by for the power to be right. */
export function fftScale(): f32 {
  return radix == 0 ? 0.5 : 1
}

/** Power spectrum of nFft vectors, windowed, as nFft/2 + 1 vectors at `power`. */
export function powerSpectrum(samples: usize, window: usize, power: usize): void {
  if (radix != 0) {
    codelets(samples, window, power)
    return
  }
  const end = ping + ((<usize>half) << 5)
  for (let to = ping; to < end; to += 16) {
    v128.store(to, f32x4.mul(v128.load(samples), v128.load32_splat(window)))
    samples += 16
    window += 4
  }
  unpackPower(complexFft(), power)
}

function codelets(samples: usize, window: usize, power: usize): void {
  const bin: usize = 16
  const row = <usize>radix * bin // from a bin to the one `radix` higher
  const step = row << 3
  const mirror: usize = power + power + (row << 6) // of the bin at p: at mirror - p
  const re = ping + 2048
  const im = ping + ((<usize>radix + 2) << 9)
  if (radix == 8) realDft8x64(samples, window, ping, firstTwiddles, scratch)
  else realDft16x64(samples, window, ping, firstTwiddles, scratch)
  // k1 = 0: a real DFT-64, as 8 x 8
  realDft8x8(ping, twiddles8, scratch)
  realDft8Power(ping, power, step)
  oddDft8Power(ping + 128, power + 4 * row, step)
  let k = power + row
  dft8Power(ping + 256, ping + 640, 3, k, mirror - k, row, step, scratch)
  // k1 = radix / 2: the odd frequencies of a real DFT-128
  const odd = ping + 1024
  oddFirst(odd, oddTwiddles)
  k = power + (row >> 1)
  dft8Power(odd, odd + 512, 4, k, mirror - k, 2 * row, step, scratch)
  // the others: complex DFT-64, as 8 x 8
  const pairs = (<usize>radix >> 1) - 1
  for (let n: usize = 0; n < pairs; ++n) {
    const at = n << 10
    k = power + (n + 1) * bin
    dft64First(re + at, im + at, twiddles64, scratch)
    dft8Power(re + at, im + at, 8, k, mirror - k, row, step, scratch)
  }
}

/** Stockham, radix 4, a last pass of radix 2 where needed. Returns where the result lies. */
function complexFft(): usize {
  let from = ping
  let to = pong
  let n = half
  let s: usize = 1
  while (n >= 4) {
    const m = n >> 2
    const stride = (<usize>m * s) << 5 // bytes from one input of a butterfly to the next
    const out = s << 5
    let a = from
    let y = to
    for (let p = 0; p < m; ++p) {
      const w = twiddles + ((<usize>p * s) << 3)
      const w2 = twiddles + ((<usize>p * s) << 4)
      const w3 = twiddles + <usize>p * s * 24
      const c1 = v128.load32_splat(w)
      const s1 = v128.load32_splat(w, 4)
      const c2 = v128.load32_splat(w2)
      const s2 = v128.load32_splat(w2, 4)
      const c3 = v128.load32_splat(w3)
      const s3 = v128.load32_splat(w3, 4)
      for (let q: usize = 0; q < s; ++q) {
        const b = a + stride
        const c = b + stride
        const d = c + stride
        const ar = v128.load(a)
        const ai = v128.load(a, 16)
        const br = v128.load(b)
        const bi = v128.load(b, 16)
        const cr = v128.load(c)
        const ci = v128.load(c, 16)
        const dr = v128.load(d)
        const di = v128.load(d, 16)
        const acr = f32x4.add(ar, cr)
        const aci = f32x4.add(ai, ci)
        const amr = f32x4.sub(ar, cr)
        const ami = f32x4.sub(ai, ci)
        const bdr = f32x4.add(br, dr)
        const bdi = f32x4.add(bi, di)
        const bmr = f32x4.sub(br, dr)
        const bmi = f32x4.sub(bi, di)
        v128.store(y, f32x4.add(acr, bdr))
        v128.store(y, f32x4.add(aci, bdi), 16)
        const r1 = f32x4.add(amr, bmi)
        const i1 = f32x4.sub(ami, bmr)
        v128.store(y + out, f32x4.add(f32x4.mul(r1, c1), f32x4.mul(i1, s1)))
        v128.store(y + out, f32x4.sub(f32x4.mul(i1, c1), f32x4.mul(r1, s1)), 16)
        const r2 = f32x4.sub(acr, bdr)
        const i2 = f32x4.sub(aci, bdi)
        v128.store(y + 2 * out, f32x4.add(f32x4.mul(r2, c2), f32x4.mul(i2, s2)))
        v128.store(y + 2 * out, f32x4.sub(f32x4.mul(i2, c2), f32x4.mul(r2, s2)), 16)
        const r3 = f32x4.sub(amr, bmi)
        const i3 = f32x4.add(ami, bmr)
        v128.store(y + 3 * out, f32x4.add(f32x4.mul(r3, c3), f32x4.mul(i3, s3)))
        v128.store(y + 3 * out, f32x4.sub(f32x4.mul(i3, c3), f32x4.mul(r3, s3)), 16)
        a += 32
        y += 32
      }
      y += 3 * out
    }
    const swap = from
    from = to
    to = swap
    n >>= 2
    s <<= 2
  }
  if (n == 2) {
    const stride = s << 5
    for (let q: usize = 0; q < stride; q += 16) {
      const a = v128.load(from + q)
      const b = v128.load(from + stride + q)
      v128.store(to + q, f32x4.add(a, b))
      v128.store(to + stride + q, f32x4.sub(a, b))
    }
    return to
  }
  return from
}

/** From the complex FFT of even + i odd samples to the power of the real one. */
function unpackPower(z: usize, power: usize): void {
  const m = <usize>half
  const r0 = v128.load(z)
  const i0 = v128.load(z, 16)
  const dc = f32x4.add(r0, i0)
  const nyquist = f32x4.sub(r0, i0)
  const four = f32x4.splat(4)
  v128.store(power, f32x4.mul(four, f32x4.mul(dc, dc)))
  v128.store(power + (m << 4), f32x4.mul(four, f32x4.mul(nyquist, nyquist)))
  for (let k: usize = 1; k <= m >> 1; ++k) {
    const a = z + (k << 5)
    const b = z + ((m - k) << 5)
    const ar = v128.load(a)
    const ai = v128.load(a, 16)
    const br = v128.load(b)
    const bi = v128.load(b, 16)
    const c = v128.load32_splat(unpack + (k << 3))
    const s = v128.load32_splat(unpack + (k << 3), 4)
    const er = f32x4.add(ar, br)
    const ei = f32x4.sub(ai, bi)
    const or = f32x4.add(ai, bi)
    const oi = f32x4.sub(br, ar)
    const tr = f32x4.add(f32x4.mul(c, or), f32x4.mul(s, oi))
    const ti = f32x4.sub(f32x4.mul(c, oi), f32x4.mul(s, or))
    const pr = f32x4.add(er, tr)
    const pi = f32x4.add(ei, ti)
    const mr = f32x4.sub(er, tr)
    const mi = f32x4.sub(ei, ti)
    v128.store(power + (k << 4), f32x4.add(f32x4.mul(pr, pr), f32x4.mul(pi, pi)))
    v128.store(power + ((m - k) << 4), f32x4.add(f32x4.mul(mr, mr), f32x4.mul(mi, mi)))
  }
}
