import * as tf from '@tensorflow/tfjs-node'

/**
 * Attentive statistics pooling (Okabe, Koshinaka & Shinoda 2018): of `[batch, frames, channels]`
 * the mean and standard deviation over frames, weighted for each channel by a learned attention,
 * as `[batch, 2 × channels]`.
 */
export class AttentiveStatisticsPooling extends tf.layers.Layer {
  static className = 'AttentiveStatisticsPooling'
  private readonly units: number
  private readonly seed: number
  private hidden!: tf.LayerVariable
  private hiddenBias!: tf.LayerVariable
  private scores!: tf.LayerVariable

  constructor(config: { name?: string; units: number; seed?: number }) {
    super(config)
    this.units = config.units
    this.seed = config.seed ?? 0
  }

  override build(inputShape: tf.Shape): void {
    const channels = inputShape[2] as number
    const glorot = (offset: number) => tf.initializers.glorotUniform({ seed: this.seed + offset })
    this.hidden = this.addWeight('hidden', [channels, this.units], 'float32', glorot(0))
    this.hiddenBias = this.addWeight(
      'hidden_bias',
      [this.units],
      'float32',
      tf.initializers.zeros(),
    )
    this.scores = this.addWeight('scores', [this.units, channels], 'float32', glorot(1))
    super.build(inputShape)
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return [inputShape[0] as number, 2 * (inputShape[2] as number)]
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor3D
      const [, frames, channels] = x.shape
      const flat = x.reshape([-1, channels]) as tf.Tensor2D
      const hidden = tf.tanh(
        flat.matMul(this.hidden.read() as tf.Tensor2D).add(this.hiddenBias.read()),
      )
      const scores = hidden
        .matMul(this.scores.read() as tf.Tensor2D)
        .reshape([-1, frames, channels])
      // tf.softmax works on the last axis alone.
      const exp = tf.exp(scores.sub(scores.max(1, true)))
      const weights = exp.div(exp.sum(1, true))
      const mean = weights.mul(x).sum(1) as tf.Tensor2D
      const square = weights.mul(x).mul(x).sum(1)
      const deviation = tf.sqrt(square.sub(mean.square()).maximum(1e-5)) as tf.Tensor2D
      return tf.concat([mean, deviation], 1)
    })
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), units: this.units, seed: this.seed }
  }
}
tf.serialization.registerClass(AttentiveStatisticsPooling)
