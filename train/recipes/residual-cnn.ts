import type { Recipe } from './recipe.ts'

/** 2-D residual network on 128-band log-mel with attentive statistics pooling. */
export const residualCnnRecipe: Recipe = {
  name: 'residual-cnn',
  description: '2-D residual CNN on 128-band log-mel, attentive statistics pooling, 3 s windows',
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
    channels: [16, 32, 64, 128],
    level: { reference: 'fixed', range: 80, mean: -45, scale: 20 },
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
    gain: 4,
    specAugment: { timeMasks: 2, timeWidth: 24, frequencyMasks: 2, frequencyWidth: 16 },
  },
}
