import { log10 } from './elementary'

let floor: f32 = 0
let reference: f32 = 0

export function configureDecibel(ref: f64, amin: f64): void {
  floor = <f32>amin
  reference = <f32>(10 * log10(max(ref, amin)))
}

// 10 log10((1 + s) / (1 - s)) as s and s^3, a minimax fit over one octave: 2e-5 dB. One division
// saves the four higher terms that 1 + t would need.
const fit = memory.data<f32>([8.685403437457536, 2.96073392668717])

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
    const ma = i32x4.sub(xa, ea)
    const mb = i32x4.sub(xb, eb)
    const sa = f32x4.div(f32x4.sub(ma, one), f32x4.add(ma, one))
    const sb = f32x4.div(f32x4.sub(mb, one), f32x4.add(mb, one))
    const scale = v128.load32_splat(constants, 12)
    const linear = v128.load32_splat(fit)
    const cubic = v128.load32_splat(fit, 4)
    const pa = f32x4.mul(f32x4.add(f32x4.mul(cubic, f32x4.mul(sa, sa)), linear), sa)
    const pb = f32x4.mul(f32x4.add(f32x4.mul(cubic, f32x4.mul(sb, sb)), linear), sb)
    v128.store(to, f32x4.add(pa, f32x4.sub(f32x4.mul(f32x4.convert_i32x4_s(ea), scale), zero)))
    v128.store(to, f32x4.add(pb, f32x4.sub(f32x4.mul(f32x4.convert_i32x4_s(eb), scale), zero)), 16)
    to += 32
  }
}
