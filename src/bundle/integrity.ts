import { createHash } from 'node:crypto'
import { version } from '../../package.json'
import type { EngineName } from '../model/engine.ts'
import { encode, type Files, type Package } from './bundle-files.ts'

/** `integrity.json`: what belongs into a bundle. */
export interface IntegrityList {
  /** Version of this format. */
  format: 1
  /** Tells this bundle from every other: Undertone's version, and a digest of all files. */
  version: string
  model: { name: string; version: string; licence: string }
  /** What runs the model: `ort`, which is onnxruntime-web, where `lite` cannot. */
  engine: EngineName
  /** By path from the bundle's root. */
  files: Record<string, { bytes: number; sha256: string }>
}

const digest = (bytes: Uint8Array, encoding: 'hex' | 'base64') =>
  createHash('sha256').update(bytes).digest(encoding)

/** A hash as Content Security Policies and `integrity` attributes have it. */
export const sriHash = (bytes: Uint8Array): string => `sha256-${digest(bytes, 'base64')}`

/** The hash of each file, as `fetch` takes it. */
export const integrity = (files: Files): Record<string, string> =>
  Object.fromEntries(sorted(files).map(([path, bytes]) => [path, sriHash(bytes)]))

export function versionOf(files: Files): string {
  const whole = encode(JSON.stringify(integrity(files)))
  return `${version}-${digest(whole, 'hex').slice(0, 16)}`
}

/** The list of a bundle's files, itself left out. */
export function integrityList(
  files: Files,
  { manifest, engine }: Pick<Package, 'manifest' | 'engine'>,
): IntegrityList {
  const { name, version, licence } = manifest
  return {
    format: 1,
    version: versionOf(files),
    model: { name, version, licence: licence.name },
    engine,
    files: Object.fromEntries(
      sorted(files).map(([path, bytes]) => [
        path,
        { bytes: bytes.length, sha256: digest(bytes, 'hex') },
      ]),
    ),
  }
}

const sorted = (files: Files) => [...files].sort(([a], [b]) => (a < b ? -1 : 1))
