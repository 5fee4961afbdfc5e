import { readFile } from 'node:fs/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type AssetSource, advice, assetRoot } from './assets.ts'
import { UndertoneError } from './error.ts'

/**
 * Reads assets from a folder.
 * @param ifMissing what to do when one is not there
 */
export function assetsAt(base: string | URL, ifMissing = advice.option): AssetSource {
  const folder = base instanceof URL || base.startsWith('file:') ? fileURLToPath(base) : base
  const root = pathToFileURL(`${folder}/`)
  return {
    url: (path) => new URL(path, root).href,
    async read(path, signal) {
      try {
        return new Uint8Array(await readFile(new URL(path, root), { signal }))
      } catch (cause) {
        if (signal?.aborted) throw new UndertoneError('aborted', 'Loading was aborted.', { cause })
        throw new UndertoneError(
          'asset-missing',
          `Cannot read ${path} in ${fileURLToPath(root)}. ${ifMissing}`,
          { cause },
        )
      }
    },
  }
}

/** The assets that came with this code. */
export const defaultAssets = (): AssetSource =>
  assetsAt(new URL(assetRoot, import.meta.url), advice.own)
