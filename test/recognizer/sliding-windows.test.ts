import { expect, test } from 'vitest'
import { SlidingWindows } from '../../src/recognizer/sliding-windows.ts'

/** Frames of two values, each its number and its number's negative. */
function frames(first: number, count: number) {
  const numbers = Array.from({ length: count }, (_, n) => first + n)
  return { data: Float32Array.from(numbers.flatMap((n) => [n, -n])), frames: count, bins: 2 }
}

test.each([
  { length: 5, hop: 2, chunks: [1] },
  { length: 5, hop: 5, chunks: [3, 1, 0, 7] },
  { length: 3, hop: 10, chunks: [2, 4] },
  { length: 1, hop: 1, chunks: [50] },
  { length: 40, hop: 1, chunks: [64, 1] },
])('windows of $length frames every $hop, fed in $chunks', ({ length, hop, chunks }) => {
  const windows = new SlidingWindows(2, length, hop)
  let fed = 0
  let next = 0
  for (let n = 0; fed < 200; n++) {
    const count = chunks[n % chunks.length] as number
    windows.push(frames(fed, count))
    fed += count
    expect(windows.frames).toBe(fed)
    while (windows.complete) {
      expect(windows.next).toBe(next)
      expect([...windows.take()]).toEqual([...frames(next, length).data])
      next += hop
    }
    expect(fed).toBeLessThan(next + length)
  }
})

test('what is taken stays as it is', () => {
  const windows = new SlidingWindows(2, 2, 1)
  windows.push(frames(0, 2))
  const first = windows.take()
  for (let n = 2; n < 20; n++) {
    windows.push(frames(n, 1))
    windows.take()
  }
  expect([...first]).toEqual([0, -0, 1, -1])
})

test('skipped windows are passed by, and a short clip is taken as it is', () => {
  const windows = new SlidingWindows(2, 4, 2)
  windows.push(frames(0, 6))
  windows.skip()
  expect([...windows.take()]).toEqual([...frames(2, 4).data])
  const short = new SlidingWindows(2, 4, 2)
  short.push(frames(0, 3))
  expect(short.complete).toBe(false)
  expect([...short.take()]).toEqual([...frames(0, 3).data])
})
