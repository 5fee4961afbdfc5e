import * as tf from '@tensorflow/tfjs-node'
import { SeededDropout } from './seeded-dropout.ts'

/** Dense layers with ReLU, each with its dropout behind it. */
export type HiddenLayers = readonly { units: number; dropout: number }[]

/**
 * Ends a network: `[batch, values]` through hidden layers and the layer `logits` to
 * probabilities `[batch, labels]`.
 * @param seed gives the next initial weights' seed
 */
export function classify(
  values: tf.SymbolicTensor,
  hidden: HiddenLayers,
  labels: number,
  seed: () => number,
): tf.SymbolicTensor {
  let x = values
  hidden.forEach(({ units, dropout }, i) => {
    x = tf.layers
      .dense({
        name: `dense${i + 1}`,
        units,
        activation: 'relu',
        kernelInitializer: tf.initializers.heNormal({ seed: seed() }),
      })
      .apply(x) as tf.SymbolicTensor
    x = new SeededDropout({ name: `dense${i + 1}_dropout`, rate: dropout }).apply(
      x,
    ) as tf.SymbolicTensor
  })
  x = tf.layers
    .dense({
      name: 'logits',
      units: labels,
      kernelInitializer: tf.initializers.glorotUniform({ seed: seed() }),
    })
    .apply(x) as tf.SymbolicTensor
  return tf.layers
    .activation({ name: 'probabilities', activation: 'softmax' })
    .apply(x) as tf.SymbolicTensor
}
