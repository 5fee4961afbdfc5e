import * as tf from '@tensorflow/tfjs-node'
import type {
  TensorMetadata,
  TFEOpAttr,
  TFJSBinding,
} from '@tensorflow/tfjs-node/dist/tfjs_binding.js'
import { normalizationAttributes } from './fused-batch-normalization.ts'

/** A tensor of TensorFlow's that tfjs does not know; `Operations` made it, and frees it. */
export type Handle = Readonly<TensorMetadata>

/** Of tfjs-node's, what it keeps to itself. */
interface Backend {
  binding: TFJSBinding
  getInputTensorIds(tensors: tf.Tensor[]): number[]
  createOutputTensor(metadata: TensorMetadata): tf.Tensor
}

/** TensorFlow's own number for the type, which tfjs lacks. */
const BFLOAT16 = 14

/**
 * TensorFlow's kernels on tensors of bfloat16, a type that tfjs does not have, or of float32. What
 * they make lives until `free`.
 */
export class Operations {
  private readonly backend = tf.backend() as unknown as Backend
  private readonly made = new Set<number>()

  /** A tensor of tfjs's, which stays tfjs's. */
  of(tensor: tf.Tensor): Handle {
    const [id] = this.backend.getInputTensorIds([tensor])
    const { TF_FLOAT, TF_INT32 } = this.backend.binding
    return { id: id!, shape: tensor.shape, dtype: tensor.dtype === 'int32' ? TF_INT32 : TF_FLOAT }
  }

  /** Gives a float32 tensor to tfjs, which disposes of it. */
  toTensor(handle: Handle): tf.Tensor {
    this.made.delete(handle.id)
    return this.backend.createOutputTensor(handle)
  }

  free(...handles: readonly Handle[]): void {
    for (const { id } of handles) {
      if (this.made.delete(id)) this.backend.binding.deleteTensor(id)
    }
  }

  freeAll(): void {
    for (const id of this.made) this.backend.binding.deleteTensor(id)
    this.made.clear()
  }

  toBfloat16 = (x: Handle): Handle => this.cast(x, BFLOAT16)
  toFloat32 = (x: Handle): Handle => this.cast(x, this.backend.binding.TF_FLOAT)

  relu = (x: Handle): Handle => this.run('Relu', [this.type(x)], [x])
  reluGradient = (dy: Handle, y: Handle): Handle => this.run('ReluGrad', [this.type(y)], [dy, y])
  add = (a: Handle, b: Handle): Handle => this.run('AddV2', [this.type(a)], [a, b])

  /** 2-D, `same` padded: `[batch, height, width, in]` by `[height, width, in, out]`. */
  convolve(x: Handle, kernel: Handle, stride: number): Handle {
    return this.run('Conv2D', this.convolution(x, stride), [x, kernel])
  }

  convolveInputGradient(x: Handle, kernel: Handle, dy: Handle, stride: number): Handle {
    const attributes = this.convolution(x, stride)
    return this.run('Conv2DBackpropInput', attributes, [this.shape(x), kernel, dy])
  }

  convolveKernelGradient(x: Handle, kernel: Handle, dy: Handle, stride: number): Handle {
    const attributes = this.convolution(x, stride)
    return this.run('Conv2DBackpropFilter', attributes, [x, this.shape(kernel), dy])
  }

  /** @returns of the batch; the statistics, and what the gradient wants, in float32 */
  normalize(x: Handle, gamma: Handle, beta: Handle, epsilon: number) {
    const none = this.of(this.none)
    const all = [x, gamma, beta, none, none]
    const [y, mean, variance, ...reserved] = this.runAll(
      'FusedBatchNormV3',
      this.normalization(x, epsilon),
      all,
      6,
    )
    return { y: y!, mean: mean!, variance: variance!, reserved }
  }

  /** @returns the gradients of what is normalised, of gamma and of beta */
  normalizeGradient(
    dy: Handle,
    x: Handle,
    gamma: Handle,
    reserved: readonly Handle[],
    epsilon: number,
  ): [Handle, Handle, Handle] {
    const [dx, dGamma, dBeta, ...rest] = this.runAll(
      'FusedBatchNormGradV3',
      this.normalization(x, epsilon),
      [dy, x, gamma, ...reserved],
      5,
    )
    this.free(...rest)
    return [dx!, dGamma!, dBeta!]
  }

  private readonly none = tf.keep(tf.tensor1d([]))
  private readonly shapes = new Map<string, tf.Tensor1D>()

  private shape({ shape }: Handle): Handle {
    const key = shape.join()
    const known = this.shapes.get(key) ?? tf.keep(tf.tensor1d(shape, 'int32'))
    this.shapes.set(key, known)
    return this.of(known)
  }

  private cast(x: Handle, to: number): Handle {
    if (x.dtype === to) return x
    const { TF_ATTR_TYPE, TF_ATTR_BOOL } = this.backend.binding
    const attributes = [
      { name: 'SrcT', type: TF_ATTR_TYPE, value: x.dtype },
      { name: 'DstT', type: TF_ATTR_TYPE, value: to },
      { name: 'Truncate', type: TF_ATTR_BOOL, value: false },
    ]
    return this.run('Cast', attributes, [x])
  }

  private type({ dtype }: Handle): TFEOpAttr {
    return { name: 'T', type: this.backend.binding.TF_ATTR_TYPE, value: dtype }
  }

  private convolution(x: Handle, stride: number): TFEOpAttr[] {
    const { TF_ATTR_INT, TF_ATTR_STRING } = this.backend.binding
    return [
      this.type(x),
      { name: 'strides', type: TF_ATTR_INT, value: [1, stride, stride, 1] },
      { name: 'padding', type: TF_ATTR_STRING, value: 'SAME' },
      { name: 'data_format', type: TF_ATTR_STRING, value: 'NHWC' },
    ]
  }

  private normalization({ dtype }: Handle, epsilon: number): TFEOpAttr[] {
    return normalizationAttributes(this.backend.binding, dtype, epsilon)
  }

  private run(name: string, attributes: TFEOpAttr[], inputs: readonly Handle[]): Handle {
    return this.runAll(name, attributes, inputs, 1)[0]!
  }

  private runAll(
    name: string,
    attributes: TFEOpAttr[],
    inputs: readonly Handle[],
    outputs: number,
  ): Handle[] {
    const ids = inputs.map(({ id }) => id)
    const made = this.backend.binding.executeOp(name, attributes, ids, outputs)
    for (const { id } of made) this.made.add(id)
    return made
  }
}
