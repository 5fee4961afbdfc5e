import * as tf from '@tensorflow/tfjs-node'

/**
 * Takes each bin's mean away and divides by its scale, over the last axis of any shape. Both come
 * from what is trained on, by {@link Standardization.set}; before that, it changes nothing.
 */
export class Standardization extends tf.layers.Layer {
  static className = 'Standardization'
  private mean!: tf.LayerVariable
  private scale!: tf.LayerVariable

  override build(inputShape: tf.Shape): void {
    const shape = [inputShape[inputShape.length - 1] as number]
    const { ones, zeros } = tf.initializers
    this.mean = this.addWeight('mean', shape, 'float32', zeros(), undefined, false)
    this.scale = this.addWeight('scale', shape, 'float32', ones(), undefined, false)
    super.build(inputShape)
  }

  /** Of every bin, the mean and the standard deviation; a bin that never changes keeps scale 1. */
  set(mean: ArrayLike<number>, deviation: ArrayLike<number>): void {
    tf.tidy(() => {
      this.mean.write(tf.tensor1d(Float32Array.from(mean)))
      this.scale.write(tf.tensor1d(Float32Array.from(deviation, (value) => value || 1)))
    })
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return inputShape
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor
      return x.sub(this.mean.read()).div(this.scale.read())
    })
  }
}
tf.serialization.registerClass(Standardization)
