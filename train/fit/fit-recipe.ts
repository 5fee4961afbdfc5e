import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-node'
import { emotions } from 'undertone/corpora'
import type { Recipe } from '../recipes/recipe.ts'
import { TrainingError } from '../training-error.ts'
import type { EpochRecord } from './checkpoint.ts'
import { type FitOptions, fit } from './fit.ts'
import { fitProgress } from './progress.ts'

export interface RecipeFitOptions extends Omit<FitOptions, 'folder' | 'onStep'> {
  /** The run's name, and the folder that folders of runs lie in. */
  name: string
  runs: string
}

/**
 * Trains as a recipe says: at once; or on all corpora together and then, from there, on one alone.
 * Progress goes to stderr.
 * @returns the model, and the epochs of both trainings, counted on
 */
export async function fitRecipe(
  options: RecipeFitOptions,
): Promise<{ model: tf.LayersModel; history: EpochRecord[] }> {
  const { recipe, train } = options
  if (!recipe.joint) return shown(options)
  const { joint, ...rest } = recipe
  const own = train.filter(({ clip }) => clip.corpus === joint.alone)
  if (own.length === 0 || own.length === train.length) {
    throw new TrainingError(
      `The recipe ${recipe.name} is trained on ${joint.alone} and others, then on ${joint.alone} alone: give it ${own.length === 0 ? joint.alone : 'others too'} by --data NAME=PATH.`,
    )
  }
  const all = new Set(train.map(({ clip }) => clip.emotion))
  const first = await shown({
    ...options,
    name: `${options.name}-joint`,
    recipe: { ...rest, ...(joint.window && { window: joint.window }), fit: joint.fit },
    labels: emotions.filter((emotion) => all.has(emotion)),
  })
  const weights = new Map(
    first.model.weights.map((weight) => [
      weight.originalName,
      weight.read().dataSync() as Float32Array,
    ]),
  )
  tf.dispose(first.model.weights.map((weight) => weight.read()))
  const { from: _, ...again } = options
  const second = await shown({
    ...again,
    recipe: { ...rest, transfer: true },
    train: own,
    from: { weights, corpora: [] },
  })
  const history = second.history.map((record) => ({
    ...record,
    epoch: record.epoch + joint.fit.epochs,
  }))
  return { model: second.model, history: [...first.history, ...history] }
}

/** Whether a recipe's model in the end tells the labels of a corpus that it hears. */
export const tells = (recipe: Recipe, corpus: string): boolean =>
  !recipe.joint || corpus === recipe.joint.alone

async function shown({ name, runs, onEpoch, ...options }: RecipeFitOptions) {
  const progress = fitProgress(name, options.recipe.fit.epochs)
  const result = await fit({
    ...options,
    folder: join(runs, name),
    ...progress,
    onEpoch: (record) => {
      progress.onEpoch?.(record)
      onEpoch?.(record)
    },
  })
  progress.stop()
  return result
}
