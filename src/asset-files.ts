import { absoluteUrl, readUrl } from '#assets'
import { type AssetFiles, type AssetSource, advice } from './assets.ts'
import { UndertoneError } from './error.ts'

/** Takes assets from where each of them lies, or from memory. */
export function assetsOf(files: AssetFiles): AssetSource {
  const find = (path: string) => {
    const file = Object.hasOwn(files, path) ? files[path] : undefined
    if (file !== undefined) return file
    throw new UndertoneError('asset-missing', `There is no ${path}. ${advice.files(path)}`)
  }
  return {
    url(path) {
      const file = find(path)
      return isAddress(file) ? absoluteUrl(file) : dataUrl(file, path)
    },
    async read(path, signal, onBytes) {
      const file = find(path)
      if (!isAddress(file)) return bytesOf(file).slice()
      return readUrl(file, advice.files(path), signal, onBytes)
    },
  }
}

const isAddress = (file: AssetFiles[string]): file is string | URL =>
  typeof file === 'string' || file instanceof URL

const bytesOf = (file: Uint8Array | ArrayBuffer) => new Uint8Array(file)

/**
 * A URL with the file in it. Pages from a disk or from memory have an origin that is equal to no
 * other, their own blobs' included: this alone gives them module workers and worklets.
 */
export function dataUrl(file: Uint8Array | ArrayBuffer, path: string): string {
  const bytes = bytesOf(file)
  let binary = ''
  for (let at = 0; at < bytes.length; at += 8192) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 8192))
  }
  const type = path.endsWith('.js') ? 'text/javascript' : 'application/octet-stream'
  return `data:${type};base64,${btoa(binary)}`
}
