import * as tf from '@tensorflow/tfjs-node'
import type { Emotion } from 'undertone/corpora'
import type { Example } from '../features/example.ts'
import { silentFrame } from '../features/silent-frame.ts'
import { framesFed, windowOf, windowStarts } from '../features/window.ts'
import { targetsOf } from '../fit/targets.ts'
import type { Recipe } from '../recipes/recipe.ts'
import { fitTemperature, softened } from './fit-temperature.ts'
import type { Votes } from './listeners.ts'

/**
 * Scores whole clips as the recognizer does: the mean of the probabilities of all windows.
 * @param temperature of the windows' probabilities, by `fitTemperature`
 * @returns for each example a row of probabilities
 */
export function scoreClips(
  model: tf.LayersModel,
  examples: readonly Example[],
  recipe: Pick<Recipe, 'window' | 'frontEnd' | 'pooled'>,
  temperature = 1,
): Float32Array[] {
  return scoreWindows(model, examples, recipe).map((rows) =>
    mean(temperature === 1 ? rows : rows.map((row) => softened(row, temperature))),
  )
}

/**
 * The temperature of a model by clips of speakers that it never heard, see {@link fitTemperature}.
 * @param options.answers the labels that a clip of a corpus may have; absent: all
 * @param options.votes of listeners, for recipes that learn from them
 * @returns undefined where there are none
 */
export function temperatureOf(
  model: tf.LayersModel,
  examples: readonly Example[],
  labels: readonly Emotion[],
  recipe: Pick<Recipe, 'window' | 'frontEnd' | 'pooled' | 'fit'>,
  {
    answers = () => labels,
    votes = new Map(),
  }: { answers?: (corpus: string) => readonly Emotion[]; votes?: Votes } = {},
): number | undefined {
  if (examples.length === 0) return undefined
  const rows = scoreWindows(model, examples, recipe)
  const targets = targetsOf(examples, labels, votes, recipe.fit.votes ?? 0)
  return fitTemperature(
    examples.map(({ clip }, n) => {
      const some = answers(clip.corpus)
      const windows = rows[n]!.map((row) => among(row, labels, some))
      const own = targets.subarray(n * labels.length, (n + 1) * labels.length)
      return { windows, target: some.map((label) => own[labels.indexOf(label)]!) }
    }),
  )
}

/** Scores over some of the labels alone, adding up to 1 again. */
export function among(
  row: Float32Array,
  labels: readonly Emotion[],
  some: readonly Emotion[],
): Float32Array {
  if (some.length === labels.length) return row
  const kept = Float32Array.from(some, (label) => row[labels.indexOf(label)]!)
  const sum = kept.reduce((total, value) => total + value, 0)
  return kept.map((value) => value / sum)
}

/**
 * Scores each window of clips.
 * @returns for each example a row of probabilities a window
 */
export function scoreWindows(
  model: tf.LayersModel,
  examples: readonly Example[],
  recipe: Pick<Recipe, 'window' | 'frontEnd' | 'pooled'>,
  batchSize = 64,
): Float32Array[][] {
  const windows = examples.flatMap((example, clip) =>
    windowStarts(example.frames, recipe.window).map((start) => ({ clip, start })),
  )
  const silent = silentFrame(recipe.frontEnd)
  const bins = silent.length
  const frames = framesFed(recipe)
  const rows: Float32Array[][] = examples.map(() => [])
  for (let first = 0; first < windows.length; first += batchSize) {
    const batch = windows.slice(first, first + batchSize)
    const input = new Float32Array(batch.length * frames * bins)
    batch.forEach(({ clip, start }, i) => {
      input.set(windowOf(examples[clip]!, start, recipe, silent), i * frames * bins)
    })
    const scores = tf.tidy(() =>
      (model.apply(tf.tensor3d(input, [batch.length, frames, bins])) as tf.Tensor2D).dataSync(),
    ) as Float32Array
    const labels = scores.length / batch.length
    batch.forEach(({ clip }, i) => {
      rows[clip]!.push(scores.slice(i * labels, (i + 1) * labels))
    })
  }
  return rows
}

function mean(rows: Float32Array[]): Float32Array {
  const sum = new Float32Array(rows[0]!.length)
  for (const row of rows) for (const [label, score] of row.entries()) sum[label]! += score
  return sum.map((value) => value / rows.length)
}

/** Index of the highest score. */
export const winner = (scores: Float32Array): number => scores.indexOf(Math.max(...scores))
