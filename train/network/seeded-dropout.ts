import * as tf from '@tensorflow/tfjs-node'

/**
 * Dropout (Srivastava et al. 2014) whose masks come from a source that the training sets:
 * tfjs's own draws from one that can be neither saved nor resumed.
 */
export class SeededDropout extends tf.layers.Layer {
  static className = 'SeededDropout'
  /** Uniform in [0, 1). */
  random: () => number = Math.random
  private readonly rate: number

  constructor(config: { name?: string; rate: number }) {
    super(config)
    this.rate = config.rate
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return inputShape
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor
    if (!kwargs.training || this.rate === 0) return x
    return tf.tidy(() => {
      const mask = new Float32Array(x.size)
      for (let i = 0; i < mask.length; i++) {
        mask[i] = this.random() < this.rate ? 0 : 1 / (1 - this.rate)
      }
      return x.mul(tf.tensor(mask, x.shape))
    })
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), rate: this.rate }
  }
}
tf.serialization.registerClass(SeededDropout)
