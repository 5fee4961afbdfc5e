import { describe, expect, it } from 'vitest'
import { calibration } from '../evaluation/calibration.ts'
import { experimentFingerprint } from '../evaluation/fingerprint.ts'
import { fitTemperature } from '../evaluation/fit-temperature.ts'
import type { FoldResult } from '../evaluation/fold-result.ts'
import { classScores, confusionOf, metrics, metricsOf } from '../evaluation/metrics.ts'
import { pairedInterval, quantile, speakerIntervals } from '../evaluation/speaker-bootstrap.ts'
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

describe('classScores', () => {
  // from sklearn.metrics import precision_recall_fscore_support as scores
  // print(scores(truths, predictions, zero_division=0))
  const truths = [0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2]
  const predictions = [0, 0, 1, 0, 2, 1, 0, 1, 2, 2, 1, 0]

  it('equals scikit-learn 1.7.2', () => {
    const confusion = confusionOf(3, truths, predictions)
    expect(confusion).toEqual([
      [3, 1, 1],
      [1, 2, 0],
      [1, 1, 2],
    ])
    const scores = classScores(['a', 'b', 'c'], confusion)
    const column = (key: 'precision' | 'recall' | 'f1' | 'clips') => scores.map((one) => one[key])
    expect(column('clips')).toEqual([5, 3, 4])
    const expected = {
      precision: [0.6, 0.5, 0.66666667],
      recall: [0.6, 0.66666667, 0.5],
      f1: [0.6, 0.57142857, 0.57142857],
    }
    for (const key of ['precision', 'recall', 'f1'] as const) {
      column(key).forEach((value, i) => {
        expect(value).toBeCloseTo(expected[key][i]!, 7)
      })
    }
    // balanced_accuracy_score(truths, predictions)
    expect(metricsOf(['a', 'b', 'c'], confusion).uar).toBeCloseTo(0.5888888888888889, 12)
  })

  it('gives 0 to what is never heard, and leaves out what has no clip', () => {
    const scores = classScores(['a', 'b', 'c'], confusionOf(3, [0, 1], [0, 0]))
    expect(scores).toEqual([
      { label: 'a', precision: 0.5, recall: 1, f1: 2 / 3, clips: 1 },
      { label: 'b', precision: 0, recall: 0, f1: 0, clips: 1 },
    ])
  })
})

describe('calibration', () => {
  it('weighs how far certainty and accuracy of each bin differ', () => {
    const judged = [
      { confidence: 0.9, right: true },
      { confidence: 0.5, right: true },
      { confidence: 0.7, right: false },
      { confidence: 0.3, right: false },
    ]
    // Two bins of two: certain by 0.4 and 0.8 on average, half of each right.
    const { ece, bins } = calibration(judged, 2)
    expect(bins.map(({ clips, accuracy }) => [clips, accuracy])).toEqual([
      [2, 0.5],
      [2, 0.5],
    ])
    expect(bins[0]!.confidence).toBeCloseTo(0.4)
    expect(bins[1]!.confidence).toBeCloseTo(0.8)
    expect(ece).toBeCloseTo((0.1 + 0.3) / 2)
  })

  it('has bins of equally many clips, to one', () => {
    const judged = Array.from({ length: 100 }, (_, i) => ({ confidence: i / 100, right: true }))
    const { bins } = calibration(judged)
    expect(bins).toHaveLength(15)
    expect(bins.reduce((sum, { clips }) => sum + clips, 0)).toBe(100)
    for (const { clips } of bins) expect([6, 7]).toContain(clips)
    expect(calibration(judged.slice(0, 3)).bins).toHaveLength(3)
  })

  it('is 0 for a model that is right as often as it says', () => {
    const judged = Array.from({ length: 30 }, (_, i) => ({ confidence: 0.8, right: i % 5 > 0 }))
    expect(calibration(judged, 1).ece).toBeCloseTo(0)
    expect(() => calibration([])).toThrow(RangeError)
  })
})

describe('speakerIntervals', () => {
  const always = [
    [10, 0],
    [0, 10],
  ]
  const never = [
    [0, 10],
    [10, 0],
  ]

  it('draws speakers, not clips', () => {
    // Ten speakers, each all right or all wrong: the share that is right is that of ten coins.
    const confusions = [0, 1, 2, 3, 4].flatMap(() => [always, never])
    const { uar, wa, speakers } = speakerIntervals(['a', 'b'], confusions)!
    expect(speakers).toBe(10)
    expect(wa).toEqual([0.2, 0.8])
    expect(uar).toEqual([0.2, 0.8])
  })

  it('is the same every time, and a point where all speakers are alike', () => {
    const alike = Array.from({ length: 6 }, () => [
      [3, 1],
      [1, 1],
    ])
    const intervals = speakerIntervals(['a', 'b'], alike)!
    expect(intervals.uar).toEqual([0.625, 0.625])
    expect(intervals.wa.map((value) => value.toFixed(6))).toEqual(['0.666667', '0.666667'])
    const confusions = [always, never, always, always, never, always]
    expect(speakerIntervals(['a', 'b'], confusions)).toEqual(
      speakerIntervals(['a', 'b'], confusions),
    )
  })

  it('is not there for fewer than five speakers', () => {
    expect(speakerIntervals(['a', 'b'], [always, never, always, never])).toBeUndefined()
  })

  it('of a difference keeps pairs together', () => {
    // However unlike the speakers, each is as much worse.
    const worse = [
      [9, 1],
      [1, 9],
    ]
    const better = [
      [10, 0],
      [0, 10],
    ]
    const uneven = [
      [1, 9],
      [9, 1],
    ]
    const alike = [1, 2, 3, 4, 5].map(() => [better, worse] as const)
    expect(pairedInterval(['a', 'b'], alike)!.map((value) => value.toFixed(6))).toEqual([
      '-0.100000',
      '-0.100000',
    ])
    const mixed = alike.map((pair, i) => (i < 2 ? ([uneven, never] as const) : pair))
    expect(pairedInterval(['a', 'b'], mixed)!.map((value) => value.toFixed(6))).toEqual([
      '-0.100000',
      '-0.100000',
    ])
    const unsure = alike.map((pair, i) => (i < 2 ? ([never, always] as const) : pair))
    const [low, high] = pairedInterval(['a', 'b'], unsure)!
    expect(low).toBeLessThan(0)
    expect(high).toBeGreaterThan(0)
    expect(pairedInterval(['a', 'b'], alike.slice(1))).toBeUndefined()
  })

  it('takes quantiles as NumPy does', () => {
    // numpy.quantile([1, 2, 4, 8, 16], [.025, .5, .9])
    const values = [0.025, 0.5, 0.9].map((share) => quantile([1, 2, 4, 8, 16], share))
    expect(values.map((value) => value.toFixed(6))).toEqual(['1.100000', '4.000000', '12.800000'])
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
      tested: [{ corpus: 'c', id: `${fold}` }],
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
    expect(summary.leftOut).toEqual([{ seed: 3, folds: [1] }])
    expect(summary.clips).toBe(2)
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

describe('fitTemperature', () => {
  /** Clips of a model whose logits are `factor` times those that labels were drawn by. */
  function clips(factor: number) {
    let state = 1
    const random = () => {
      state = (state * 48271) % 2147483647
      return state / 2147483647
    }
    const softmax = (logits: number[]) => {
      const weights = logits.map(Math.exp)
      const sum = weights.reduce((a, b) => a + b)
      return weights.map((weight) => weight / sum)
    }
    return Array.from({ length: 5000 }, () => {
      const logits = Array.from({ length: 4 }, () => 4 * random())
      let drawn = random()
      const truth = softmax(logits).findIndex((share) => {
        drawn -= share
        return drawn < 0
      })
      const window = Float32Array.from(softmax(logits.map((logit) => logit * factor)))
      return { windows: [window], target: logits.map((_, i) => (i === Math.max(0, truth) ? 1 : 0)) }
    })
  }

  it.each([0.5, 1, 2.5])('finds by how much a model is too sure: %d', (factor) => {
    expect(fitTemperature(clips(factor)) / factor).toBeCloseTo(1, 1)
  })

  it('makes shares of what is shared', () => {
    // Odds of 16 to 1, where 4 to 1 was heard: half the logit.
    const window = Float32Array.of(16 / 17, 1 / 17)
    expect(fitTemperature([{ windows: [window], target: [0.8, 0.2] }])).toBeCloseTo(2, 1)
  })

  it('refuses to fit to nothing', () => {
    expect(() => fitTemperature([])).toThrow(RangeError)
  })
})
