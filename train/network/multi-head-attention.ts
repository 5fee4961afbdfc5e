import * as tf from '@tensorflow/tfjs-node'

/**
 * Multi-head self-attention (Vaswani et al. 2017) over `[batch, tokens, units]`: each head lets
 * every token take from all others, by the scaled dot product of its query with their keys.
 */
export class MultiHeadAttention extends tf.layers.Layer {
  static className = 'MultiHeadAttention'
  private readonly heads: number
  private readonly seed: number
  private kernel!: tf.LayerVariable
  private bias!: tf.LayerVariable
  private outputKernel!: tf.LayerVariable
  private outputBias!: tf.LayerVariable

  /** @param config `heads` has to divide the units */
  constructor(config: { name?: string; heads: number; seed?: number }) {
    super(config)
    this.heads = config.heads
    this.seed = config.seed ?? 0
  }

  override build(inputShape: tf.Shape): void {
    const units = inputShape[2] as number
    const { glorotUniform, zeros } = tf.initializers
    const add = (name: string, outputs: number, seed: number) => [
      this.addWeight(`${name}kernel`, [units, outputs], 'float32', glorotUniform({ seed })),
      this.addWeight(`${name}bias`, [outputs], 'float32', zeros()),
    ]
    // Queries, keys and values, all heads of each one after the other.
    ;[this.kernel, this.bias] = add('', 3 * units, this.seed) as Pair
    ;[this.outputKernel, this.outputBias] = add('output_', units, this.seed + 1) as Pair
    super.build(inputShape)
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return inputShape
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor3D
      const [, tokens, units] = x.shape
      const size = units / this.heads
      const project = (x: tf.Tensor, kernel: tf.LayerVariable, bias: tf.LayerVariable) =>
        x.reshape([-1, units]).matMul(kernel.read()).add(bias.read())
      const [queries, keys, values] = tf.unstack(
        project(x, this.kernel, this.bias)
          .reshape([-1, tokens, 3, this.heads, size])
          .transpose([2, 0, 3, 1, 4]),
      ) as [tf.Tensor, tf.Tensor, tf.Tensor]
      const scores = tf.matMul(queries, keys, false, true).div(Math.sqrt(size))
      const taken = tf.matMul(tf.softmax(scores), values).transpose([0, 2, 1, 3])
      return project(taken, this.outputKernel, this.outputBias).reshape([-1, tokens, units])
    })
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), heads: this.heads, seed: this.seed }
  }
}
tf.serialization.registerClass(MultiHeadAttention)

type Pair = [tf.LayerVariable, tf.LayerVariable]
