import * as tf from '@tensorflow/tfjs-node'
import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node/dist/nodejs_kernel_backend.js'

/**
 * Gated recurrent units (Cho et al. 2014; the reset gate before the matrix product) over
 * `[batch, frames, bins]`, giving every frame's output `[batch, frames, units]`, through
 * TensorFlow's own kernel for a frame and its gradient: tfjs takes a dozen operations instead.
 */
export class FusedGru extends tf.layers.Layer {
  static className = 'FusedGru'
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
    const { glorotUniform, zeros } = tf.initializers
    // Gates in Keras's order: update, reset, candidate.
    this.kernel = this.addWeight('kernel', [bins, 3 * units], 'float32', glorotUniform({ seed }))
    this.recurrentKernel = this.addWeight(
      'recurrent_kernel',
      [units, 3 * units],
      'float32',
      glorotUniform({ seed: seed + 1 }),
    )
    this.bias = this.addWeight('bias', [3 * units], 'float32', zeros())
    super.build(inputShape)
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return [inputShape[0] as number, inputShape[1] as number, this.units]
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor3D
      const kernels = tf.concat([this.kernel.read(), this.recurrentKernel.read()], 0)
      // The kernel has the reset gate first, and the candidate apart.
      const apart = (all: tf.Tensor) => {
        const [update, reset, candidate] = tf.split(all, 3, -1) as [tf.Tensor, tf.Tensor, tf.Tensor]
        return [tf.concat([reset, update], -1), candidate] as const
      }
      const [gates, candidate] = apart(kernels)
      const [gatesBias, candidateBias] = apart(this.bias.read())
      const weights: Weights = [gates, candidate, gatesBias, candidateBias]
      return scan(x.transpose([1, 0, 2]), weights).transpose([1, 0, 2])
    })
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), units: this.units, seed: this.seed }
  }
}
tf.serialization.registerClass(FusedGru)

/**
 * Reset and update gate `[bins + units, 2 × units]`, the candidate `[bins + units, units]`, and
 * the bias of each.
 */
type Weights = [gates: tf.Tensor, candidate: tf.Tensor, gatesBias: tf.Tensor, bias: tf.Tensor]

/** What a kernel gives of a frame `[batch, …]`, or of all of them `[frames, batch, …]`. */
type Outputs = [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]

/**
 * @param x `[frames, batch, bins]`
 * @returns `[frames, batch, units]`
 */
function scan(x: tf.Tensor, weights: Weights): tf.Tensor {
  const scanned = tf.customGrad((...args) => {
    const save = args.pop() as unknown as tf.GradSaveFunc
    const [x, ...weights] = args as [tf.Tensor, ...Weights]
    const run = forward(x, weights)
    save([x, ...weights, ...run])
    return {
      value: run[3],
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [x, ...rest] = saved as [tf.Tensor, ...tf.Tensor[]]
        return backward(x, rest.slice(0, 4) as Weights, rest.slice(4) as Outputs, dy)
      },
    }
  })
  return scanned(x, ...weights)
}

/** Of all frames the reset and update gates, the candidates and the states. */
function forward(x: tf.Tensor, weights: Weights): Outputs {
  let state = start(x, weights)
  const frames = tf.unstack(x).map((frame) => {
    const outputs = execute('GRUBlockCell', [frame, state, ...weights])
    state = outputs[3]
    return outputs
  })
  return stacked(frames)
}

/** Gradients of the frames, then of each of the weights. */
function backward(x: tf.Tensor, weights: Weights, run: Outputs, dy: tf.Tensor): tf.Tensor[] {
  const [reset, , , states] = run
  const first = start(x, weights)
  const before = tf.concat([first.expandDims(0), states.slice(0, states.shape[0]! - 1)])
  const frames = [x, before, ...run.slice(0, 3), dy].map((all) => tf.unstack(all))
  const gradients: Outputs[] = []
  let dState: tf.Tensor = tf.zerosLike(first)
  for (let frame = x.shape[0]! - 1; frame >= 0; frame--) {
    const [x, before, reset, update, candidate, dy] = frames.map((all) => all[frame]) as [
      ...[x: tf.Tensor, before: tf.Tensor, reset: tf.Tensor],
      ...[update: tf.Tensor, candidate: tf.Tensor, dy: tf.Tensor],
    ]
    const outputs = execute('GRUBlockCellGrad', [
      ...[x, before, ...weights],
      ...[reset, update, candidate, dy.add(dState)],
    ])
    dState = outputs[1]
    gradients.unshift(outputs)
  }
  const [dx, , dCandidates, dGates] = stacked(gradients)
  // All frames of all clips, one below the other.
  const flat = (all: tf.Tensor) => all.reshape([-1, all.shape[2]!])
  const product = (state: tf.Tensor, d: tf.Tensor) =>
    tf.matMul(flat(tf.concat([x, state], 2)), flat(d), true)
  return [
    dx,
    product(before, dGates),
    product(before.mul(reset), dCandidates),
    flat(dGates).sum(0),
    flat(dCandidates).sum(0),
  ]
}

const start = (x: tf.Tensor, [, , , bias]: Weights): tf.Tensor => tf.zeros([x.shape[1]!, bias.size])

const stacked = (frames: Outputs[]) =>
  [0, 1, 2, 3].map((output) => tf.stack(frames.map((outputs) => outputs[output]!))) as Outputs

function execute(kernel: string, inputs: tf.Tensor[]): Outputs {
  const backend = tf.backend() as unknown as NodeJSKernelBackend
  const { TF_ATTR_TYPE, TF_FLOAT } = backend.binding
  const attributes = [{ name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT }]
  return backend.executeMultipleOutputs(kernel, attributes, inputs, 4) as Outputs
}
