import { createHash } from 'node:crypto'
import type { Recipe } from './recipe.ts'

/** The same for two recipes just when they compute the same; results of others never mix. */
export function recipeFingerprint({ frontEnd, window, network, transfer, fit }: Recipe): string {
  return createHash('sha256')
    .update(JSON.stringify({ frontEnd, window, network, transfer, fit }))
    .digest('hex')
    .slice(0, 16)
}
