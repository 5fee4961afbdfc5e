import { librosaDefaults } from './librosa-defaults.ts'
import type { Recipe } from './recipe.ts'

/** The plain baseline: a 2-D CNN on log-mel. */
export const cnnRavdessRecipe = {
  name: 'cnn-ravdess',
  description: 'plain 2-D CNN on 128-band log-mel, 3 s windows',
  corpora: ['ravdess'],
  transfer: false,
  preparation: [],
  copies: [],
  frontEnd: { ...librosaDefaults, feature: 'log-mel' },
  window: { frames: 94, hop: 31 },
  pooled: false,
  network: {
    kind: 'cnn2d',
    standardize: true,
    blocks: [
      { filters: 32, dropout: 0.2 },
      { filters: 64, dropout: 0.2 },
      { filters: 128, dropout: 0.2 },
    ],
    hidden: [{ units: 128, dropout: 0.3 }],
  },
  fit: {
    epochs: 50,
    batchSize: 32,
    learningRate: 1e-3,
    schedule: { kind: 'constant' },
    keep: 'best',
  },
} satisfies Recipe
