import * as tf from '@tensorflow/tfjs-node'
import { classify, type HiddenLayers } from './classifier.ts'
import { FusedGru } from './fused-gru.ts'
import { layerSeeds } from './layer-seeds.ts'
import type { NetworkShape } from './network.ts'
import { SeededDropout } from './seeded-dropout.ts'
import { sequence } from './sequence.ts'

export interface GruSettings {
  standardize: boolean
  /** One upon the other. */
  layers: readonly { units: number; dropout: number }[]
  hidden: HiddenLayers
}

/** Gated recurrent units over a window's frames, and the mean of what the last ones give. */
export function gru(
  { standardize, layers, hidden }: GruSettings,
  shape: NetworkShape,
  seed: number,
): tf.LayersModel {
  const nextSeed = layerSeeds(seed)
  const { inputs, frames } = sequence(shape, standardize)
  let x = frames
  layers.forEach(({ units, dropout }, i) => {
    const name = `gru${i + 1}`
    x = new FusedGru({ name, units, seed: nextSeed() }).apply(x) as tf.SymbolicTensor
    x = new SeededDropout({ name: `${name}_dropout`, rate: dropout }).apply(x) as tf.SymbolicTensor
  })
  x = tf.layers.globalAveragePooling1d({ name: 'mean' }).apply(x) as tf.SymbolicTensor
  const outputs = classify(x, hidden, shape.labels, nextSeed)
  return tf.model({ name: 'gru', inputs, outputs })
}
