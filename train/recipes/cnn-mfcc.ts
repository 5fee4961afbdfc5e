import { cnnRavdessRecipe } from './cnn-ravdess.ts'
import type { Recipe } from './recipe.ts'

/** The plain 2-D CNN on MFCC, of clips without their noise and of one level. */
export const cnnMfccRecipe = {
  ...cnnRavdessRecipe,
  name: 'cnn-mfcc',
  description: 'plain 2-D CNN on 40 MFCC after noise reduction and normalisation, 3 s windows',
  preparation: [{ kind: 'noise-reduction' }, { kind: 'peak-normalization' }],
  frontEnd: { ...cnnRavdessRecipe.frontEnd, feature: 'mfcc', nMfcc: 40 },
} satisfies Recipe
