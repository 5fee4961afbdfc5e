import '../tensorflow-settings.ts'
import * as tf from '@tensorflow/tfjs-node'
import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node/dist/nodejs_kernel_backend.js'
import { describe, expect, it } from 'vitest'
import { residualCnn } from '../network/residual-cnn.ts'
import { bfloat16Logits } from '../network/residual-cnn-bfloat16.ts'

const shape = { frames: 48, bins: 32, labels: 4 }
const settings = {
  stem: 8,
  stages: [
    { channels: 16, blocks: 1 },
    { channels: 32, blocks: 2 },
  ],
  level: { reference: 'window', range: 60, mean: -30, scale: 20 },
  attentionUnits: 8,
  dropout: 0,
} as const

const windows = () => tf.randomUniform([8, shape.frames, shape.bins], -80, 0, 'float32', 3)
const targets = () =>
  tf.oneHot(
    Array.from({ length: 8 }, (_, i) => i % 4),
    4,
  )

function differentiate(
  model: tf.LayersModel,
  logits: (x: tf.Tensor3D) => tf.Tensor2D,
): { value: number; grads: Float32Array[]; moving: Float32Array[] } {
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable)
  return tf.tidy(() => {
    const x = windows() as tf.Tensor3D
    const { value, grads } = tf.variableGrads(
      () => tf.losses.softmaxCrossEntropy(targets(), logits(x)) as tf.Scalar,
      variables,
    )
    return {
      value: value.dataSync()[0]!,
      grads: variables.map(({ name }) => grads[name]!.dataSync() as Float32Array),
      moving: model.nonTrainableWeights.map((w) => w.read().dataSync() as Float32Array),
    }
  })
}

const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, v, i) => sum + v * b[i]!, 0)
const alike = (a: Float32Array, b: Float32Array) => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))

describe.each([
  ['with attention to all', {}],
  ['without attention to pauses', { pauseBelow: -35 }],
])('a residual CNN in mixed precision, %s', (_, pauses) => {
  const model = residualCnn({ ...settings, ...pauses, stages: [...settings.stages] }, shape, 1)
  const mixed = bfloat16Logits(model)
  const plain = tf.model({
    inputs: model.inputs,
    outputs: model.getLayer('logits').output as tf.SymbolicTensor,
  })
  const exact = (x: tf.Tensor3D) => plain.apply(x, { training: true }) as tf.Tensor2D
  const still = model.getWeights().map((weight) => weight.clone())

  it("has float32's loss, gradients and moving statistics, but for rounding", () => {
    const theirs = differentiate(model, exact)
    model.setWeights(still)
    const ours = differentiate(model, mixed)
    expect(ours.value).toBeCloseTo(theirs.value, 1)
    expect(ours.value).not.toBe(theirs.value)
    for (const [i, gradient] of ours.grads.entries()) {
      expect(gradient.length).toBe(theirs.grads[i]!.length)
      expect(alike(gradient, theirs.grads[i]!), model.trainableWeights[i]!.name).toBeGreaterThan(
        0.97,
      )
    }
    for (const [i, moving] of ours.moving.entries()) {
      expect(alike(moving, theirs.moving[i]!)).toBeGreaterThan(0.999)
    }
  })

  it('frees what it made, whether its gradient was wanted or not', () => {
    const backend = tf.backend() as NodeJSKernelBackend
    const held: number[] = []
    for (let i = 0; i < 4; i++) {
      if (i === 2) tf.tidy(() => void mixed(windows() as tf.Tensor3D))
      differentiate(model, mixed)
      held.push(backend.getNumOfTFTensors())
    }
    expect(held.slice(1)).toEqual([held[1], held[1], held[1]])
  })
})
