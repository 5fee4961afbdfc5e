import * as tf from '@tensorflow/tfjs-node'
import { classify, type HiddenLayers } from './classifier.ts'
import { FusedBatchNormalization } from './fused-batch-normalization.ts'
import { layerSeeds } from './layer-seeds.ts'
import type { NetworkShape } from './network.ts'
import { pooled } from './pooled.ts'
import { SeededDropout } from './seeded-dropout.ts'

export interface Cnn1dSettings {
  standardize: boolean
  /** Convolutions with ReLU along the bins, as if these were a sequence. */
  blocks: readonly {
    filters: number
    kernel: number
    batchNorm: boolean
    dropout: number
    /** Bins that become one, by their maximum. */
    pool: number
  }[]
  hidden: HiddenLayers
}

/** A 1-D CNN along the bins of the mean of a window's frames, as the field's notebooks have it. */
export function cnn1d(
  { standardize, blocks, hidden }: Cnn1dSettings,
  shape: NetworkShape,
  seed: number,
): tf.LayersModel {
  const nextSeed = layerSeeds(seed)
  const { inputs, means } = pooled(shape, standardize)
  let x = tf.layers
    .reshape({ name: 'sequence', targetShape: [shape.bins, 1] })
    .apply(means) as tf.SymbolicTensor
  blocks.forEach(({ filters, kernel, batchNorm, dropout, pool }, i) => {
    const name = `block${i + 1}`
    x = tf.layers
      .conv1d({
        name: `${name}_conv`,
        filters,
        kernelSize: kernel,
        padding: 'same',
        kernelInitializer: tf.initializers.heNormal({ seed: nextSeed() }),
      })
      .apply(x) as tf.SymbolicTensor
    if (batchNorm) {
      x = new FusedBatchNormalization({ name: `${name}_norm` }).apply(x) as tf.SymbolicTensor
    }
    x = tf.layers
      .activation({ name: `${name}_relu`, activation: 'relu' })
      .apply(x) as tf.SymbolicTensor
    x = new SeededDropout({ name: `${name}_dropout`, rate: dropout }).apply(x) as tf.SymbolicTensor
    x = tf.layers
      .maxPooling1d({ name: `${name}_pool`, poolSize: pool, strides: pool })
      .apply(x) as tf.SymbolicTensor
  })
  x = tf.layers.flatten({ name: 'flat' }).apply(x) as tf.SymbolicTensor
  const outputs = classify(x, hidden, shape.labels, nextSeed)
  return tf.model({ name: 'cnn1d', inputs, outputs })
}
