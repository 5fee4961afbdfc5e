import { log10 } from './elementary'

const DECIBEL_A_BIT: f32 = 3.010299956639812 / 8388608 // of an exponent left in place

let floor: f32 = 0
let reference: f32 = 0

export function configureDecibel(ref: f64, amin: f64): void {
  floor = <f32>amin
  reference = <f32>(10 * log10(max(ref, amin)))
}

// 10 log10(1 + t) / t over one octave about 1, a minimax fit: 7e-6 dB
const fit = memory.data<f32>([
  4.343000330408575, -2.170823200165408, 1.4429813271990353, -1.1062551129305005,
  0.9697825058741167, -0.6219028003229182,
])

/** For an even `count`: 10 log10(max(amin, power)) - 10 log10(max(amin, ref)). */
export function powerToDecibel(at: usize, to: usize, count: i32): void {
  const end = at + ((<usize>count) << 4)
  for (; at < end; at += 32) {
    const low = f32x4.splat(floor)
    const octave = i32x4.splat(0x3f3504f3) // from sqrt(1/2)
    const exponent = i32x4.splat(0xff800000)
    const one = f32x4.splat(1)
    const xa = f32x4.pmax(low, v128.load(at))
    const xb = f32x4.pmax(low, v128.load(at, 16))
    const ea = v128.and(i32x4.sub(xa, octave), exponent)
    const eb = v128.and(i32x4.sub(xb, octave), exponent)
    const ta = f32x4.sub(i32x4.sub(xa, ea), one)
    const tb = f32x4.sub(i32x4.sub(xb, eb), one)
    let c = v128.load32_splat(fit, 20)
    let pa = f32x4.mul(c, ta)
    let pb = f32x4.mul(c, tb)
    c = v128.load32_splat(fit, 16)
    pa = f32x4.mul(f32x4.add(pa, c), ta)
    pb = f32x4.mul(f32x4.add(pb, c), tb)
    c = v128.load32_splat(fit, 12)
    pa = f32x4.mul(f32x4.add(pa, c), ta)
    pb = f32x4.mul(f32x4.add(pb, c), tb)
    c = v128.load32_splat(fit, 8)
    pa = f32x4.mul(f32x4.add(pa, c), ta)
    pb = f32x4.mul(f32x4.add(pb, c), tb)
    c = v128.load32_splat(fit, 4)
    pa = f32x4.mul(f32x4.add(pa, c), ta)
    pb = f32x4.mul(f32x4.add(pb, c), tb)
    c = v128.load32_splat(fit)
    pa = f32x4.mul(f32x4.add(pa, c), ta)
    pb = f32x4.mul(f32x4.add(pb, c), tb)
    const zero = f32x4.splat(reference)
    const scale = f32x4.splat(DECIBEL_A_BIT)
    v128.store(to, f32x4.add(pa, f32x4.sub(f32x4.mul(f32x4.convert_i32x4_s(ea), scale), zero)))
    v128.store(to, f32x4.add(pb, f32x4.sub(f32x4.mul(f32x4.convert_i32x4_s(eb), scale), zero)), 16)
    to += 32
  }
}
