import '../tensorflow-settings.ts'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { metrics } from '../evaluation/metrics.ts'
import { scoreClips, winner } from '../evaluation/score-clips.ts'
import { fit } from '../fit/fit.ts'
import { weightsOf } from '../fit/model-weights.ts'
import type { Recipe } from '../recipes/recipe.ts'
import { tinyDenseRecipe, tinyExamples, tinyLabels, tinyLstmRecipe, tinyRecipe } from './tiny.ts'

describe('fit', () => {
  let folder: string
  let count = 0
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'undertone-fit-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  async function run(seed: number, change: Partial<Recipe['fit']> = {}, validation = 12) {
    const place = join(folder, String(count++))
    const { model, history } = await fit({
      recipe: { ...tinyRecipe, fit: { ...tinyRecipe.fit, ...change } },
      labels: tinyLabels,
      train: tinyExamples(40, 'train'),
      validation: validation ? tinyExamples(validation, 'validation') : [],
      seed,
      folder: place,
    })
    return { model, history, weights: weightsOf(model), place }
  }

  it('learns what can be learned, and writes logs for TensorBoard', async () => {
    const { history, place } = await run(1, { epochs: 12, learningRate: 0.01 })
    expect(history.at(-1)!.validationUar).toBeGreaterThan(0.9)
    expect(history.at(-1)!.loss).toBeLessThan(history[0]!.loss)
    const logs = await readdir(join(place, 'tensorboard'))
    expect(logs.some((name) => name.includes('tfevents'))).toBe(true)
  })

  it('learns it in bfloat16 too, by other steps', async () => {
    const change = { epochs: 12, learningRate: 0.01 }
    const mixed = await run(1, { ...change, precision: 'bfloat16' })
    expect(mixed.history.at(-1)!.validationUar).toBeGreaterThan(0.9)
    const plain = await run(1, { ...change, precision: 'float32' })
    expect(mixed.weights).not.toEqual(plain.weights)
  })

  it('gives the same weights for the same seed, others for another', async () => {
    const [a, b, c] = [await run(3), await run(3), await run(4)]
    expect(a.weights).toEqual(b.weights)
    expect(a.weights).not.toEqual(c.weights)
  })

  it('keeps the epoch with the best validation UAR', async () => {
    const { model, history } = await run(5, { keep: 'best', learningRate: 0.03, epochs: 5 })
    const validation = tinyExamples(12, 'validation')
    const scores = scoreClips(model, validation, tinyRecipe)
    const truths = validation.map(({ clip }) => tinyLabels.indexOf(clip.emotion))
    const best = Math.max(...history.map(({ validationUar }) => validationUar))
    expect(metrics(tinyLabels, truths, scores.map(winner)).uar).toBe(best)
  })

  it('reduces the rate whenever the validation loss does not fall, and only then', async () => {
    const schedule = { kind: 'plateau', patience: 1, factor: 0.5 } as const
    const { history } = await run(6, { schedule, learningRate: 0.05, epochs: 10 })
    let best = Number.POSITIVE_INFINITY
    let rate = 0.05
    for (const record of history) {
      expect(record.learningRate).toBeCloseTo(rate, 9)
      if (record.validationLoss >= best) rate *= 0.5
      best = Math.min(best, record.validationLoss)
    }
    expect(rate).toBeLessThan(0.05)
  })

  it.each<[string, Recipe]>([
    ['means', tinyDenseRecipe],
    ['frames', tinyLstmRecipe],
  ])('learns from %s, brought to one scale by the training clips alone', async (_, recipe) => {
    const train = tinyExamples(40, 'train')
    // Bins of very different scales, as those of several features are; silence stays −100.
    for (const { features, bins } of train) {
      features.forEach((value, i) => {
        features[i] = i % bins < 8 ? value : -100 + (value + 100) / 100
      })
    }
    const { model, history } = await fit({
      recipe: { ...recipe, fit: { ...recipe.fit, epochs: 30, learningRate: 0.02 } },
      labels: tinyLabels,
      train,
      validation: train,
      seed: 1,
      folder: join(folder, String(count++)),
    })
    expect(history.at(-1)!.validationUar).toBeGreaterThan(0.9)
    const [mean, deviation] = model
      .getLayer('standardization')
      .getWeights()
      .map((weight) => Array.from(weight.dataSync()))
    const seen = train.flatMap(({ features, frames, bins }) => {
      const rows = Array.from({ length: frames }, (_, i) => features[i * bins + 9]!)
      return recipe.pooled ? [rows.reduce((sum, value) => sum + value, 0) / frames] : rows
    })
    const average = seen.reduce((sum, value) => sum + value, 0) / seen.length
    const square = seen.reduce((sum, value) => sum + (value - average) ** 2, 0) / seen.length
    expect(mean![9]).toBeCloseTo(average, 3)
    expect(deviation![9]).toBeCloseTo(Math.sqrt(square), 5)
  })

  it('keeps to one rate where the schedule is constant', async () => {
    const { history } = await run(8, { schedule: { kind: 'constant' }, learningRate: 0.004 })
    expect(history.map(({ learningRate }) => learningRate)).toEqual([0.004, 0.004, 0.004, 0.004])
  })

  it('refuses a network that sees every frame of windows of different lengths', async () => {
    const recipe = { ...tinyRecipe, window: { frames: 16, hop: 4, atLeast: 8 } }
    const train = tinyExamples(8, 'train')
    const place = { seed: 1, folder: join(folder, String(count++)) }
    await expect(
      fit({ recipe, labels: tinyLabels, train, validation: [], ...place }),
    ).rejects.toThrow(/leave atLeast out/)
  })

  it('refuses bfloat16 for another network', async () => {
    const recipe: Recipe = {
      ...tinyDenseRecipe,
      fit: { ...tinyDenseRecipe.fit, precision: 'bfloat16' },
    }
    const train = tinyExamples(8, 'train')
    const place = { seed: 1, folder: join(folder, String(count++)) }
    await expect(
      fit({ recipe, labels: tinyLabels, train, validation: [], ...place }),
    ).rejects.toThrow(/leave precision out/)
  })

  it('refuses choices without validation clips', async () => {
    await expect(run(7, { keep: 'best' }, 0)).rejects.toThrow(/need validation clips/)
  })
})
