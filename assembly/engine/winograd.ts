// 3 x 3 convolution by Winograd's F(4x4, 3x3): 36 products of matrices in place of 144, with the
// points 0, 1, -1, 2, -2 and infinity (Lavin and Gray, 2015). A row of tiles is transformed first from
// row to row, which goes through memory as it lies and serves tiles that overlap, then along it.

import { storeColumns, Tiles } from './tiles'
import { eight, five, four, madd, nmadd, quarter, two } from './vector'

/** Six times `bytes` of numbers, `step` bytes apart, to six. */
function inputs(from: usize, step: usize, to: usize, toStep: usize, bytes: usize): void {
  const c2 = two()
  const c4 = four()
  const c5 = five()
  const c1 = quarter()
  for (const end = from + bytes; from < end; from += 16) {
    let at = from
    const d0 = v128.load(at)
    at += step
    const d1 = v128.load(at)
    at += step
    const d2 = v128.load(at)
    at += step
    const d3 = v128.load(at)
    at += step
    const d4 = v128.load(at)
    const d5 = v128.load(at + step)
    const even = nmadd(d2, c4, d4)
    const odd = nmadd(d1, c4, d3)
    const even2 = f32x4.sub(d4, d2)
    const odd2 = f32x4.sub(d3, d1)
    at = to
    v128.store(at, madd(nmadd(d2, c5, d4), c1, d0))
    at += toStep
    v128.store(at, f32x4.add(even, odd))
    at += toStep
    v128.store(at, f32x4.sub(even, odd))
    at += toStep
    v128.store(at, madd(odd2, c2, even2))
    at += toStep
    v128.store(at, nmadd(odd2, c2, even2))
    v128.store(at + toStep, madd(d1, c4, nmadd(d3, c5, d5)))
    to += 16
  }
}

export function winogradInputs(p: Tiles): void {
  const depth = (<usize>p.channels) << 2
  const plane = <usize>p.plane
  const width = <usize>(4 * p.columns + 2)
  let to = p.planes
  for (let i = 0; i < p.rows; ++i) {
    const image = p.image + i * 4 * p.row
    if (<usize>p.column == depth) inputs(image, p.row, p.scratch, width * depth, width * depth)
    else {
      for (let k: usize = 0; k < width; ++k) {
        inputs(image + k * p.column, p.row, p.scratch + k * depth, width * depth, depth)
      }
    }
    for (let j: usize = 0; j < <usize>p.columns; ++j) {
      let from = p.scratch + j * 4 * depth
      let planes = to
      for (let k = 0; k < 6; ++k) {
        inputs(from, depth, planes, plane, depth)
        from += width * depth
        planes += 6 * plane
      }
      to += depth
    }
  }
}

/** Six times `bytes` of numbers, `step` bytes apart, to four. */
function outputs(from: usize, step: usize, to: usize, toStep: usize, bytes: usize): void {
  const c2 = two()
  const c4 = four()
  const c8 = eight()
  for (const end = from + bytes; from < end; from += 16) {
    let at = from
    const m0 = v128.load(at)
    at += step
    const m1 = v128.load(at)
    at += step
    const m2 = v128.load(at)
    at += step
    const m3 = v128.load(at)
    at += step
    const m4 = v128.load(at)
    const m5 = v128.load(at + step)
    const s = f32x4.add(m1, m2)
    const d = f32x4.sub(m1, m2)
    const u = f32x4.add(m3, m4)
    const v = f32x4.sub(m3, m4)
    at = to
    v128.store(at, f32x4.add(f32x4.add(m0, s), u))
    at += toStep
    v128.store(at, madd(v, c2, d))
    at += toStep
    v128.store(at, madd(u, c4, s))
    v128.store(at + toStep, f32x4.add(madd(v, c8, d), m5))
    to += 16
  }
}

export function winogradOutputs(p: Tiles): void {
  const depth = (<usize>p.channels) << 2
  const plane = <usize>p.plane
  const line = <usize>p.columns * depth
  // along a row of tiles: [4 rows][6][tiles][channels], then in place of the first four of the six
  for (let i: usize = 0; i < <usize>p.rows; ++i) {
    const from = p.planes + i * line
    for (let k: usize = 0; k < 6; ++k) {
      outputs(from + k * plane, 6 * plane, p.scratch + k * line, 6 * line, line)
    }
    const rows = min<usize>(4, <usize>p.height - 4 * i)
    for (let k: usize = 0; k < rows; ++k) {
      const row = p.scratch + k * 6 * line
      outputs(row, line, row, line, line)
      storeColumns(p, row, line, i * 4 + k)
    }
  }
}
