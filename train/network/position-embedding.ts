import * as tf from '@tensorflow/tfjs-node'

/** Adds a learned vector to each token of `[batch, tokens, units]`, by its place. */
export class PositionEmbedding extends tf.layers.Layer {
  static className = 'PositionEmbedding'
  private readonly seed: number
  private positions!: tf.LayerVariable

  constructor(config: { name?: string; seed?: number } = {}) {
    super(config)
    this.seed = config.seed ?? 0
  }

  override build(inputShape: tf.Shape): void {
    this.positions = this.addWeight(
      'positions',
      inputShape.slice(1) as number[],
      'float32',
      tf.initializers.randomNormal({ mean: 0, stddev: 0.02, seed: this.seed }),
    )
    super.build(inputShape)
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return inputShape
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor3D
    return x.add(this.positions.read())
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), seed: this.seed }
  }
}
tf.serialization.registerClass(PositionEmbedding)
