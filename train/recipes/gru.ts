import { librosaDefaults } from './librosa-defaults.ts'
import type { Recipe } from './recipe.ts'

/** Two layers of gated recurrent units on MFCC. */
export const gruRecipe = {
  name: 'gru',
  description: 'two GRU layers on 40 MFCC, the mean over time, 3 s windows',
  published: {
    protocol: 'ravdess-speaker-5fold',
    uar: 0.623,
    source: 'Krasnoproshin & Vashkevich 2026, residual LSTM with attention',
    why: 'That figure is of a residual network with attention; this is two plain layers and their mean.',
  },
  corpora: ['ravdess'],
  transfer: false,
  preparation: [],
  copies: [],
  frontEnd: { ...librosaDefaults, feature: 'mfcc', nMfcc: 40 },
  window: { frames: 94, hop: 31 },
  pooled: false,
  network: {
    kind: 'gru',
    standardize: true,
    layers: [
      { units: 64, dropout: 0.3 },
      { units: 64, dropout: 0.3 },
    ],
    hidden: [],
  },
  fit: {
    epochs: 60,
    batchSize: 32,
    learningRate: 3e-3,
    schedule: { kind: 'one-cycle' },
    keep: 'best',
    weightDecay: 0.05,
    labelSmoothing: 0.1,
    mixupAlpha: 0.2,
    specAugment: { timeMasks: 1, timeWidth: 12, frequencyMasks: 1, frequencyWidth: 4 },
  },
} satisfies Recipe
