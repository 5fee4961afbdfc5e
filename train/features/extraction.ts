import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { UndertoneError } from 'undertone/frontend'
import { clipFeatures, type FeatureRecipe } from './clip-features.ts'
import { readFeatures, writeFeatures } from './feature-cache.ts'

/** What every thread of an extraction has to know. */
export interface ExtractionSetup {
  recipe: FeatureRecipe
  /** Hashes of all, but for the clip, that the features depend on: of the original, of each copy. */
  versions: readonly string[]
  /** Folder. */
  cache: string
}

export interface ExtractionTask {
  path: string
  id: string
  /** Which copies; 0 is the original. */
  copies: readonly number[]
  /** Whether to keep them in the cache. */
  store: boolean
}

export type ExtractionResult =
  /** Features of each copy; a hash of the file; and why the features could not be kept. */
  | { features: Float32Array[]; content: string; unstored?: string }
  /** Why the clip could not be read. */
  | { unreadable: string }

/** Features of one clip after the other, from the cache where they are there. */
export async function createExtraction({
  recipe,
  versions,
  cache,
}: ExtractionSetup): Promise<(task: ExtractionTask) => Promise<ExtractionResult>> {
  const computing = await clipFeatures(recipe)

  return async ({ path, id, copies, store }) => {
    try {
      const bytes = await readFile(path)
      const content = createHash('sha256').update(bytes).digest('hex')
      const keys = copies.map((copy) => keyOf(versions[copy]!, copy === 0 ? '' : id, content))
      const cached = await Promise.all(keys.map((key) => readFeatures(cache, key)))
      const missing = copies.filter((_, i) => !cached[i])
      if (missing.length === 0) return { features: cached as Float32Array[], content }
      const computed = await computing.compute(bytes, id, missing)
      const features = cached.map((found) => found ?? computed.shift()!)
      if (!store) return { features, content }
      try {
        for (const [i, key] of keys.entries()) {
          if (!cached[i]) await writeFeatures(cache, key, features[i]!)
        }
      } catch (error) {
        return { features, content, unstored: (error as Error).message }
      }
      return { features, content }
    } catch (error) {
      if (!isOfClip(error)) throw error
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
      return { unreadable: missing ? 'There is no such file.' : error.message }
    }
  }
}

function keyOf(version: string, id: string, content: string): string {
  return createHash('sha256').update(`${version}\n${id}\n${content}`).digest('hex')
}

/** An error of the file; any other, such as an asset's, is no clip's fault. */
const isOfClip = (error: unknown): error is Error =>
  error instanceof UndertoneError
    ? /^(audio|sample-rate|too-many)-/.test(error.code)
    : error instanceof Error && 'syscall' in error
