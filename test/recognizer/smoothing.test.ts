import { expect, test } from 'vitest'
import { Smoothing } from '../../src/recognizer/smoothing.ts'

test('without a time constant, scores are what they are', () => {
  const smoothing = new Smoothing(0, 0)
  smoothing.push([0.9, 0.1], 0)
  const { scores, label } = smoothing.push([0.2, 0.8], 0.5)
  expect([...scores]).toEqual([0.2, 0.8])
  expect(label).toBe(1)
})

test('after the time constant a change has come through by 1 - 1/e, however many steps it took', () => {
  for (const steps of [1, 2, 10]) {
    const smoothing = new Smoothing(2, 0)
    smoothing.push([1, 0], 0)
    let last = smoothing.push([0, 1], 2 / steps)
    for (let step = 2; step <= steps; step++) last = smoothing.push([0, 1], (step * 2) / steps)
    expect(last.scores[0]).toBeCloseTo(Math.exp(-1), 12)
    expect((last.scores[0] as number) + (last.scores[1] as number)).toBeCloseTo(1, 12)
  }
})

test('a label holds until another leads by more than the hysteresis', () => {
  const smoothing = new Smoothing(0, 0.1)
  const labels = [
    [0.5, 0.4, 0.1],
    [0.46, 0.54, 0],
    [0.44, 0.55, 0.01],
    [0.54, 0.46, 0],
    [0.6, 0.3, 0.1],
  ].map((scores, n) => smoothing.push(scores, n).label)
  expect(labels).toEqual([0, 0, 1, 1, 0])
})

test('scores that swing about one another do not make the label flicker', () => {
  const swing = Array.from({ length: 100 }, (_, n) => 0.5 + (n % 2 ? 0.08 : -0.08))
  const changes = (smoothing: Smoothing) => {
    const labels = swing.map((score, n) => smoothing.push([score, 1 - score], n / 2).label)
    return labels.filter((label, n) => n > 0 && label !== labels[n - 1]).length
  }
  expect(changes(new Smoothing(0, 0))).toBe(99)
  expect(changes(new Smoothing(1, 0.1))).toBe(0)
})

test('starts afresh once reset', () => {
  const smoothing = new Smoothing(10, 0.5)
  smoothing.push([1, 0], 0)
  smoothing.reset()
  expect(smoothing.push([0.1, 0.9], 1)).toEqual({ scores: Float64Array.of(0.1, 0.9), label: 1 })
})
