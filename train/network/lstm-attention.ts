import * as tf from '@tensorflow/tfjs-node'
import { classify } from './classifier.ts'
import { FusedBatchNormalization } from './fused-batch-normalization.ts'
import { FusedLstm } from './fused-lstm.ts'
import { layerSeeds } from './layer-seeds.ts'
import type { NetworkShape } from './network.ts'
import { SeededDropout } from './seeded-dropout.ts'
import { sequence } from './sequence.ts'
import { SoftAttention } from './soft-attention.ts'

export interface LstmAttentionSettings {
  standardize: boolean
  /** Of the second LSTM; the first has as many as there are bins. */
  units: number
  dropout: number
}

/**
 * ResLSTM-SA (Krasnoproshin & Vashkevich 2026): an LSTM whose output is added to its input, a
 * second one, and soft attention over its frames.
 */
export function lstmAttention(
  { standardize, units, dropout }: LstmAttentionSettings,
  shape: NetworkShape,
  seed: number,
): tf.LayersModel {
  const nextSeed = layerSeeds(seed)
  const { inputs, frames } = sequence(shape, standardize)
  const context = new FusedLstm({ name: 'lstm1', units: shape.bins, seed: nextSeed() }).apply(
    frames,
  ) as tf.SymbolicTensor
  let x = tf.layers.add({ name: 'residual' }).apply([context, frames]) as tf.SymbolicTensor
  x = new FusedBatchNormalization({ name: 'residual_norm' }).apply(x) as tf.SymbolicTensor
  x = new FusedLstm({ name: 'lstm2', units, seed: nextSeed() }).apply(x) as tf.SymbolicTensor
  x = new SoftAttention({ name: 'attention', seed: nextSeed() }).apply(x) as tf.SymbolicTensor
  x = new FusedBatchNormalization({ name: 'attention_norm' }).apply(x) as tf.SymbolicTensor
  x = new SeededDropout({ name: 'dropout', rate: dropout }).apply(x) as tf.SymbolicTensor
  const outputs = classify(x, [], shape.labels, nextSeed)
  return tf.model({ name: 'lstm_attention', inputs, outputs })
}
