import { type AssetSource, advice, assetRoot } from './assets.ts'
import { UndertoneError } from './error.ts'

/**
 * Fetches assets from below a URL.
 * @param ifMissing what to do when one is not there
 */
export function assetsAt(base: string | URL, ifMissing = advice.option): AssetSource {
  const href = absoluteUrl(base)
  const root = href.endsWith('/') ? href : `${href}/`
  return {
    url: (path) => new URL(path, root).href,
    read: (path, signal, onBytes) => readUrl(new URL(path, root), ifMissing, signal, onBytes),
  }
}

/**
 * Reads what is at a URL.
 * @throws {UndertoneError} `asset-missing`, `aborted`
 */
export async function readUrl(
  address: string | URL,
  ifMissing: string,
  signal?: AbortSignal,
  onBytes?: (count: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const url = absoluteUrl(address)
  // A page's policy may let it fetch from its own origin alone, which these are not.
  const [, inline] = url.match(/^data:[^,]*;base64,(.*)$/) ?? []
  if (inline) return Uint8Array.from(atob(decodeURIComponent(inline)), (c) => c.charCodeAt(0))
  try {
    const response = await fetch(url, signal ? { signal } : {})
    if (!response.ok) throw new Error(`HTTP status ${response.status}`)
    if (onBytes && response.body) return await readChunks(response.body, onBytes)
    return new Uint8Array(await response.arrayBuffer())
  } catch (cause) {
    if (signal?.aborted) throw new UndertoneError('aborted', 'Loading was aborted.', { cause })
    throw new UndertoneError(
      'asset-missing',
      `Cannot load ${url}: ${cause instanceof Error ? cause.message : cause}. ${ifMissing}`,
      { cause },
    )
  }
}

async function readChunks(body: ReadableStream<Uint8Array>, onBytes: (count: number) => void) {
  const chunks: Uint8Array[] = []
  let count = 0
  const reader = body.getReader()
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    chunks.push(next.value)
    count += next.value.length
    onBytes(count)
  }
  const bytes = new Uint8Array(count)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}

export const absoluteUrl = (address: string | URL): string =>
  new URL(address, globalThis.location?.href).href

/** The assets that came with this code. */
export const defaultAssets = (): AssetSource =>
  assetsAt(new URL(assetRoot, import.meta.url), advice.ownServed)
