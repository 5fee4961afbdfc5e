import '../tensorflow-settings.ts'
import * as tf from '@tensorflow/tfjs-node'
import { describe, expect, it } from 'vitest'
import { among } from '../evaluation/score-clips.ts'
import { answering } from '../network/answering.ts'
import { BroadcastLayerNormalization } from '../network/broadcast-layer-normalization.ts'
import { FusedBatchNormalization } from '../network/fused-batch-normalization.ts'
import { FusedGru } from '../network/fused-gru.ts'
import { FusedLstm } from '../network/fused-lstm.ts'
import { buildNetwork } from '../network/network.ts'
import { recipes } from '../recipes/index.ts'
import { tinyDenseRecipe, tinyLabels, tinyLstmRecipe, tinyRecipe } from './tiny.ts'

const noise = (shape: number[], seed: number) =>
  tf.randomNormal(shape, 0, 1, 'float32', seed) as tf.Tensor

/** The layer's output, and the gradients of something of it by its input and its weights. */
function run(layer: tf.layers.Layer, x: tf.Tensor) {
  const variables = layer.trainableWeights.map((weight) => weight.read() as tf.Variable)
  const apply = (x: tf.Tensor) => layer.apply(x, { training: true }) as tf.Tensor
  const y = apply(x)
  const some = (y: tf.Tensor) => y.mul(noise(y.shape, 9)).sum() as tf.Scalar
  const { grads } = tf.variableGrads(() => some(apply(x)), variables)
  const dx = tf.grad((x: tf.Tensor) => some(apply(x)))(x)
  const all = [y, dx, ...variables.map(({ name }) => grads[name]!)]
  return all.map((tensor) => ({ shape: tensor.shape, values: Array.from(tensor.dataSync()) }))
}

describe.each<[string, tf.layers.Layer, tf.layers.Layer, number[]]>([
  [
    'the LSTM',
    new FusedLstm({ units: 6 }),
    tf.layers.lstm({ units: 6, returnSequences: true, recurrentActivation: 'sigmoid' }),
    [5, 20, 7],
  ],
  [
    'the GRU',
    new FusedGru({ units: 6 }),
    tf.layers.gru({ units: 6, returnSequences: true, recurrentActivation: 'sigmoid' }),
    [5, 20, 7],
  ],
  ...[
    [16, 7],
    [5, 20, 7],
    [3, 4, 5, 7],
  ].map((shape): [string, tf.layers.Layer, tf.layers.Layer, number[]] => [
    `batch normalisation of ${shape.length} axes`,
    new FusedBatchNormalization(),
    tf.layers.batchNormalization(),
    shape,
  ]),
  [
    'layer normalisation',
    new BroadcastLayerNormalization(),
    tf.layers.layerNormalization(),
    [5, 20, 7],
  ],
])('%s', (_, fused, plain, shape) => {
  it("gives tfjs's own output and gradients", () => {
    const x = noise(shape, 1)
    for (const layer of [fused, plain]) {
      layer.apply(x)
      layer.trainableWeights.forEach((weight, i) => {
        weight.write(noise(weight.shape as number[], 2 + i))
      })
    }
    const [ours, theirs] = [run(fused, x), run(plain, x)]
    ours.forEach(({ shape, values }, i) => {
      expect(shape).toEqual(theirs[i]!.shape)
      values.forEach((value, j) => {
        expect(value).toBeCloseTo(theirs[i]!.values[j]!, 4)
      })
    })
  })
})

it('the LSTM starts with a forget gate that is open', () => {
  const layer = new FusedLstm({ units: 2 })
  layer.build([null, 4, 3])
  expect(Array.from(layer.getWeights()[2]!.dataSync())).toEqual([0, 0, 1, 1, 0, 0, 0, 0])
})

it.each(recipes.map((recipe) => [recipe.name, recipe] as const))(
  '%s has the same weights for the same seed, others for another',
  (_, { network, pooled, window }) => {
    const shape = { frames: pooled ? null : window.frames, bins: 128, labels: 8 }
    const kernels = (seed: number) =>
      buildNetwork(network, shape, seed)
        .trainableWeights.filter((weight) => weight.shape.length > 1)
        .map((weight) => Array.from(weight.read().dataSync()))
    const [first, again, other] = [kernels(1), kernels(1), kernels(2)]
    expect(again).toEqual(first)
    other.forEach((kernel, i) => {
      expect(kernel).not.toEqual(first[i])
    })
  },
)

it('refuses windows of any length where a network takes one alone', () => {
  const network = { kind: 'gru', standardize: true, layers: [], hidden: [] } as const
  expect(() => buildNetwork(network, { frames: null, bins: 8, labels: 3 }, 1)).toThrow(/pooled/)
})

describe('answering', () => {
  it.each([
    ['frames', tinyRecipe, 16],
    ['an LSTM', tinyLstmRecipe, 16],
    ['means', tinyDenseRecipe, null],
  ])(
    'leaves the probabilities of a network on %s as they are among its labels',
    (_, recipe, frames) => {
      const shape = { frames, bins: 16, labels: tinyLabels.length }
      const model = buildNetwork(recipe.network, shape, 1)
      const x = noise([3, 16, 16], 2)
      const [whole, ...others] = split(model.predict(x) as tf.Tensor)
      const tensors = tf.memory().numTensors
      const narrow = answering(model, recipe, tinyLabels, ['happy', 'angry'])
      expect(tf.memory().numTensors).toBe(tensors)
      const [first] = split(narrow.predict(x) as tf.Tensor)
      expect(others).toHaveLength(2)
      const wanted = among(whole!, tinyLabels, ['happy', 'angry'])
      expect(first).toHaveLength(2)
      for (const [i, value] of wanted.entries()) expect(first![i]).toBeCloseTo(value, 5)
      expect(answering(narrow, recipe, ['happy', 'angry'], ['happy', 'angry'])).toBe(narrow)
    },
  )
})

const split = (scores: tf.Tensor) => tf.unstack(scores).map((row) => row.dataSync() as Float32Array)
