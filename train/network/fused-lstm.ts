import * as tf from '@tensorflow/tfjs-node'
import { Int64Scalar } from '@tensorflow/tfjs-node/dist/int64_tensors.js'
import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node/dist/nodejs_kernel_backend.js'

/**
 * Long short-term memory (Hochreiter & Schmidhuber 1997; forget gates with a bias of 1) over
 * `[batch, frames, bins]`, giving every frame's output `[batch, frames, units]`, through
 * TensorFlow's own kernel for whole sequences and its gradient: tfjs takes a dozen operations a
 * frame.
 */
export class FusedLstm extends tf.layers.Layer {
  static className = 'FusedLstm'
  private readonly units: number
  private readonly seed: number
  private kernel!: tf.LayerVariable
  private recurrentKernel!: tf.LayerVariable
  private bias!: tf.LayerVariable

  constructor(config: { name?: string; units: number; seed?: number }) {
    super(config)
    this.units = config.units
    this.seed = config.seed ?? 0
  }

  override build(inputShape: tf.Shape): void {
    const { units, seed } = this
    const bins = inputShape[2] as number
    const { glorotUniform } = tf.initializers
    // Gates in Keras's order: input, forget, cell, output.
    this.kernel = this.addWeight('kernel', [bins, 4 * units], 'float32', glorotUniform({ seed }))
    this.recurrentKernel = this.addWeight(
      'recurrent_kernel',
      [units, 4 * units],
      'float32',
      glorotUniform({ seed: seed + 1 }),
    )
    this.bias = this.addWeight('bias', [4 * units], 'float32', tf.initializers.zeros())
    tf.tidy(() => {
      this.bias.write(tf.concat([tf.zeros([units]), tf.ones([units]), tf.zeros([2 * units])]))
    })
    super.build(inputShape)
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return [inputShape[0] as number, inputShape[1] as number, this.units]
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor3D
      const weights = tf.concat([this.kernel.read(), this.recurrentKernel.read()], 0)
      return blockLstm(x.transpose([1, 0, 2]), weights, this.bias.read()).transpose([1, 0, 2])
    })
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), units: this.units, seed: this.seed }
  }
}
tf.serialization.registerClass(FusedLstm)

/**
 * @param x `[frames, batch, bins]`
 * @param weights `[bins + units, 4 × units]`
 * @returns `[frames, batch, units]`
 */
function blockLstm(x: tf.Tensor, weights: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  const backend = tf.backend() as unknown as NodeJSKernelBackend
  const { TF_ATTR_TYPE, TF_ATTR_FLOAT, TF_ATTR_BOOL, TF_FLOAT } = backend.binding
  const type = { name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT }
  const peephole = { name: 'use_peephole', type: TF_ATTR_BOOL, value: false }
  const [frames, batch] = x.shape as [number, number, number]
  const units = bias.size / 4
  const length = new Int64Scalar(frames) as unknown as tf.Tensor
  const start = tf.zeros([batch, units])
  const none = tf.zeros([units])
  const scan = tf.customGrad((...args) => {
    const [x, weights, bias, save] = args as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc]
    const inputs = [x, start, start, weights, none, none, none, bias]
    const outputs = backend.executeMultipleOutputs(
      'BlockLSTMV2',
      [{ name: 'cell_clip', type: TF_ATTR_FLOAT, value: 0 }, peephole, type],
      [length, ...inputs],
      7,
    )
    save([...inputs, ...outputs])
    return {
      value: outputs[6]!,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [dx, , , dWeights, , , , dBias] = backend.executeMultipleOutputs(
          'BlockLSTMGradV2',
          [peephole, type],
          [length, ...saved, tf.zerosLike(dy), dy],
          8,
        )
        return [dx!, dWeights!, dBias!]
      },
    }
  })
  return scan(x, weights, bias)
}
