import * as tf from '@tensorflow/tfjs-node'

/** Makes a weight vanish beside any other, in float32 too. */
const pauseCost = 50

/**
 * Attentive statistics pooling (Okabe, Koshinaka & Shinoda 2018): of `[batch, frames, channels]`
 * the mean and standard deviation over frames, weighted for each channel by a learned attention,
 * as `[batch, 2 × channels]`. With a threshold, a second input, the loudness of each frame
 * `[batch, frames]`, keeps pauses out: frames below get no attention beside louder ones.
 */
export class AttentiveStatisticsPooling extends tf.layers.Layer {
  static className = 'AttentiveStatisticsPooling'
  private readonly units: number
  private readonly threshold: number | undefined
  private readonly seed: number
  private hidden!: tf.LayerVariable
  private hiddenBias!: tf.LayerVariable
  private scores!: tf.LayerVariable

  constructor(config: { name?: string; units: number; threshold?: number; seed?: number }) {
    super(config)
    this.units = config.units
    this.threshold = config.threshold ?? undefined
    this.seed = config.seed ?? 0
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const channels = framesShape(inputShape)[2]
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

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [batch, , channels] = framesShape(inputShape)
    return [batch, 2 * channels]
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const [x, loudness] = [inputs].flat() as [tf.Tensor3D, tf.Tensor2D?]
      const [, frames, channels] = x.shape
      const flat = x.reshape([-1, channels]) as tf.Tensor2D
      const hidden = tf.tanh(
        flat.matMul(this.hidden.read() as tf.Tensor2D).add(this.hiddenBias.read()),
      )
      let scores: tf.Tensor = hidden
        .matMul(this.scores.read() as tf.Tensor2D)
        .reshape([-1, frames, channels])
      if (loudness && this.threshold !== undefined) {
        const silent = loudness.less(this.threshold).cast('float32').expandDims(2)
        scores = scores.sub(silent.mul(pauseCost))
      }
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
    return {
      ...super.getConfig(),
      units: this.units,
      threshold: this.threshold ?? null,
      seed: this.seed,
    }
  }
}

/** `[batch, frames, channels]`, with or without the loudness beside it. */
const framesShape = (shape: tf.Shape | tf.Shape[]) =>
  (Array.isArray(shape[0]) ? shape[0] : shape) as [number, number, number]

tf.serialization.registerClass(AttentiveStatisticsPooling)
