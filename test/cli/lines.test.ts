import { describe, expect, test } from 'vitest'
import { answerLines, nameColumn, printable } from '../../src/cli/lines.ts'
import type { Recognition } from '../../src/index.ts'

const scores = { neutral: 0.05, happy: 0.625, sad: 0.25, angry: 0.075 }
const window = { emotion: 'happy', confidence: 0.625, scores }
const answer: Recognition = {
  ...window,
  duration: 2.4,
  timeline: [{ ...window, start: 0, end: 2.4 }],
  timings: { decode: 1, resample: 1, features: 1, inference: 1 },
}
const plain = { columns: 100, color: false }

test('shows emotion, confidence, the other labels, length and time in one line', () => {
  expect(answerLines('clip.wav', 10, answer, 12.3, plain)).toEqual([
    'clip.wav    happy    63 % █████     neutral ▁  sad ▃  angry ▁             2.4 s in  12 ms',
  ])
})

describe.each([200, 120, 100, 80, 60])('%i columns wide', (columns) => {
  test('no line is wider', () => {
    const lines = answerLines('a/long/name/of/a/clip.wav', 20, answer, 12.3, { ...plain, columns })
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns)
    expect(lines[0]).toContain('…/name/of/a/clip.wav')
  })
})

test('keeps the strongest labels where there is little room', () => {
  const [line] = answerLines('clip.wav', 10, answer, 12.3, { ...plain, columns: 72 })
  expect(line).toContain('sad ▃')
  expect(line).not.toContain('neutral')
})

test('adds a line a segment for a clip of several windows', () => {
  const timeline = [
    { ...window, start: 0, end: 3 },
    { ...window, start: 1, end: 4, emotion: 'sad', confidence: 0.5 },
  ]
  const lines = answerLines('clip.wav', 10, { ...answer, timeline }, 12.3, plain)
  expect(lines.slice(1).map((line) => line.replace(/\s+/g, ' ').trim())).toEqual([
    '0.0 – 2.0 s happy 63 % █████',
    '2.0 – 4.0 s sad 50 % ████',
  ])
})

test('colours only where colours are shown', () => {
  const render = (color: boolean) => answerLines('clip.wav', 10, answer, 1, { ...plain, color })
  expect(render(true).join()).toContain('\x1b[')
  expect(render(false).join()).not.toContain('\x1b')
})

test('gives names the room they need, up to a share of the screen', () => {
  expect(nameColumn(['a.wav', 'long.wav'], plain)).toBe(8)
  expect(nameColumn(['x'.repeat(90)], plain)).toBe(35)
})

test('shows no control characters', () => {
  expect(printable('a\x1b[2Jb\n.wav')).toBe('a\ufffd[2Jb\ufffd.wav')
})
