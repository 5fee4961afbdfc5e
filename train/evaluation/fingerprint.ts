import { createHash } from 'node:crypto'
import type { Corpus } from 'undertone/corpora'
import type { StartingPoint } from '../fit/starting-point.ts'
import type { Recipe } from '../recipes/recipe.ts'

/** The same for two runs just when they may be averaged: same recipe, same data, same start. */
export function experimentFingerprint(
  recipe: Recipe,
  { name, note, publishedAs, found }: Pick<Corpus, 'name' | 'note' | 'publishedAs' | 'found'>,
  from?: StartingPoint,
): string {
  const hash = createHash('sha256')
  hash.update(sorted(settingsOf(recipe)))
  hash.update(sorted({ name, note, publishedAs, found }))
  for (const [weight, values] of from?.weights ?? []) {
    hash.update(weight)
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
  }
  return hash.digest('hex').slice(0, 12)
}

/** What decides how it trains, and not how it is called. */
function settingsOf(recipe: Recipe): object {
  const { name, description, authors, published, corpora, after, ...settings } = recipe
  return after ? { ...settings, after: { ...after, recipe: settingsOf(after.recipe) } } : settings
}

/** JSON whose order does not depend on how the object was written down. */
const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, part) =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
