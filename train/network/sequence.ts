import * as tf from '@tensorflow/tfjs-node'
import type { NetworkShape } from './network.ts'
import { Standardization } from './standardization.ts'

/** Begins a network that sees each frame of a window: `[batch, frames, bins]`. */
export function sequence(
  { frames, bins }: NetworkShape,
  standardize: boolean,
): { inputs: tf.SymbolicTensor; frames: tf.SymbolicTensor } {
  const inputs = tf.input({ shape: [frames, bins], name: 'features' })
  if (!standardize) return { inputs, frames: inputs }
  const layer = new Standardization({ name: 'standardization' })
  return { inputs, frames: layer.apply(inputs) as tf.SymbolicTensor }
}
