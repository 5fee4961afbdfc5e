import * as tf from '@tensorflow/tfjs-node'

/** What a window's decibels are counted from: the window's loudest bin, or full scale. */
export type LevelReference = 'window' | 'fixed'

/**
 * Makes a window of log-mel `[batch, frames, bins]` (dB) fit for a network: whatever lies more
 * than `range` dB below the window's loudest bin is raised to that floor (librosa's `top_db`, a
 * window at a time, so that a stream can have it too), then shifted and scaled to about −2…2.
 * With `reference: 'window'` the level of the recording makes no difference.
 */
export class LevelNormalization extends tf.layers.Layer {
  static className = 'LevelNormalization'
  private readonly reference: LevelReference
  private readonly range: number
  private readonly mean: number
  private readonly scale: number

  constructor(config: {
    name?: string
    reference: LevelReference
    range: number
    mean: number
    scale: number
  }) {
    super(config)
    this.reference = config.reference
    this.range = config.range
    this.mean = config.mean
    this.scale = config.scale
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return inputShape
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor3D
      const loudest = x.max([1, 2], true)
      const floored = tf.maximum(x, loudest.sub(this.range))
      const level = this.reference === 'window' ? floored.sub(loudest) : floored
      return level.sub(this.mean).div(this.scale)
    })
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { reference, range, mean, scale } = this
    return { ...super.getConfig(), reference, range, mean, scale }
  }
}
tf.serialization.registerClass(LevelNormalization)
