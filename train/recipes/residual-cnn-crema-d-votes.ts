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
  fit: { ...residualCnnCremaDRecipe.fit, epochs: 16, oneOfCopies: true, votes: 1 },
}
