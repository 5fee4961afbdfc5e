import { log10 } from './elementary'

let floor: f32 = 0
let reference: f32 = 0

export function configureDecibel(ref: f64, amin: f64): void {
  floor = <f32>amin
  reference = <f32>(10 * log10(max(ref, amin)))
}

/**
 * In place: 10 log10(max(amin, power)) - 10 log10(max(amin, ref)).
 * The polynomial is a minimax fit of 10 log10(1 + t) / t over one octave about 1: 9e-7 dB.
 */
export function powerToDecibel(at: usize, count: i32): void {
  const low = f32x4.splat(floor)
  const zero = f32x4.splat(reference)
  const end = at + ((<usize>count) << 4)
  for (; at < end; at += 16) {
    const x = f32x4.pmax(low, v128.load(at))
    const e = i32x4.shr_s(i32x4.sub(x, i32x4.splat(0x3f3504f3)), 23) // from sqrt(1/2) up
    const t = f32x4.sub(i32x4.sub(x, i32x4.shl(e, 23)), f32x4.splat(1))
    let p = f32x4.splat(0.5136605796916196)
    p = f32x4.add(f32x4.mul(p, t), f32x4.splat(-0.8209024486079353))
    p = f32x4.add(f32x4.mul(p, t), f32x4.splat(0.8948496399119733))
    p = f32x4.add(f32x4.mul(p, t), f32x4.splat(-1.0805828556199297))
    p = f32x4.add(f32x4.mul(p, t), f32x4.splat(1.4463438647580298))
    p = f32x4.add(f32x4.mul(p, t), f32x4.splat(-2.171557754316198))
    p = f32x4.add(f32x4.mul(p, t), f32x4.splat(4.342958923591931))
    const whole = f32x4.mul(f32x4.convert_i32x4_s(e), f32x4.splat(3.010299956639812))
    v128.store(at, f32x4.sub(f32x4.add(whole, f32x4.mul(p, t)), zero))
  }
}
