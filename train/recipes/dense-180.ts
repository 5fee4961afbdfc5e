import { librosaDefaults, wholeClip } from './librosa-defaults.ts'
import type { Recipe } from './recipe.ts'

/** Dense layers on the 180 means that most tutorials of the field start with. */
export const dense180Recipe = {
  name: 'dense-180',
  description:
    'dense layers of 256, 128 and 64 on the means of 40 MFCC, 12 chroma and 128 mel bands',
  authors: {
    accuracy: 0.8,
    claim: '80–85 % validation accuracy',
    testShare: 0.2,
    why: 'Copies of tested clips in training are enough to feign it.',
  },
  corpora: ['ravdess'],
  labels: ['happy', 'sad', 'angry', 'fearful'],
  transfer: false,
  preparation: [{ kind: 'noise-reduction' }, { kind: 'peak-normalization' }],
  copies: [
    [{ kind: 'noise', snr: [10, 30], from: 'white' }],
    [{ kind: 'stretch', rate: [0.8, 1.2] }],
    [{ kind: 'pitch', semitones: [-2, 2] }],
  ],
  frontEnd: { ...librosaDefaults, feature: ['mfcc', 'chroma', 'mel'], nMfcc: 40 },
  window: wholeClip,
  pooled: true,
  network: {
    kind: 'dense',
    standardize: true,
    hidden: [
      { units: 256, dropout: 0.3 },
      { units: 128, dropout: 0.3 },
      { units: 64, dropout: 0.2 },
    ],
  },
  fit: {
    epochs: 60,
    batchSize: 32,
    learningRate: 1e-3,
    schedule: { kind: 'constant' },
    keep: 'best',
  },
} satisfies Recipe
