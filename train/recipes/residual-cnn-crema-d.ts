import { hardToHear } from './hard-to-hear.ts'
import type { Recipe } from './recipe.ts'
import { residualCnnRecipe } from './residual-cnn.ts'

/** The residual CNN on CREMA-D, hearing each clip as it is or as a device may hear it. */
export const residualCnnCremaDRecipe: Recipe = {
  ...residualCnnRecipe,
  name: 'residual-cnn-crema-d',
  description: `${residualCnnRecipe.description}, trained on CREMA-D as it is, among noise, by telephone and across rooms`,
  corpora: ['crema-d'],
  copies: hardToHear,
  fit: {
    ...residualCnnRecipe.fit,
    epochs: 80,
    batchSize: 16,
    frames: 128,
    learningRate: 3e-3,
    precision: 'bfloat16',
    oneOfCopies: true,
  },
}
