import type { Recipe } from './recipe.ts'
import { residualCnnRecipe } from './residual-cnn.ts'

/** The residual CNN, first trained on a larger corpus with more voices. */
export const residualCnnTransferRecipe: Recipe = {
  ...residualCnnRecipe,
  name: 'residual-cnn-transfer',
  description: `${residualCnnRecipe.description}, pre-trained on another corpus`,
  transfer: true,
  network: { ...residualCnnRecipe.network, pauseBelow: -35 },
  fit: { ...residualCnnRecipe.fit, epochs: 30, learningRate: 4e-3 },
}
