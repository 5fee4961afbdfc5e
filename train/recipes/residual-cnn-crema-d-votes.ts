import type { Recipe } from './recipe.ts'
import { residualCnnCremaDRecipe } from './residual-cnn-crema-d.ts'

/**
 * The residual CNN on what CREMA-D's listeners heard, in place of what its actors meant: most clips
 * sound neutral to most.
 */
export const residualCnnCremaDVotesRecipe: Recipe = {
  ...residualCnnCremaDRecipe,
  name: 'residual-cnn-crema-d-votes',
  description: `${residualCnnCremaDRecipe.description}, by its listeners' votes`,
  fit: { ...residualCnnCremaDRecipe.fit, frames: 128, precision: 'bfloat16', votes: 1 },
}
