/**
 * Where the files that Undertone loads at run time (wasm, models) come from. A browser reads
 * them by URL, Node from its disk, a test or an offline bundle from memory; nothing else in the
 * code knows which.
 */
export interface AssetSource {
  /**
   * Reads one asset.
   * @param path relative to the root of the assets, e.g. `models/undertone-6/manifest.json`
   * @param onBytes may be told how many bytes are there, while more come
   * @returns bytes that are the caller's own: they may be changed or handed on
   * @throws {UndertoneError} `asset-missing` when it is not there or cannot be read
   */
  read(
    path: string,
    signal?: AbortSignal,
    onBytes?: (count: number) => void,
  ): Promise<Uint8Array<ArrayBuffer>>
  /**
   * A URL for the asset, where the platform has to load it by itself (a worker, a module).
   * @throws {UndertoneError} `asset-missing` when there is none
   */
  url(path: string): string
}

/**
 * Assets one by one: the URL or the bytes of each, by its path, e.g. `undertone-frontend.wasm`.
 * Scripts are to be whole: `standalone/worker.js` has no imports, and can be `worker.js` here.
 */
export type AssetFiles = Readonly<Record<string, string | URL | Uint8Array | ArrayBuffer>>

/** What to do when an asset is not there, by where it was looked for. */
export const advice = {
  own: 'Undertone\'s own files are not all there: install the package again, or in a checkout run "npm run build".',
  ownServed:
    "Serve all of Undertone's dist folder there, or pass `assets` with the URL where it is served.",
  option: "See that `assets` names where all of Undertone's dist folder lies.",
  files: (path: string) => `Add "${path}" to \`assets\`, with its URL or its bytes.`,
  model: "See that a model's folder is there, with its manifest.json and the file that this names.",
}

// Replaced by the build: in dist/, assets lie beside the code; run from source, they lie in dist/.
declare const UNDERTONE_ASSET_ROOT: string | undefined
export const assetRoot =
  typeof UNDERTONE_ASSET_ROOT === 'undefined' ? '../dist/' : UNDERTONE_ASSET_ROOT
