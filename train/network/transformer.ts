import * as tf from '@tensorflow/tfjs-node'
import { BroadcastLayerNormalization } from './broadcast-layer-normalization.ts'
import { classify } from './classifier.ts'
import { layerSeeds } from './layer-seeds.ts'
import { MultiHeadAttention } from './multi-head-attention.ts'
import type { NetworkShape } from './network.ts'
import { PositionEmbedding } from './position-embedding.ts'
import { SeededDropout } from './seeded-dropout.ts'
import { sequence } from './sequence.ts'

export interface TransformerSettings {
  standardize: boolean
  /** What becomes one token; a rest at the window's edges is left out. */
  patch: { frames: number; bins: number }
  /** Values of a token. */
  units: number
  heads: number
  blocks: number
  /** Of the dense layer inside each block. */
  hiddenUnits: number
  dropout: number
}

/**
 * A transformer's encoder (Vaswani et al. 2017), normalising before each step (Xiong et al. 2020),
 * on patches of log-mel (Gong, Chung & Glass 2021), and the mean of its tokens.
 */
export function transformer(
  { standardize, patch, units, heads, blocks, hiddenUnits, dropout }: TransformerSettings,
  shape: NetworkShape,
  seed: number,
): tf.LayersModel {
  const nextSeed = layerSeeds(seed)
  const norm = (name: string) => new BroadcastLayerNormalization({ name })
  const drop = (name: string) => new SeededDropout({ name, rate: dropout })
  const linear = (name: string, units: number, activation: 'relu' | 'linear') =>
    tf.layers.dense({
      name,
      units,
      activation,
      kernelInitializer: tf.initializers.glorotUniform({ seed: nextSeed() }),
    })
  const add = (name: string, parts: tf.SymbolicTensor[]) =>
    tf.layers.add({ name }).apply(parts) as tf.SymbolicTensor

  const { inputs, frames } = sequence(shape, standardize)
  let x = tf.layers
    .reshape({ name: 'image', targetShape: [...frames.shape.slice(1), 1] })
    .apply(frames) as tf.SymbolicTensor
  const size: [number, number] = [patch.frames, patch.bins]
  x = tf.layers
    .conv2d({
      name: 'patches',
      filters: units,
      kernelSize: size,
      strides: size,
      kernelInitializer: tf.initializers.glorotUniform({ seed: nextSeed() }),
    })
    .apply(x) as tf.SymbolicTensor
  const [, rows, columns] = x.shape as [null, number, number]
  x = tf.layers
    .reshape({ name: 'tokens', targetShape: [rows * columns, units] })
    .apply(x) as tf.SymbolicTensor
  x = new PositionEmbedding({ name: 'positions', seed: nextSeed() }).apply(x) as tf.SymbolicTensor
  for (let i = 1; i <= blocks; i++) {
    const name = `block${i}`
    let y = norm(`${name}_norm1`).apply(x) as tf.SymbolicTensor
    y = new MultiHeadAttention({ name: `${name}_attention`, heads, seed: nextSeed() }).apply(
      y,
    ) as tf.SymbolicTensor
    y = drop(`${name}_dropout1`).apply(y) as tf.SymbolicTensor
    x = add(`${name}_add1`, [x, y])
    y = norm(`${name}_norm2`).apply(x) as tf.SymbolicTensor
    y = linear(`${name}_dense1`, hiddenUnits, 'relu').apply(y) as tf.SymbolicTensor
    y = linear(`${name}_dense2`, units, 'linear').apply(y) as tf.SymbolicTensor
    y = drop(`${name}_dropout2`).apply(y) as tf.SymbolicTensor
    x = add(`${name}_add2`, [x, y])
  }
  x = norm('norm').apply(x) as tf.SymbolicTensor
  x = tf.layers.globalAveragePooling1d({ name: 'mean' }).apply(x) as tf.SymbolicTensor
  x = drop('dropout').apply(x) as tf.SymbolicTensor
  const outputs = classify(x, [], shape.labels, nextSeed)
  return tf.model({ name: 'transformer', inputs, outputs })
}
