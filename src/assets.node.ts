import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
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
    read: (path, signal) => readUrl(new URL(path, root), ifMissing, signal),
  }
}

/**
 * Reads a file.
 * @param address its path or URL
 * @throws {UndertoneError} `asset-missing`, `aborted`
 */
export async function readUrl(
  address: string | URL,
  ifMissing: string,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await readFile(fileURLToPath(absoluteUrl(address)), { signal }))
  } catch (cause) {
    if (signal?.aborted) throw new UndertoneError('aborted', 'Loading was aborted.', { cause })
    throw new UndertoneError('asset-missing', `Cannot read ${named(address)}. ${ifMissing}`, {
      cause,
    })
  }
}

/** As people know it: what in which folder. */
function named(address: string | URL): string {
  const url = absoluteUrl(address)
  if (!url.startsWith('file:')) return url
  const path = fileURLToPath(url)
  return `${basename(path)} in ${dirname(path)}/`
}

export const absoluteUrl = (address: string | URL): string =>
  address instanceof URL || URL.canParse(address)
    ? new URL(address).href
    : pathToFileURL(address).href

/** The assets that came with this code, and models that are installed as packages beside it. */
export function defaultAssets(): AssetSource {
  const own = assetsAt(new URL(assetRoot, import.meta.url), advice.own)
  return {
    url: own.url,
    read: (path, signal) =>
      own.read(path, signal).catch((error) => {
        const installed = inModelPackage(path)
        if (!installed || signal?.aborted) throw error
        return readUrl(installed, advice.model, signal)
      }),
  }
}

/** A model whose terms keep it out of this package is a package of its own, of the model's name. */
function inModelPackage(path: string): URL | undefined {
  const [, name, file] = path.match(/^models\/([^/]+)\/([^/]+)$/) ?? []
  if (!name || !file) return undefined
  // Beside this package, or beside the program that runs.
  for (const place of [import.meta.url, pathToFileURL(join(process.cwd(), '_'))]) {
    try {
      return pathToFileURL(createRequire(place).resolve(`${name}/${file}`))
    } catch {}
  }
  return undefined
}
