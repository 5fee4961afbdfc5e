import { TrainingError } from '../training-error.ts'
import type { Recipe } from './recipe.ts'
import { residualCnnRecipe } from './residual-cnn.ts'
import { residualCnnTransferRecipe } from './residual-cnn-transfer.ts'

export const recipes: readonly Recipe[] = [residualCnnRecipe, residualCnnTransferRecipe]

export function findRecipe(name: string): Recipe {
  const recipe = recipes.find((candidate) => candidate.name === name)
  if (!recipe) {
    const known = recipes.map((candidate) => candidate.name).join(', ')
    throw new TrainingError(`There is no recipe "${name}". There are: ${known}.`)
  }
  return recipe
}
