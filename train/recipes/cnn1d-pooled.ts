import { librosaDefaults, wholeClip } from './librosa-defaults.ts'
import type { Recipe } from './recipe.ts'

/** A 1-D CNN along the means of six features, standardised. */
export const cnn1dPooledRecipe = {
  name: 'cnn1d-pooled',
  description:
    '1-D CNN on the means of MFCC, chroma, spectral contrast, tonnetz, zero crossings and RMS',
  authors: {
    accuracy: 0.85,
    claim: 'above 85 % accuracy',
    testShare: 0.25,
    copiesBeforeSplit: false,
  },
  corpora: ['ravdess'],
  transfer: false,
  preparation: [],
  copies: [],
  frontEnd: {
    ...librosaDefaults,
    feature: ['mfcc', 'chroma', 'contrast', 'tonnetz', 'zero-crossing-rate', 'rms'],
    nMfcc: 40,
  },
  window: wholeClip,
  pooled: true,
  network: {
    kind: 'cnn1d',
    standardize: true,
    blocks: [
      { filters: 64, kernel: 5, batchNorm: true, dropout: 0.2, pool: 2 },
      { filters: 128, kernel: 5, batchNorm: true, dropout: 0.2, pool: 2 },
    ],
    hidden: [{ units: 128, dropout: 0.3 }],
  },
  fit: {
    epochs: 80,
    batchSize: 32,
    learningRate: 1e-3,
    schedule: { kind: 'plateau', patience: 5, factor: 0.5 },
    keep: 'best',
  },
} satisfies Recipe
