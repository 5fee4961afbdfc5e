import type { Recipe } from './recipe.ts'
import { residualCnnRecipe } from './residual-cnn.ts'

const { description } = residualCnnRecipe
const fit = { ...residualCnnRecipe.fit, batchSize: 16 }

/**
 * The residual CNN, trained on all corpora together, each clip by the labels that its corpus has,
 * then on RAVDESS alone.
 */
export const residualCnnJointRecipe: Recipe = {
  ...residualCnnRecipe,
  name: 'residual-cnn-joint',
  description: `${description}, trained on five corpora together, then on RAVDESS alone`,
  corpora: ['ravdess', 'crema-d', 'tess', 'savee', 'emo-db'],
  joint: {
    alone: 'ravdess',
    window: { frames: 128, hop: 31 },
    fit: {
      ...fit,
      epochs: 20,
      learningRate: 3e-3,
      // TESS is two voices in 2,800 clips; RAVDESS is what counts in the end.
      draws: { ravdess: 2, tess: 0.4 },
      ownLabelsAlone: true,
    },
  },
  fit: { ...fit, epochs: 20 },
}
