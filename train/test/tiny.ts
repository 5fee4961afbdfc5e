import seedrandom from 'seedrandom'
import type { Emotion } from 'undertone/corpora'
import type { Example } from '../features/example.ts'
import type { Recipe } from '../recipes/recipe.ts'
import { residualCnnRecipe } from '../recipes/residual-cnn.ts'

export const tinyLabels: Emotion[] = ['happy', 'sad', 'angry']

/** The real recipe, small enough to be trained within a test. */
export const tinyRecipe = {
  ...residualCnnRecipe,
  name: 'tiny',
  frontEnd: { ...residualCnnRecipe.frontEnd, nMels: 16, nMfcc: 16 },
  window: { frames: 16, hop: 4 },
  network: {
    ...residualCnnRecipe.network,
    stem: 4,
    stages: [{ channels: 8, blocks: 2 }],
    attentionUnits: 4,
  },
  fit: {
    ...residualCnnRecipe.fit,
    epochs: 4,
    batchSize: 8,
    specAugment: { timeMasks: 1, timeWidth: 2, frequencyMasks: 1, frequencyWidth: 2 },
  },
} satisfies Recipe

const { specAugment, mixupAlpha, ...plainFit } = tinyRecipe.fit

/** Other networks for the same made-up clips: one on their means, one on their frames. */
export const tinyDenseRecipe = {
  ...tinyRecipe,
  window: { frames: 16, hop: 4, atLeast: 1 },
  pooled: true,
  network: { kind: 'dense', standardize: true, hidden: [{ units: 16, dropout: 0.2 }] },
  fit: plainFit,
} satisfies Recipe
export const tinyLstmRecipe = {
  ...tinyRecipe,
  network: { kind: 'lstm-attention', standardize: true, units: 8, dropout: 0.2 },
} satisfies Recipe

/** Made-up clips whose emotion shows as a louder band. */
export function tinyExamples(count: number, seed: string): Example[] {
  const random = seedrandom.alea(seed)
  const bins = 16
  return Array.from({ length: count }, (_, i) => {
    const frames = 10 + Math.floor(random() * 14)
    const features = Float32Array.from({ length: frames * bins }, () => -60 + 20 * random())
    const label = i % tinyLabels.length
    for (let frame = 0; frame < frames; frame++) {
      for (let bin = 0; bin < 4; bin++) features[frame * bins + 5 * label + bin]! += 25
    }
    return {
      clip: {
        corpus: 'made-up',
        id: `${seed}-${i}`,
        path: '',
        speaker: '1',
        emotion: tinyLabels[label]!,
        sex: 'female',
        statement: '',
        intensity: '',
      },
      copy: 0,
      features,
      frames,
      bins,
    }
  })
}
