import * as tf from '@tensorflow/tfjs-node'
import { classify, type HiddenLayers } from './classifier.ts'
import { FusedBatchNormalization } from './fused-batch-normalization.ts'
import { layerSeeds } from './layer-seeds.ts'
import type { NetworkShape } from './network.ts'
import { SeededDropout } from './seeded-dropout.ts'
import { sequence } from './sequence.ts'

export interface Cnn2dSettings {
  standardize: boolean
  /** Convolutions of 3 × 3 with batch normalisation and ReLU; each halves frames and bins. */
  blocks: readonly { filters: number; dropout: number }[]
  hidden: HiddenLayers
}

/** A plain 2-D CNN on a window's frames, taken for an image. */
export function cnn2d(
  { standardize, blocks, hidden }: Cnn2dSettings,
  shape: NetworkShape,
  seed: number,
): tf.LayersModel {
  const nextSeed = layerSeeds(seed)
  const { inputs, frames } = sequence(shape, standardize)
  let x = tf.layers
    .reshape({ name: 'image', targetShape: [...frames.shape.slice(1), 1] })
    .apply(frames) as tf.SymbolicTensor
  blocks.forEach(({ filters, dropout }, i) => {
    const name = `block${i + 1}`
    x = tf.layers
      .conv2d({
        name: `${name}_conv`,
        filters,
        kernelSize: 3,
        padding: 'same',
        useBias: false,
        kernelInitializer: tf.initializers.heNormal({ seed: nextSeed() }),
      })
      .apply(x) as tf.SymbolicTensor
    x = new FusedBatchNormalization({ name: `${name}_norm` }).apply(x) as tf.SymbolicTensor
    x = tf.layers
      .activation({ name: `${name}_relu`, activation: 'relu' })
      .apply(x) as tf.SymbolicTensor
    x = tf.layers.maxPooling2d({ name: `${name}_pool`, poolSize: 2 }).apply(x) as tf.SymbolicTensor
    x = new SeededDropout({ name: `${name}_dropout`, rate: dropout }).apply(x) as tf.SymbolicTensor
  })
  x = tf.layers.globalAveragePooling2d({ name: 'mean' }).apply(x) as tf.SymbolicTensor
  const outputs = classify(x, hidden, shape.labels, nextSeed)
  return tf.model({ name: 'cnn2d', inputs, outputs })
}
