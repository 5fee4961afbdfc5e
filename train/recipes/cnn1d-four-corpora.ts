import { librosaDefaults, wholeClip } from './librosa-defaults.ts'
import type { Recipe } from './recipe.ts'

/** A 1-D CNN along the means of five features, on four corpora together. */
export const cnn1dFourCorporaRecipe = {
  name: 'cnn1d-four-corpora',
  description:
    '1-D CNN of 256, 128 and 64 filters on the means of zero crossings, chroma, MFCC, RMS and mel',
  authors: {
    accuracy: 0.7,
    claim: '70 % accuracy',
    testShare: 0.25,
    why: 'Copies of tested clips in training feign about half of what lacks; the rest was not explained: CREMA-D, more than half of the clips, is resynthesised here, which may be some of it.',
  },
  corpora: ['crema-d', 'ravdess', 'savee', 'tess'],
  transfer: false,
  preparation: [],
  copies: [
    [{ kind: 'noise', snr: [10, 30], from: 'white' }],
    [
      { kind: 'stretch', rate: [0.8, 0.8] },
      { kind: 'pitch', semitones: [0.7, 0.7] },
    ],
  ],
  frontEnd: {
    ...librosaDefaults,
    feature: ['zero-crossing-rate', 'chroma', 'mfcc', 'rms', 'mel'],
  },
  window: wholeClip,
  pooled: true,
  network: {
    kind: 'cnn1d',
    standardize: true,
    blocks: [
      { filters: 256, kernel: 8, batchNorm: true, dropout: 0.25, pool: 8 },
      { filters: 128, kernel: 8, batchNorm: false, dropout: 0, pool: 1 },
      { filters: 64, kernel: 8, batchNorm: false, dropout: 0, pool: 1 },
    ],
    hidden: [],
  },
  fit: {
    // Validation clips are heard best after some six.
    epochs: 12,
    batchSize: 64,
    learningRate: 1e-3,
    schedule: { kind: 'constant' },
    keep: 'best',
  },
} satisfies Recipe
