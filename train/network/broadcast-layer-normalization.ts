import * as tf from '@tensorflow/tfjs-node'

/**
 * Layer normalisation over the last axis (Ba, Kiros & Hinton 2016). tfjs's own layer tiles its
 * weights to the input's shape, and the gradient of that takes a slice for each tile, which makes
 * most of a transformer's training step.
 */
export class BroadcastLayerNormalization extends tf.layers.Layer {
  static className = 'BroadcastLayerNormalization'
  private readonly epsilon: number
  private gamma!: tf.LayerVariable
  private beta!: tf.LayerVariable

  constructor(config: { name?: string; epsilon?: number } = {}) {
    super(config)
    this.epsilon = config.epsilon ?? 1e-3
  }

  override build(inputShape: tf.Shape): void {
    const shape = [inputShape[inputShape.length - 1] as number]
    this.gamma = this.addWeight('gamma', shape, 'float32', tf.initializers.ones())
    this.beta = this.addWeight('beta', shape, 'float32', tf.initializers.zeros())
    super.build(inputShape)
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return inputShape
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor
      const { mean, variance } = tf.moments(x, -1, true)
      return x
        .sub(mean)
        .mul(variance.add(this.epsilon).rsqrt())
        .mul(this.gamma.read())
        .add(this.beta.read())
    })
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), epsilon: this.epsilon }
  }
}
tf.serialization.registerClass(BroadcastLayerNormalization)
