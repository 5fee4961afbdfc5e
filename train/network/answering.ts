import * as tf from '@tensorflow/tfjs-node'
import type { Emotion } from 'undertone/corpora'
import type { Recipe } from '../recipes/recipe.ts'
import { buildNetwork } from './network.ts'

/**
 * The same network with some of its labels alone: its probabilities are those of the whole over these,
 * adding up to 1 again.
 * @param model of the recipe, with all `labels`; disposed of unless it is returned
 * @param answers some of `labels`, in their order
 */
export function answering(
  model: tf.LayersModel,
  recipe: Pick<Recipe, 'network'>,
  labels: readonly Emotion[],
  answers: readonly Emotion[],
): tf.LayersModel {
  if (answers.length === labels.length) return model
  const [, frames, bins] = model.inputs[0]!.shape as [null, number | null, number]
  const narrow = buildNetwork(recipe.network, { frames, bins, labels: answers.length }, 1)
  const kept = answers.map((answer) => labels.indexOf(answer))
  for (const layer of narrow.layers) {
    const weights = model.getLayer(layer.name).weights.map((weight) => weight.read())
    tf.tidy(() => {
      for (const [i, weight] of layer.weights.entries()) {
        const whole = weights[i]!
        weight.write(layer.name === 'logits' ? tf.gather(whole, kept, whole.rank - 1) : whole)
      }
    })
  }
  tf.dispose(model.weights.map((weight) => weight.read()))
  return narrow
}
