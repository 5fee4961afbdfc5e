import { describe, expect, it } from 'vitest'
import type { FoldResult } from '../evaluation/fold-result.ts'
import { metrics } from '../evaluation/metrics.ts'
import { summarize } from '../evaluation/summary.ts'

describe('metrics', () => {
  it('averages recalls whatever the size of the classes', () => {
    const { uar, wa, recalls, confusion } = metrics(['a', 'b'], [0, 0, 0, 0, 1], [0, 0, 0, 1, 0])
    expect(uar).toBeCloseTo((0.75 + 0) / 2)
    expect(wa).toBeCloseTo(0.6)
    expect(recalls).toEqual({ a: 0.75, b: 0 })
    expect(confusion).toEqual([
      [3, 1],
      [1, 0],
    ])
  })

  it('leaves a class without clips out of the mean', () => {
    expect(metrics(['a', 'b', 'c'], [0, 1], [0, 0]).uar).toBeCloseTo(0.5)
  })

  it('refuses to score nothing', () => {
    expect(() => metrics(['a'], [], [])).toThrow(RangeError)
  })
})

describe('summarize', () => {
  const result = (fold: number, seed: number, uar: number) =>
    ({
      recipe: 'r',
      corpus: 'c',
      protocol: 'p',
      parameters: 1,
      command: '',
      labels: ['a'],
      recalls: { a: uar },
      fold,
      seed,
      uar,
      wa: uar,
    }) as unknown as FoldResult

  it('averages folds, then complete seeds, and tells their spread', () => {
    const summary = summarize(
      [result(2, 1, 0.6), result(1, 1, 0.4), result(1, 2, 0.7), result(2, 2, 0.5), result(1, 3, 1)],
      2,
    )
    expect(summary?.uar).toBeCloseTo(0.55)
    expect(summary?.recalls.a).toBeCloseTo(0.55)
    expect(summary?.uarSpread).toBeCloseTo(0.1)
    expect(summary?.seeds.map(({ seed, folds }) => [seed, folds])).toEqual([
      [1, [0.4, 0.6]],
      [2, [0.7, 0.5]],
    ])
  })

  it('says nothing when no seed has all its folds', () => {
    expect(summarize([result(1, 1, 0.6)], 2)).toBeUndefined()
  })
})
