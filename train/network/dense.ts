import * as tf from '@tensorflow/tfjs-node'
import { classify, type HiddenLayers } from './classifier.ts'
import { layerSeeds } from './layer-seeds.ts'
import type { NetworkShape } from './network.ts'
import { pooled } from './pooled.ts'

export interface DenseSettings {
  standardize: boolean
  hidden: HiddenLayers
}

/** Dense layers on the mean of a window's frames. */
export function dense(
  { standardize, hidden }: DenseSettings,
  shape: NetworkShape,
  seed: number,
): tf.LayersModel {
  const { inputs, means } = pooled(shape, standardize)
  const outputs = classify(means, hidden, shape.labels, layerSeeds(seed))
  return tf.model({ name: 'dense', inputs, outputs })
}
