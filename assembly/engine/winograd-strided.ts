// 3 x 3 convolution of stride 2. Along each axis the outer taps meet inputs of even place alone and
// the middle one those of odd place, so that 4 outputs take F(4, 2) of the one, with the points
// 0, 1, -1, 2 and infinity, and the other as it is: 9 products in place of 12, and 81 of 144 in two
// axes. The odd places of an axis share their weights, so there are but 36 matrices of these.
//
// The 81 numbers of a tile, by what they share: 25 of even rows and columns, 5 x 4 of even rows and
// odd columns, 5 x 4 of odd rows and even columns, 16 of both odd.

import { storeColumns, Tiles } from './tiles'
import { eight, four, half, madd, nmadd, three, two } from './vector'

/** Five times `bytes` of numbers, `step` bytes apart, to five. */
function evenInputs(from: usize, step: usize, to: usize, toStep: usize, bytes: usize): void {
  const c2 = two()
  const c3 = three()
  const c1 = half()
  for (const end = from + bytes; from < end; from += 16) {
    let at = from
    const d0 = v128.load(at)
    at += step
    const d1 = v128.load(at)
    at += step
    const d2 = v128.load(at)
    at += step
    const d3 = v128.load(at)
    const d4 = v128.load(at + step)
    const a = f32x4.sub(d3, d1)
    at = to
    v128.store(at, madd(a, c1, f32x4.sub(d0, d2)))
    at += toStep
    v128.store(at, f32x4.sub(f32x4.sub(a, d1), d2))
    at += toStep
    v128.store(at, nmadd(d2, c3, madd(d1, c2, d3)))
    at += toStep
    v128.store(at, a)
    v128.store(at + toStep, f32x4.sub(nmadd(a, c2, d4), d2))
    to += 16
  }
}

/** Four times `bytes` of numbers, `step` bytes apart, as they are. */
function oddInputs(from: usize, step: usize, to: usize, toStep: usize, bytes: usize): void {
  for (const end = from + bytes; from < end; from += 16) {
    let at = from
    let place = to
    v128.store(place, v128.load(at))
    at += step
    place += toStep
    v128.store(place, v128.load(at))
    at += step
    place += toStep
    v128.store(place, v128.load(at))
    v128.store(place + toStep, v128.load(at + step))
    to += 16
  }
}

export function stridedInputs(p: Tiles): void {
  const depth = (<usize>p.channels) << 2
  const plane = <usize>p.plane
  const width = <usize>(8 * p.columns + 1)
  const line = width * depth
  const row = <usize>p.row
  const column = <usize>p.column
  let to = p.planes
  for (let i: usize = 0; i < <usize>p.rows; ++i) {
    const image = p.image + i * 8 * row
    if (column == depth) evenInputs(image, 2 * row, p.scratch, line, line)
    else {
      for (let k: usize = 0; k < width; ++k) {
        evenInputs(image + k * column, 2 * row, p.scratch + k * depth, line, depth)
      }
    }
    for (let j: usize = 0; j < <usize>p.columns; ++j) {
      let from = p.scratch + j * 8 * depth
      for (let k: usize = 0; k < 5; ++k) {
        evenInputs(from, 2 * depth, to + 5 * k * plane, plane, depth)
        oddInputs(from + depth, 2 * depth, to + (25 + 4 * k) * plane, plane, depth)
        from += line
      }
      // of odd rows as they are
      from = image + row + j * 8 * column
      for (let k: usize = 0; k < 4; ++k) {
        evenInputs(from, 2 * column, to + (45 + k) * plane, 4 * plane, depth)
        oddInputs(from + column, 2 * column, to + (65 + 4 * k) * plane, plane, depth)
        from += 2 * row
      }
      to += depth
    }
  }
}

/** Five times `bytes` of numbers of even place and four of odd to four outputs. */
function outputs(
  from: usize,
  step: usize,
  odd: usize,
  oddStep: usize,
  to: usize,
  toStep: usize,
  bytes: usize,
): void {
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
    const m4 = v128.load(at + step)
    const s = f32x4.add(m1, m2)
    const d = f32x4.sub(m1, m2)
    at = odd
    const o0 = v128.load(at)
    at += oddStep
    const o1 = v128.load(at)
    at += oddStep
    const o2 = v128.load(at)
    const o3 = v128.load(at + oddStep)
    at = to
    v128.store(at, f32x4.add(f32x4.add(f32x4.add(m0, s), m3), o0))
    at += toStep
    v128.store(at, f32x4.add(madd(m3, c2, d), o1))
    at += toStep
    v128.store(at, f32x4.add(madd(m3, c4, s), o2))
    v128.store(at + toStep, f32x4.add(f32x4.add(madd(m3, c8, d), m4), o3))
    odd += 16
    to += 16
  }
}

export function stridedOutputs(p: Tiles): void {
  const depth = (<usize>p.channels) << 2
  const plane = <usize>p.plane
  const line = <usize>p.columns * depth
  for (let i: usize = 0; i < <usize>p.rows; ++i) {
    const from = p.planes + i * line
    // from row to row, for each of the nine columns: [4 rows][9][tiles][channels]
    for (let k: usize = 0; k < 5; ++k) {
      const odd = from + (45 + 4 * k) * plane
      outputs(from + k * plane, 5 * plane, odd, plane, p.scratch + k * line, 9 * line, line)
    }
    for (let k: usize = 0; k < 4; ++k) {
      const odd = from + (65 + k) * plane
      const to = p.scratch + (5 + k) * line
      outputs(from + (25 + k) * plane, 4 * plane, odd, 4 * plane, to, 9 * line, line)
    }
    const rows = min<usize>(4, <usize>p.height - 4 * i)
    for (let k: usize = 0; k < rows; ++k) {
      const row = p.scratch + k * 9 * line
      outputs(row, line, row + 5 * line, line, row, line, line)
      storeColumns(p, row, line, i * 4 + k)
    }
  }
}
