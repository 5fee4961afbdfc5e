import { log10 } from './elementary'

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

// sqrt(1/2), where an octave starts; the exponent; 1; decibels a bit of an exponent left in place.
// From memory, since V8 would build them anew for every vector.
const constants = memory.data<i32>([0x3f3504f3, 0xff800000, 0x3f800000, 0x34c0a8c1])

/** For an even `count`: 10 log10(max(amin, power)) - 10 log10(max(amin, ref)). */
export function powerToDecibel(at: usize, to: usize, count: i32): void {
  const end = at + ((<usize>count) << 4)
  const low = f32x4.splat(floor)
  const zero = f32x4.splat(reference)
  for (; at < end; at += 32) {
    const octave = v128.load32_splat(constants)
    const exponent = v128.load32_splat(constants, 4)
    const one = v128.load32_splat(constants, 8)
    const xa = f32x4.pmax(low, v128.load(at))
    const xb = f32x4.pmax(low, v128.load(at, 16))
    const ea = v128.and(i32x4.sub(xa, octave), exponent)
    const eb = v128.and(i32x4.sub(xb, octave), exponent)
    const ta = f32x4.sub(i32x4.sub(xa, ea), one)
    const tb = f32x4.sub(i32x4.sub(xb, eb), one)
    // pairs of terms side by side, since a chain of six would keep the adders waiting
    const ua = f32x4.mul(ta, ta)
    const ub = f32x4.mul(tb, tb)
    let c = v128.load32_splat(fit, 20)
    let d = v128.load32_splat(fit, 16)
    let pa = f32x4.mul(f32x4.add(f32x4.mul(c, ta), d), ua)
    let pb = f32x4.mul(f32x4.add(f32x4.mul(c, tb), d), ub)
    c = v128.load32_splat(fit, 12)
    d = v128.load32_splat(fit, 8)
    pa = f32x4.mul(f32x4.add(pa, f32x4.add(f32x4.mul(c, ta), d)), ua)
    pb = f32x4.mul(f32x4.add(pb, f32x4.add(f32x4.mul(c, tb), d)), ub)
    c = v128.load32_splat(fit, 4)
    d = v128.load32_splat(fit)
    pa = f32x4.mul(f32x4.add(pa, f32x4.add(f32x4.mul(c, ta), d)), ta)
    pb = f32x4.mul(f32x4.add(pb, f32x4.add(f32x4.mul(c, tb), d)), tb)
    const scale = v128.load32_splat(constants, 12)
    v128.store(to, f32x4.add(pa, f32x4.sub(f32x4.mul(f32x4.convert_i32x4_s(ea), scale), zero)))
    v128.store(to, f32x4.add(pb, f32x4.sub(f32x4.mul(f32x4.convert_i32x4_s(eb), scale), zero)), 16)
    to += 32
  }
}
