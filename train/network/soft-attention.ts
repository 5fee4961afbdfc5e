import * as tf from '@tensorflow/tfjs-node'

/**
 * Soft attention (Mirsamadi, Barsoum & Zhang 2017): of `[batch, frames, channels]` the mean over
 * frames `[batch, channels]`, each weighted by the softmax of its product with a learned vector.
 */
export class SoftAttention extends tf.layers.Layer {
  static className = 'SoftAttention'
  private readonly seed: number
  private vector!: tf.LayerVariable

  constructor(config: { name?: string; seed?: number } = {}) {
    super(config)
    this.seed = config.seed ?? 0
  }

  override build(inputShape: tf.Shape): void {
    this.vector = this.addWeight(
      'vector',
      [inputShape[2] as number, 1],
      'float32',
      tf.initializers.glorotUniform({ seed: this.seed }),
    )
    super.build(inputShape)
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return [inputShape[0] as number, inputShape[2] as number]
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor3D
      const [, frames, channels] = x.shape
      const scores = x.reshape([-1, channels]).matMul(this.vector.read()).reshape([-1, frames])
      return tf.softmax(scores).expandDims(2).mul(x).sum(1)
    })
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), seed: this.seed }
  }
}
tf.serialization.registerClass(SoftAttention)
