import { hardToHear } from './hard-to-hear.ts'
import type { Recipe } from './recipe.ts'
import { residualCnnRecipe } from './residual-cnn.ts'

/**
 * The residual CNN, trained long on five corpora together, each clip by the labels that its corpus
 * has, as it is or as a device may hear it.
 */
export const residualCnnFiveCorporaRecipe: Recipe = {
  ...residualCnnRecipe,
  name: 'residual-cnn-five-corpora',
  description: `${residualCnnRecipe.description}, trained on five corpora together, as they are, among noise, by telephone and across rooms`,
  corpora: ['crema-d', 'emo-db', 'ravdess', 'savee', 'tess'],
  copies: hardToHear,
  fit: {
    ...residualCnnRecipe.fit,
    epochs: 80,
    batchSize: 16,
    frames: 128,
    learningRate: 3e-3,
    precision: 'bfloat16',
    oneOfCopies: 0.5,
    // TESS is two voices in 2,800 clips.
    draws: { ravdess: 2, tess: 0.4 },
    ownLabelsAlone: true,
  },
}
