import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import * as tf from '@tensorflow/tfjs-node'
import { labelsOf } from 'undertone/corpora'
import type { Example } from '../features/example.ts'
import { TrainingError } from '../training-error.ts'
import type { EpochRecord } from './checkpoint.ts'
import { type FitOptions, fit } from './fit.ts'
import { fitProgress } from './progress.ts'

/** A run's name, and the folder that folders of runs lie in. */
export interface Place {
  name: string
  runs: string
}

export interface RecipeFitOptions extends Omit<FitOptions, 'folder' | 'onStep'>, Place {
  /** Of the training that the recipe goes on from; by default, beside this. */
  first?: Place | undefined
}

/**
 * Trains as a recipe says: at once; or first as another does, on all corpora, and from there on one
 * of them alone. Progress goes to stderr.
 * @returns the model, and the epochs of both trainings, counted on
 */
export async function fitRecipe(
  options: RecipeFitOptions,
): Promise<{ model: tf.LayersModel; history: EpochRecord[] }> {
  const { recipe, train, validation, name, runs, onEpoch } = options
  const { after, ...rest } = recipe
  if (!after) return shown(options)
  const own = ofCorpus(train, after.alone)
  if (own.length === 0 || own.length === train.length) {
    throw new TrainingError(
      `The recipe ${recipe.name} is trained on ${after.alone} and others, then on ${after.alone} alone: give it ${own.length === 0 ? after.alone : 'others too'} by --data NAME=PATH.`,
    )
  }
  // Both see the same features.
  for (const setting of ['preparation', 'copies', 'frontEnd', 'pooled'] as const) {
    if (isDeepStrictEqual(recipe[setting], after.recipe[setting])) continue
    throw new TrainingError(
      `The recipe ${recipe.name} goes on from ${after.recipe.name}, but with other ${setting}: give both the same.`,
    )
  }
  const labels = labelsOf(train.map(({ clip }) => clip))
  const first = options.first ?? { name: `${name}-first`, runs }
  const before = await shown({ ...options, ...first, recipe: after.recipe, labels })
  const weights = new Map(
    before.model.weights.map((weight) => [
      weight.originalName,
      weight.read().dataSync() as Float32Array,
    ]),
  )
  tf.dispose(before.model.weights.map((weight) => weight.read()))
  const counted = (record: EpochRecord) => ({
    ...record,
    epoch: record.epoch + after.recipe.fit.epochs,
  })
  const { model, history } = await shown({
    ...options,
    recipe: { ...rest, transfer: true },
    train: own,
    validation: ofCorpus(validation, after.alone),
    from: { weights, corpora: [], labels },
    onEpoch: (record) => onEpoch?.(counted(record)),
  })
  return { model, history: [...before.history, ...history.map(counted)] }
}

const ofCorpus = (examples: readonly Example[], name: string) =>
  examples.filter(({ clip }) => clip.corpus === name)

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
