import { librosaDefaults } from './librosa-defaults.ts'
import type { Recipe } from './recipe.ts'

/** ResLSTM-SA (Krasnoproshin & Vashkevich 2026), UAR 0.623 ± 0.012 on the RAVDESS speaker folds. */
export const lstmAttentionRecipe = {
  name: 'lstm-attention',
  description: 'residual LSTM with soft attention on 34 MFCC and 12 chroma, 4 s windows',
  published: {
    protocol: 'ravdess-speaker-5fold',
    uar: 0.623,
    source: 'Krasnoproshin & Vashkevich 2026, residual LSTM with attention',
    why: 'Rates, dropout, mixup, masks, copies, log-mel in place of MFCC and the last epoch in place of the best were tried on validation actors and gave no more; their code was not at hand.',
  },
  corpora: ['ravdess'],
  transfer: false,
  preparation: [],
  copies: [],
  // Their frames of 4096 samples every 2048 at 48 kHz.
  frontEnd: {
    ...librosaDefaults,
    feature: ['mfcc', 'chroma'],
    winLength: 1365,
    hopLength: 683,
    nMfcc: 34,
  },
  window: { frames: 94, hop: 23 },
  pooled: false,
  network: { kind: 'lstm-attention', standardize: true, units: 64, dropout: 0.4 },
  fit: {
    epochs: 80,
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
