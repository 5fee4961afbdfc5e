import type * as tf from '@tensorflow/tfjs-node'
import { type ResidualCnnSettings, residualCnn } from './residual-cnn.ts'

/** What a network is, by its kind. */
export type NetworkSettings = { kind: 'residual-cnn' } & ResidualCnnSettings

/** What goes in and comes out: `frames` is null where windows are of any length. */
export interface NetworkShape {
  frames: number
  bins: number
  labels: number
}

/**
 * Features `[batch, frames, bins]` in, probabilities `[batch, labels]` out; the layer before the
 * softmax is named `logits`.
 * @param seed of the initial weights
 */
export function buildNetwork(
  settings: NetworkSettings,
  shape: NetworkShape,
  seed: number,
): tf.LayersModel {
  switch (settings.kind) {
    case 'residual-cnn':
      return residualCnn(settings, shape, seed)
  }
}
