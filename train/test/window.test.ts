import { expect, it } from 'vitest'
import { framesFed, windowOf, windowStarts } from '../features/window.ts'
import { tinyExamples } from './tiny.ts'

/** A clip of so many frames of two bins, with one frame of its tail: 1, 101, 2, 102, … */
function clip(frames: number) {
  const features = new Float32Array((frames + 1) * 2)
  for (let i = 0; i <= frames; i++) features.set([i + 1, i + 101], 2 * i)
  return { ...tinyExamples(1, '')[0]!, features, frames, bins: 2 }
}
const silent = new Float32Array([-1, -2])
const frames = { window: { frames: 4, hop: 2 }, pooled: false }
const means = { window: { frames: 4, hop: 2, atLeast: 2 }, pooled: true }
const seen = (...of: Parameters<typeof windowOf>) => Array.from(windowOf(...of))

it('has the windows of the recognizer', () => {
  expect(windowStarts(3, frames.window)).toEqual([0])
  expect(windowStarts(7, frames.window)).toEqual([0, 2])
  expect(windowStarts(8, frames.window)).toEqual([0, 2, 4])
})

it.each([
  [6, 1, [2, 102, 3, 103, 4, 104, 5, 105]],
  [2, 0, [1, 101, 2, 102, 3, 103, -1, -2]],
  [2, -1, [-1, -2, 1, 101, 2, 102, 3, 103]],
])(
  'sees %i frames from %i on, the tail and a frame of silence after it',
  (count, start, window) => {
    expect(seen(clip(count), start, frames, silent)).toEqual(window)
    expect(window).toHaveLength(framesFed(frames) * 2)
  },
)

it.each([
  [6, 1, [3.5, 103.5]],
  [3, 0, [2, 102]],
  [1, 0, [1.5, 101.5]],
  [1, -1, [0, 49.5]],
])('sees the mean of %i frames from %i on, of a short clip its own', (count, start, mean) => {
  expect(seen(clip(count), start, means, silent)).toEqual(mean)
  expect(mean).toHaveLength(framesFed(means) * 2)
})
