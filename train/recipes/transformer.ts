import { librosaDefaults } from './librosa-defaults.ts'
import type { Recipe } from './recipe.ts'

/** A small transformer's encoder on patches of log-mel. */
export const transformerRecipe = {
  name: 'transformer',
  description: 'small transformer encoder on patches of 64-band log-mel, 3 s windows',
  corpora: ['ravdess'],
  transfer: false,
  preparation: [],
  copies: [],
  frontEnd: { ...librosaDefaults, feature: 'log-mel', nFft: 1024, hopLength: 256, nMels: 64 },
  window: { frames: 188, hop: 62 },
  pooled: false,
  network: {
    kind: 'transformer',
    standardize: true,
    patch: { frames: 4, bins: 64 },
    units: 64,
    heads: 4,
    blocks: 3,
    hiddenUnits: 128,
    dropout: 0.1,
  },
  fit: {
    epochs: 60,
    batchSize: 32,
    learningRate: 1e-3,
    schedule: { kind: 'one-cycle' },
    keep: 'last',
    weightDecay: 0.05,
    labelSmoothing: 0.1,
    specAugment: { timeMasks: 2, timeWidth: 24, frequencyMasks: 2, frequencyWidth: 8 },
  },
} satisfies Recipe
