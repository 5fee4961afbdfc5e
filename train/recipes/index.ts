import { TrainingError } from '../training-error.ts'
import { cnnMfccRecipe } from './cnn-mfcc.ts'
import { cnnRavdessRecipe } from './cnn-ravdess.ts'
import { cnn1dFourCorporaRecipe } from './cnn1d-four-corpora.ts'
import { cnn1dPooledRecipe } from './cnn1d-pooled.ts'
import { dense180Recipe } from './dense-180.ts'
import { gruRecipe } from './gru.ts'
import { lstmAttentionRecipe } from './lstm-attention.ts'
import type { Recipe } from './recipe.ts'
import { residualCnnRecipe } from './residual-cnn.ts'
import { residualCnnCremaDRecipe } from './residual-cnn-crema-d.ts'
import { residualCnnCremaDVotesRecipe } from './residual-cnn-crema-d-votes.ts'
import { residualCnnFiveCorporaRecipe } from './residual-cnn-five-corpora.ts'
import { residualCnnFiveThenRavdessRecipe } from './residual-cnn-five-then-ravdess.ts'
import { residualCnnTransferRecipe } from './residual-cnn-transfer.ts'
import { transformerRecipe } from './transformer.ts'

export const recipes: readonly Recipe[] = [
  dense180Recipe,
  cnn1dPooledRecipe,
  cnn1dFourCorporaRecipe,
  cnnRavdessRecipe,
  cnnMfccRecipe,
  lstmAttentionRecipe,
  gruRecipe,
  transformerRecipe,
  residualCnnRecipe,
  residualCnnCremaDRecipe,
  residualCnnCremaDVotesRecipe,
  residualCnnTransferRecipe,
  residualCnnFiveCorporaRecipe,
  residualCnnFiveThenRavdessRecipe,
]

export function findRecipe(name: string): Recipe {
  const recipe = recipes.find((candidate) => candidate.name === name)
  if (!recipe) {
    const known = recipes.map((candidate) => candidate.name).join(', ')
    throw new TrainingError(`There is no recipe "${name}". There are: ${known}.`)
  }
  return recipe
}
