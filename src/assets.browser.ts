import { type AssetSource, advice, assetRoot } from './assets.ts'
import { UndertoneError } from './error.ts'

/**
 * Fetches assets from below a URL.
 * @param ifMissing what to do when one is not there
 */
export function assetsAt(base: string | URL, ifMissing = advice.option): AssetSource {
  const href = new URL(base, globalThis.location?.href).href
  const root = href.endsWith('/') ? href : `${href}/`
  return {
    url: (path) => new URL(path, root).href,
    async read(path, signal) {
      const url = new URL(path, root)
      try {
        const response = await fetch(url, signal ? { signal } : {})
        if (!response.ok) throw new Error(`HTTP status ${response.status}`)
        return new Uint8Array(await response.arrayBuffer())
      } catch (cause) {
        if (signal?.aborted) throw new UndertoneError('aborted', 'Loading was aborted.', { cause })
        throw new UndertoneError(
          'asset-missing',
          `Cannot load ${url}: ${cause instanceof Error ? cause.message : cause}. ${ifMissing}`,
          { cause },
        )
      }
    },
  }
}

/** The assets that came with this code. */
export const defaultAssets = (): AssetSource =>
  assetsAt(new URL(assetRoot, import.meta.url), advice.ownServed)
