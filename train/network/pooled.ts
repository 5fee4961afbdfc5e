import * as tf from '@tensorflow/tfjs-node'
import type { NetworkShape } from './network.ts'
import { Standardization } from './standardization.ts'

/** Begins a network that sees the mean of a window's frames: `[batch, bins]`, of any length. */
export function pooled(
  { frames, bins }: NetworkShape,
  standardize: boolean,
): { inputs: tf.SymbolicTensor; means: tf.SymbolicTensor } {
  const inputs = tf.input({ shape: [frames, bins], name: 'features' })
  const means = tf.layers
    .globalAveragePooling1d({ name: 'mean' })
    .apply(inputs) as tf.SymbolicTensor
  if (!standardize) return { inputs, means }
  const layer = new Standardization({ name: 'standardization' })
  return { inputs, means: layer.apply(means) as tf.SymbolicTensor }
}
