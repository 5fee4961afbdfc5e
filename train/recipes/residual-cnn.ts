import type { Recipe } from './recipe.ts'

/** 2-D residual network on 128-band log-mel with attentive statistics pooling. */
export const residualCnnRecipe: Recipe = {
  name: 'residual-cnn',
  description: '2-D residual CNN on 128-band log-mel, attentive statistics pooling, 3 s windows',
  transfer: false,
  frontEnd: {
    feature: 'log-mel',
    sampleRate: 16000,
    nFft: 1024,
    hopLength: 256,
    nMels: 128,
    fMin: 0,
    fMax: 8000,
    nMfcc: 40,
    center: true,
    ref: 1,
    amin: 1e-10,
  },
  window: { frames: 188, hop: 31 },
  network: {
    stem: 24,
    stages: [
      { channels: 32, blocks: 1 },
      { channels: 64, blocks: 2 },
      { channels: 128, blocks: 1 },
    ],
    level: { reference: 'window', range: 60, mean: -40, scale: 20 },
    attentionUnits: 64,
    dropout: 0.3,
  },
  fit: {
    epochs: 50,
    batchSize: 32,
    learningRate: 2e-3,
    schedule: { kind: 'one-cycle' },
    keep: 'last',
    weightDecay: 0.02,
    labelSmoothing: 0.1,
    mixupAlpha: 0.3,
    gain: 0,
    specAugment: { timeMasks: 2, timeWidth: 24, frequencyMasks: 2, frequencyWidth: 16 },
  },
}
