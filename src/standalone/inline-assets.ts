import { dataUrl } from '../asset-files.ts'
import type { AssetSource } from '../assets.ts'
import { UndertoneError } from '../error.ts'

/** What `undertone bundle --single-file` puts around this code. */
export interface InlineAssets {
  /** Name of the model that is in it. */
  model: string
  /** Scripts as they are, by path. */
  scripts: Record<string, string>
  /** All else, by path: gzip, as base64. */
  files: Record<string, string>
}
declare const UNDERTONE_INLINE: InlineAssets

export const { model } = UNDERTONE_INLINE

/** Assets that lie in the script itself: nothing is fetched. */
export const assets: AssetSource = {
  url(path) {
    const script = UNDERTONE_INLINE.scripts[path]
    if (script === undefined) throw missing(path)
    return dataUrl(new TextEncoder().encode(script), path)
  },
  async read(path) {
    const { scripts, files } = UNDERTONE_INLINE
    const script = scripts[path]
    if (script !== undefined) return new TextEncoder().encode(script)
    const file = files[path]
    if (file === undefined) throw missing(path)
    return unzipped(file, path)
  },
}

const missing = (path: string) =>
  new UndertoneError(
    'asset-missing',
    `There is no ${path} in this file. Make it again with \`undertone bundle --single-file\`, and with --model for another model.`,
  )

async function unzipped(file: string, path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const packed = Uint8Array.from(atob(file), (character) => character.charCodeAt(0))
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))
    return new Uint8Array(await new Response(stream).arrayBuffer())
  } catch (cause) {
    throw new UndertoneError(
      'asset-corrupt',
      `${path} cannot be unpacked: ${cause instanceof Error ? cause.message : cause}. See that the file is whole, and the browser no older than early 2023.`,
      { cause },
    )
  }
}
