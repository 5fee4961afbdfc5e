import type { AssetSource } from '../assets.ts'
import { UndertoneError } from '../error.ts'
import type { ProgressMeter } from './load-progress.ts'
import type { ModelFile } from './manifest.ts'
import { sha256 } from './sha256.ts'

/**
 * Reads an asset and makes sure that it is the file it should be.
 * @throws {UndertoneError} `asset-missing`, `asset-corrupt`, `aborted`
 */
export async function readVerified(
  assets: AssetSource,
  file: ModelFile,
  signal?: AbortSignal,
  progress?: ProgressMeter,
): Promise<Uint8Array<ArrayBuffer>> {
  // What is longer than it should be is found out below.
  const bytes = await assets.read(
    file.path,
    signal,
    progress && ((count) => progress.set(file.path, Math.min(count, file.bytes))),
  )
  progress?.set(file.path, file.bytes)
  const found = bytes.length === file.bytes ? await sha256(bytes) : `${bytes.length} bytes`
  if (found === file.sha256) return bytes
  throw new UndertoneError(
    'asset-corrupt',
    `${file.path} is not the file it should be (${bytes.length === file.bytes ? `SHA-256 ${found}` : found} instead of ${bytes.length === file.bytes ? file.sha256 : `${file.bytes}`}). Fetch or build it again, and see that nothing on the way rewrites or caches it.`,
  )
}
