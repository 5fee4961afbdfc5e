/**
 * Where the files that Undertone loads at run time (wasm, models) come from. A browser reads
 * them by URL, Node from its disk, a test or an offline bundle from memory; nothing else in the
 * code knows which.
 */
export interface AssetSource {
  /**
   * Reads one asset.
   * @param path relative to the root of the assets, e.g. `models/undertone-6/manifest.json`
   * @returns bytes that are the caller's own: they may be changed or handed on
   * @throws {UndertoneError} `asset-missing` when it is not there or cannot be read
   */
  read(path: string, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>
  /** A URL for the asset, where the platform has to load it by itself (a worker, a module). */
  url(path: string): string
}

// Replaced by the build: in dist/, assets lie beside the code; run from source, they lie in dist/.
declare const UNDERTONE_ASSET_ROOT: string | undefined
export const assetRoot =
  typeof UNDERTONE_ASSET_ROOT === 'undefined' ? '../dist/' : UNDERTONE_ASSET_ROOT
