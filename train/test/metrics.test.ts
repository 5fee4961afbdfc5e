import { describe, expect, it } from 'vitest'
import { experimentFingerprint } from '../evaluation/fingerprint.ts'
import type { FoldResult } from '../evaluation/fold-result.ts'
import { metrics } from '../evaluation/metrics.ts'
import { summarize, uarBeyondDesign } from '../evaluation/summary.ts'
import { protocolNamed } from '../protocols/index.ts'
import { tinyRecipe } from './tiny.ts'

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

describe('experimentFingerprint', () => {
  const corpus = { name: 'c', publishedAs: 3, found: 3 }
  const start = (weight: number) => ({
    weights: new Map([['w', Float32Array.of(weight)]]),
    corpora: [],
  })

  it('differs by settings, data and starting point, and by nothing else', () => {
    const own = experimentFingerprint(tinyRecipe, corpus)
    const { fit, ...rest } = tinyRecipe
    expect(experimentFingerprint({ fit, ...rest, name: 'other' }, corpus)).toBe(own)
    const others = [
      experimentFingerprint({ ...tinyRecipe, fit: { ...fit, epochs: 9 } }, corpus),
      experimentFingerprint(tinyRecipe, { ...corpus, found: 2 }),
      experimentFingerprint(tinyRecipe, { ...corpus, note: 'n' }),
      experimentFingerprint(tinyRecipe, corpus, start(1)),
      experimentFingerprint(tinyRecipe, corpus, start(2)),
    ]
    expect(new Set([own, ...others]).size).toBe(6)
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
      clips: { train: 3, validation: 2, test: 1 },
      recalls: { a: uar },
      fold,
      seed,
      uar,
      wa: uar,
    }) as unknown as FoldResult

  it('averages folds, then complete seeds, and tells their spread', () => {
    const summary = summarize([
      result(2, 1, 0.6),
      result(1, 1, 0.4),
      result(1, 2, 0.7),
      result(2, 2, 0.5),
      result(1, 3, 1),
    ])
    expect(summary.folds).toEqual([1, 2])
    expect(summary?.uar).toBeCloseTo(0.55)
    expect(summary?.recalls.a).toBeCloseTo(0.55)
    expect(summary?.uarSpread).toBeCloseTo(0.1)
    expect(summary?.seeds.map(({ seed, folds }) => [seed, folds])).toEqual([
      [1, [0.4, 0.6]],
      [2, [0.7, 0.5]],
    ])
  })

  it('gives the folds that no recipe was compared on by themselves', () => {
    const summary = summarize([result(1, 1, 0.9), result(2, 1, 0.5), result(3, 1, 0.7)])
    const protocol = { ...protocolNamed('ravdess-speaker-5fold'), designFolds: [1] }
    expect(uarBeyondDesign(summary, protocol)).toBeCloseTo(0.6)
    expect(uarBeyondDesign(summary, { ...protocol, designFolds: [] })).toBeUndefined()
  })

  it('tells the folds where not all are measured', () => {
    expect(summarize([result(4, 1, 0.6), result(2, 1, 0.4)]).folds).toEqual([2, 4])
    expect(() => summarize([])).toThrow(RangeError)
  })
})
