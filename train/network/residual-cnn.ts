import * as tf from '@tensorflow/tfjs-node'
import './relu-gradient.ts'
import { AttentiveStatisticsPooling } from './attentive-statistics-pooling.ts'
import { FusedBatchNormalization } from './fused-batch-normalization.ts'
import { LevelNormalization, type LevelReference } from './level-normalization.ts'
import { SeededDropout } from './seeded-dropout.ts'

export interface ResidualCnnSettings {
  /** Channels of the first convolution, which halves frames and bins. */
  stem: number
  /** Each stage halves frames and bins once more. */
  stages: { channels: number; blocks: number }[]
  level: { reference: LevelReference; range: number; mean: number; scale: number }
  /**
   * Frames whose loudest bin is below this get no attention, dB from the level's reference; absent:
   * the network tells pauses by itself.
   */
  pauseBelow?: number
  attentionUnits: number
  dropout: number
}

/**
 * A 2-D residual network (He et al. 2016) on log-mel with attentive statistics pooling: windows
 * `[batch, frames, bins]` in, probabilities `[batch, labels]` out; the last layer but one is
 * named `logits`.
 * @param seed of the initial weights
 */
export function residualCnn(
  { stem, stages, level, pauseBelow, attentionUnits, dropout }: ResidualCnnSettings,
  shape: { frames: number; bins: number; labels: number },
  seed: number,
): tf.LayersModel {
  let layerSeed = seed * 1000
  const conv = (name: string, filters: number, kernelSize: number, strides: number) =>
    tf.layers.conv2d({
      name,
      filters,
      kernelSize,
      strides,
      padding: 'same',
      useBias: false,
      kernelInitializer: tf.initializers.heNormal({ seed: layerSeed++ }),
    })
  const norm = (name: string) => new FusedBatchNormalization({ name })
  const relu = (name: string) => tf.layers.activation({ name, activation: 'relu' })

  const input = tf.input({ shape: [shape.frames, shape.bins], name: 'features' })
  let x = new LevelNormalization({ name: 'level', ...level }).apply(input) as tf.SymbolicTensor
  x = tf.layers
    .reshape({ name: 'image', targetShape: [shape.frames, shape.bins, 1] })
    .apply(x) as tf.SymbolicTensor
  const image = x

  x = conv('stem_conv', stem, 3, 2).apply(x) as tf.SymbolicTensor
  x = norm('stem_norm').apply(x) as tf.SymbolicTensor
  x = relu('stem_relu').apply(x) as tf.SymbolicTensor
  stages.forEach(({ channels, blocks }, stage) => {
    for (let block = 0; block < blocks; block++) {
      const name = `stage${stage + 1}_block${block + 1}`
      const strides = block === 0 ? 2 : 1
      let skip = x
      let y = conv(`${name}_conv1`, channels, 3, strides).apply(x) as tf.SymbolicTensor
      y = norm(`${name}_norm1`).apply(y) as tf.SymbolicTensor
      y = relu(`${name}_relu1`).apply(y) as tf.SymbolicTensor
      y = conv(`${name}_conv2`, channels, 3, 1).apply(y) as tf.SymbolicTensor
      y = norm(`${name}_norm2`).apply(y) as tf.SymbolicTensor
      if (block === 0) {
        skip = conv(`${name}_skip_conv`, channels, 1, strides).apply(skip) as tf.SymbolicTensor
        skip = norm(`${name}_skip_norm`).apply(skip) as tf.SymbolicTensor
      }
      x = tf.layers.add({ name: `${name}_add` }).apply([y, skip]) as tf.SymbolicTensor
      x = relu(`${name}_relu2`).apply(x) as tf.SymbolicTensor
    }
  })

  // Pooled over the mel axis by learned weights, since where a pattern lies there means something,
  // then over time by attention.
  const [, frames, bins, depth] = x.shape as [null, number, number, number]
  x = tf.layers
    .depthwiseConv2d({
      name: 'mel_pooling',
      kernelSize: [1, bins],
      useBias: false,
      depthwiseInitializer: tf.initializers.randomUniform({
        minval: 0.5 / bins,
        maxval: 1.5 / bins,
        seed: layerSeed++,
      }),
    })
    .apply(x) as tf.SymbolicTensor
  x = tf.layers
    .reshape({ name: 'frames', targetShape: [frames, depth] })
    .apply(x) as tf.SymbolicTensor
  const attention = { name: 'pooling', units: attentionUnits, seed: layerSeed++ }
  if (pauseBelow === undefined) {
    x = new AttentiveStatisticsPooling(attention).apply(x) as tf.SymbolicTensor
  } else {
    const covered: [number, number] = [2 ** (stages.length + 1), shape.bins]
    let loudness = tf.layers
      .maxPooling2d({ name: 'loudness', poolSize: covered, strides: covered, padding: 'same' })
      .apply(image) as tf.SymbolicTensor
    loudness = tf.layers
      .reshape({ name: 'frame_loudness', targetShape: [frames] })
      .apply(loudness) as tf.SymbolicTensor
    const threshold = (pauseBelow - level.mean) / level.scale
    x = new AttentiveStatisticsPooling({ ...attention, threshold }).apply([
      x,
      loudness,
    ]) as tf.SymbolicTensor
  }
  x = new SeededDropout({ name: 'dropout', rate: dropout }).apply(x) as tf.SymbolicTensor
  x = tf.layers
    .dense({
      name: 'logits',
      units: shape.labels,
      kernelInitializer: tf.initializers.glorotUniform({ seed: layerSeed++ }),
    })
    .apply(x) as tf.SymbolicTensor
  const output = tf.layers
    .activation({ name: 'probabilities', activation: 'softmax' })
    .apply(x) as tf.SymbolicTensor
  return tf.model({ name: 'residual_cnn', inputs: input, outputs: output })
}
