import * as tf from '@tensorflow/tfjs-node'
import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node/dist/nodejs_kernel_backend.js'
import type { TFEOpAttr, TFJSBinding } from '@tensorflow/tfjs-node/dist/tfjs_binding.js'

/**
 * Batch normalisation over the last axis of `[batch, …, channels]` (Ioffe & Szegedy 2015) through TensorFlow's own fused kernel and its gradient: tfjs composes it of a dozen
 * operations, which doubles the time of a training step.
 */
export class FusedBatchNormalization extends tf.layers.Layer {
  static className = 'FusedBatchNormalization'
  readonly epsilon: number
  private readonly momentum: number
  private gamma!: tf.LayerVariable
  private beta!: tf.LayerVariable
  private movingMean!: tf.LayerVariable
  private movingVariance!: tf.LayerVariable

  constructor(config: { name?: string; epsilon?: number; momentum?: number } = {}) {
    super(config)
    this.epsilon = config.epsilon ?? 1e-3
    this.momentum = config.momentum ?? 0.9
  }

  override build(inputShape: tf.Shape): void {
    const shape = [inputShape[inputShape.length - 1] as number]
    const ones = tf.initializers.ones()
    const zeros = tf.initializers.zeros()
    this.gamma = this.addWeight('gamma', shape, 'float32', ones)
    this.beta = this.addWeight('beta', shape, 'float32', zeros)
    this.movingMean = this.addWeight('moving_mean', shape, 'float32', zeros, undefined, false)
    this.movingVariance = this.addWeight(
      'moving_variance',
      shape,
      'float32',
      ones,
      undefined,
      false,
    )
    super.build(inputShape)
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return inputShape
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor {
    const given = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor
    if (given.rank === 4) return this.normalize(given as tf.Tensor4D, kwargs.training ?? false)
    // The kernel takes images alone.
    return tf.tidy(() => {
      const image = given.reshape([-1, 1, 1, given.shape[given.rank - 1]!]) as tf.Tensor4D
      return this.normalize(image, kwargs.training ?? false).reshape(given.shape)
    })
  }

  private normalize(x: tf.Tensor4D, training: boolean): tf.Tensor {
    const gamma = this.gamma.read() as tf.Tensor1D
    const beta = this.beta.read() as tf.Tensor1D
    if (!training) {
      return tf.batchNorm4d(
        x,
        this.movingMean.read() as tf.Tensor1D,
        this.movingVariance.read() as tf.Tensor1D,
        beta,
        gamma,
        this.epsilon,
      )
    }
    return tf.tidy(() => {
      const { y, mean, variance } = fusedBatchNorm(x, gamma, beta, this.epsilon)
      this.follow(mean, variance)
      return y
    })
  }

  /** Moves what it normalises by at inference towards a batch's statistics. */
  follow(mean: tf.Tensor, variance: tf.Tensor): void {
    const towards = (moving: tf.LayerVariable, batch: tf.Tensor) => {
      moving.write(
        moving
          .read()
          .mul(this.momentum)
          .add(batch.mul(1 - this.momentum)),
      )
    }
    towards(this.movingMean, mean)
    towards(this.movingVariance, variance)
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), epsilon: this.epsilon, momentum: this.momentum }
  }
}
tf.serialization.registerClass(FusedBatchNormalization)

/** Of TensorFlow's kernels, by a batch's own statistics, which are float32. */
export const normalizationAttributes = (
  { TF_ATTR_TYPE, TF_ATTR_FLOAT, TF_ATTR_BOOL, TF_ATTR_STRING, TF_FLOAT }: TFJSBinding,
  type: number,
  epsilon: number,
): TFEOpAttr[] => [
  { name: 'T', type: TF_ATTR_TYPE, value: type },
  { name: 'U', type: TF_ATTR_TYPE, value: TF_FLOAT },
  { name: 'epsilon', type: TF_ATTR_FLOAT, value: epsilon },
  { name: 'data_format', type: TF_ATTR_STRING, value: 'NHWC' },
  { name: 'is_training', type: TF_ATTR_BOOL, value: true },
]

function fusedBatchNorm(x: tf.Tensor4D, gamma: tf.Tensor1D, beta: tf.Tensor1D, epsilon: number) {
  const backend = tf.backend() as unknown as NodeJSKernelBackend
  const attributes = normalizationAttributes(backend.binding, backend.binding.TF_FLOAT, epsilon)
  let statistics: tf.Tensor[] = []
  const normalize = tf.customGrad((...args) => {
    const [x, gamma, beta, save] = args as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc]
    const none = tf.tensor1d([])
    const [y, mean, variance, ...reserved] = backend.executeMultipleOutputs(
      'FusedBatchNormV3',
      attributes,
      [x, gamma, beta, none, none],
      6,
    ) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]
    statistics = [tf.keep(mean), tf.keep(variance)]
    save([x, gamma, ...reserved])
    return {
      value: y,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        backend
          .executeMultipleOutputs('FusedBatchNormGradV3', attributes, [dy, ...saved], 5)
          .slice(0, 3),
    }
  })
  const y = normalize(x, gamma, beta)
  const [mean, variance] = statistics as [tf.Tensor, tf.Tensor]
  // Kept across the gradient scope; given to the caller's tidy from here on.
  const result = { y, mean: mean.clone(), variance: variance.clone() }
  tf.dispose(statistics)
  return result
}
