// What multiply-adds alone can do, for bench/engine-limit.ts: as many sums side by side as the products
// have, and of loads only what keeps a compiler from computing once what stays the same.

import { madd } from './engine/vector'

const factors: usize = memory.data<f32>([
  0.999, -0.998, 0.997, -0.996, 0.995, -0.994, 0.993, -0.992,
])

/** 40 multiply-adds, so many times. */
export function multiplyAdds(times: i32): f32 {
  const x = v128.load32_splat(factors)
  const y = v128.load32_splat(factors, 4)
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
  for (let n = 0; n < times; ++n) {
    const at = factors + ((n & 3) << 2)
    let s = v128.load32_splat(at)
    a = madd(s, x, a)
    b = madd(s, y, b)
    s = v128.load32_splat(at, 4)
    c = madd(s, x, c)
    d = madd(s, y, d)
    s = v128.load32_splat(at, 8)
    e = madd(s, x, e)
    f = madd(s, y, f)
    s = v128.load32_splat(at, 12)
    g = madd(s, x, g)
    h = madd(s, y, h)
    s = v128.load32_splat(at, 16)
    i = madd(s, x, i)
    j = madd(s, y, j)
  }
  a = f32x4.add(f32x4.add(a, b), f32x4.add(c, d))
  e = f32x4.add(f32x4.add(e, f), f32x4.add(g, h))
  return f32x4.extract_lane(f32x4.add(f32x4.add(a, e), f32x4.add(i, j)), 0)
}
