// What multiply-adds alone can do, for bench/engine-limit.ts: as many side by side as there are
// registers for, and no loads.

import { madd } from './engine/vector'

/** 48 multiply-adds, so many times. */
export function multiplyAdds(times: i32): f32 {
  const x = f32x4.splat(0.999)
  const y = f32x4.splat(0.001)
  let a = f32x4.splat(1)
  let b = f32x4.splat(2)
  let c = f32x4.splat(3)
  let d = f32x4.splat(4)
  let e = f32x4.splat(5)
  let f = f32x4.splat(6)
  let g = f32x4.splat(7)
  let h = f32x4.splat(8)
  let i = f32x4.splat(9)
  let j = f32x4.splat(10)
  let k = f32x4.splat(11)
  let l = f32x4.splat(12)
  for (let n = 0; n < times; ++n) {
    a = madd(a, x, y)
    b = madd(b, x, y)
    c = madd(c, x, y)
    d = madd(d, x, y)
    e = madd(e, x, y)
    f = madd(f, x, y)
    g = madd(g, x, y)
    h = madd(h, x, y)
    i = madd(i, x, y)
    j = madd(j, x, y)
    k = madd(k, x, y)
    l = madd(l, x, y)
  }
  a = f32x4.add(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), f32x4.add(e, f))
  g = f32x4.add(f32x4.add(f32x4.add(g, h), f32x4.add(i, j)), f32x4.add(k, l))
  return f32x4.extract_lane(f32x4.add(a, g), 0)
}
