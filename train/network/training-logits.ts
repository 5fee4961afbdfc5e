import * as tf from '@tensorflow/tfjs-node'
import { bfloat16Logits } from './residual-cnn-bfloat16.ts'

/** What convolutions are trained in; weights and everything else are float32. */
export type Precision = 'float32' | 'bfloat16'

/**
 * A training step's forward pass: windows `[batch, frames, bins]` to logits `[batch, labels]`.
 * @param precision bfloat16 for a residual CNN alone
 */
export function trainingLogits(
  model: tf.LayersModel,
  precision: Precision = 'float32',
): (windows: tf.Tensor3D) => tf.Tensor2D {
  if (precision === 'bfloat16') return bfloat16Logits(model)
  const logits = tf.model({
    inputs: model.inputs,
    outputs: model.getLayer('logits').output as tf.SymbolicTensor,
  })
  return (windows) => logits.apply(windows, { training: true }) as tf.Tensor2D
}
