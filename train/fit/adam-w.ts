import * as tf from '@tensorflow/tfjs-node'

/**
 * Adam with decoupled weight decay (Loshchilov & Hutter 2019), over all variables laid out as
 * one vector. tfjs's Adam has no decay, and its running powers of beta come back from a saved
 * state with other last bits, so that a resumed run would not equal an unbroken one.
 */
export class AdamW {
  private readonly variables: tf.Variable[]
  private readonly sizes: number[]
  private readonly decayed: tf.Tensor1D
  private first: tf.Tensor1D
  private second: tf.Tensor1D
  /** Steps taken so far. */
  step = 0

  constructor(variables: tf.Variable[]) {
    this.variables = variables
    this.sizes = variables.map((variable) => variable.size)
    const size = this.sizes.reduce((sum, n) => sum + n, 0)
    // Biases and the scales of normalisation are not decayed.
    this.decayed = tf.concat1d(
      variables.map(
        (variable) => tf.fill([variable.size], variable.rank > 1 ? 1 : 0) as tf.Tensor1D,
      ),
    )
    this.first = tf.zeros([size])
    this.second = tf.zeros([size])
  }

  /** @param gradients by the variables' names */
  apply(gradients: tf.NamedTensorMap, learningRate: number, weightDecay: number): void {
    this.step++
    const correction1 = 1 - 0.9 ** this.step
    const correction2 = 1 - 0.999 ** this.step
    const [first, second] = tf.tidy(() => {
      const gradient = tf.concat1d(
        this.variables.map((variable) => gradients[variable.name]!.reshape([-1]) as tf.Tensor1D),
      )
      const first = this.first.mul(0.9).add(gradient.mul(0.1)) as tf.Tensor1D
      const second = this.second.mul(0.999).add(gradient.square().mul(0.001)) as tf.Tensor1D
      const weights = tf.concat1d(
        this.variables.map((variable) => variable.reshape([-1]) as tf.Tensor1D),
      )
      const adam = first.div(correction1).div(second.div(correction2).sqrt().add(1e-8))
      const next = weights.sub(
        adam.add(weights.mul(this.decayed).mul(weightDecay)).mul(learningRate),
      )
      tf.split(next as tf.Tensor1D, this.sizes).forEach((part, i) => {
        const variable = this.variables[i]!
        variable.assign(part.reshape(variable.shape))
      })
      // Kept: the caller's tidy would dispose of them.
      return [tf.keep(first), tf.keep(second)]
    })
    tf.dispose([this.first, this.second])
    this.first = first
    this.second = second
  }

  moments(): [first: Float32Array, second: Float32Array] {
    return [this.first.dataSync() as Float32Array, this.second.dataSync() as Float32Array]
  }

  restore(step: number, first: Float32Array, second: Float32Array): void {
    this.step = step
    tf.dispose([this.first, this.second])
    this.first = tf.tensor1d(first)
    this.second = tf.tensor1d(second)
  }

  dispose(): void {
    tf.dispose([this.first, this.second, this.decayed])
  }
}
