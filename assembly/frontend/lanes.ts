// Between rows (a frame's numbers side by side) and lanes (four frames side by side).

/** `count` vectors to four rows of `count` numbers, `row` bytes apart. */
export function lanesToRows(from: usize, count: i32, to: usize, row: usize): void {
  const whole = from + ((<usize>count & ~3) << 4)
  let at = to
  while (from < whole) {
    const a = v128.load(from)
    const b = v128.load(from, 16)
    const c = v128.load(from, 32)
    const d = v128.load(from, 48)
    const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5)
    const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
    const ef = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
    const gh = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
    v128.store(at, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5))
    v128.store(at + row, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7))
    v128.store(at + 2 * row, v128.shuffle<f32>(ef, gh, 0, 1, 4, 5))
    v128.store(at + 3 * row, v128.shuffle<f32>(ef, gh, 2, 3, 6, 7))
    from += 64
    at += 16
  }
  for (let rest = count & 3; rest > 0; --rest) {
    store<f32>(at, load<f32>(from))
    store<f32>(at + row, load<f32>(from, 4))
    store<f32>(at + 2 * row, load<f32>(from, 8))
    store<f32>(at + 3 * row, load<f32>(from, 12))
    from += 16
    at += 4
  }
}

/** Four rows of at least `count` numbers to `count` vectors, `count` rounded up to fours. */
export function rowsToLanes(a: usize, b: usize, c: usize, d: usize, count: i32, to: usize): void {
  const end = to + ((<usize>count) << 4)
  while (to < end) {
    const ra = v128.load(a)
    const rb = v128.load(b)
    const rc = v128.load(c)
    const rd = v128.load(d)
    const ab = v128.shuffle<f32>(ra, rb, 0, 4, 1, 5)
    const cd = v128.shuffle<f32>(rc, rd, 0, 4, 1, 5)
    const ef = v128.shuffle<f32>(ra, rb, 2, 6, 3, 7)
    const gh = v128.shuffle<f32>(rc, rd, 2, 6, 3, 7)
    v128.store(to, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5))
    v128.store(to, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7), 16)
    v128.store(to, v128.shuffle<f32>(ef, gh, 0, 1, 4, 5), 32)
    v128.store(to, v128.shuffle<f32>(ef, gh, 2, 3, 6, 7), 48)
    a += 16
    b += 16
    c += 16
    d += 16
    to += 64
  }
}
