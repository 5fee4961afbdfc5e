import { expect, test } from 'vitest'
import { joinWindows } from '../../src/cli/segments.ts'

/** Windows of 3 s every second. */
const timeline = (...emotions: string[]) =>
  emotions.map((emotion, index) => ({
    start: index,
    end: index + 3,
    emotion,
    confidence: (index + 1) / 10,
    scores: {},
  }))

test('joins windows of one emotion into one segment', () => {
  const [segment, ...others] = joinWindows(timeline('sad', 'sad', 'sad'))
  expect(others).toEqual([])
  expect(segment).toMatchObject({ start: 0, end: 5, emotion: 'sad' })
  expect(segment?.confidence).toBeCloseTo(0.2)
})

test('lets segments touch, not overlap', () => {
  expect(joinWindows(timeline('sad', 'sad', 'happy', 'sad'))).toMatchObject([
    { start: 0, end: 3, emotion: 'sad' },
    { start: 3, end: 4, emotion: 'happy' },
    { start: 4, end: 6, emotion: 'sad' },
  ])
})

test('has nothing to join in nothing', () => {
  expect(joinWindows([])).toEqual([])
})
