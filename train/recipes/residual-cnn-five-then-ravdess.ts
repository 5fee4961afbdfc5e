import type { Recipe } from './recipe.ts'
import { residualCnnFiveCorporaRecipe } from './residual-cnn-five-corpora.ts'

const { description, fit } = residualCnnFiveCorporaRecipe
const { ownLabelsAlone: _, draws: __, ...alone } = fit

/** The residual CNN of five corpora, and from there, at a lower rate, on RAVDESS alone. */
export const residualCnnFiveThenRavdessRecipe: Recipe = {
  ...residualCnnFiveCorporaRecipe,
  name: 'residual-cnn-five-then-ravdess',
  description: `${description}, then on RAVDESS alone`,
  after: { recipe: residualCnnFiveCorporaRecipe, alone: 'ravdess' },
  fit: { ...alone, epochs: 20, learningRate: 5e-4 },
}
