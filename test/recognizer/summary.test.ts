import { expect, test } from 'vitest'
import { meanOfRows, summarize } from '../../src/recognizer/summary.ts'

test('names the strongest label, and every score', () => {
  expect(summarize(['calm', 'happy', 'sad'], [0.25, 0.5, 0.25])).toEqual({
    emotion: 'happy',
    confidence: 0.5,
    scores: { calm: 0.25, happy: 0.5, sad: 0.25 },
  })
})

test('takes the first of equal ones', () => {
  expect(summarize(['calm', 'happy'], [0.5, 0.5]).emotion).toBe('calm')
})

test('averages rows', () => {
  const rows = [
    [0.25, 0.75],
    [0.5, 0.5],
    [0, 1],
  ].map((row) => new Float32Array(row))
  expect([...meanOfRows(rows)]).toEqual([0.25, 0.75])
})
