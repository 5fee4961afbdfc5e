import type * as tf from '@tensorflow/tfjs-node'
import { TrainingError } from '../training-error.ts'
import { type Cnn1dSettings, cnn1d } from './cnn1d.ts'
import { type Cnn2dSettings, cnn2d } from './cnn2d.ts'
import { type DenseSettings, dense } from './dense.ts'
import { type GruSettings, gru } from './gru.ts'
import { type LstmAttentionSettings, lstmAttention } from './lstm-attention.ts'
import { type ResidualCnnSettings, residualCnn } from './residual-cnn.ts'
import { type TransformerSettings, transformer } from './transformer.ts'

/** What a network is, by its kind. */
export type NetworkSettings =
  | ({ kind: 'residual-cnn' } & ResidualCnnSettings)
  | ({ kind: 'dense' } & DenseSettings)
  | ({ kind: 'cnn1d' } & Cnn1dSettings)
  | ({ kind: 'cnn2d' } & Cnn2dSettings)
  | ({ kind: 'lstm-attention' } & LstmAttentionSettings)
  | ({ kind: 'gru' } & GruSettings)
  | ({ kind: 'transformer' } & TransformerSettings)

/** What goes in and comes out: `frames` is null where windows are of any length. */
export interface NetworkShape {
  frames: number | null
  bins: number
  labels: number
}

/**
 * Features `[batch, frames, bins]` in, probabilities `[batch, labels]` out; the layer before the
 * softmax is named `logits`.
 * @param seed of the initial weights
 * @throws {TrainingError} when windows are of any length and the network takes one alone
 */
export function buildNetwork(
  settings: NetworkSettings,
  shape: NetworkShape,
  seed: number,
): tf.LayersModel {
  switch (settings.kind) {
    case 'dense':
      return dense(settings, shape, seed)
    case 'cnn1d':
      return cnn1d(settings, shape, seed)
  }
  const { frames } = shape
  if (frames === null) {
    throw new TrainingError(
      `A network of kind ${settings.kind} sees frames, all windows as many: leave the window's atLeast out, and pooled false.`,
    )
  }
  const fixed = { ...shape, frames }
  switch (settings.kind) {
    case 'residual-cnn':
      return residualCnn(settings, fixed, seed)
    case 'cnn2d':
      return cnn2d(settings, fixed, seed)
    case 'lstm-attention':
      return lstmAttention(settings, fixed, seed)
    case 'gru':
      return gru(settings, fixed, seed)
    case 'transformer':
      return transformer(settings, fixed, seed)
  }
}
