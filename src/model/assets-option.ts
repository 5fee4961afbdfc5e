import { assetsAt, defaultAssets } from '#assets'
import { assetsOf } from '../asset-files.ts'
import type { AssetFiles, AssetSource } from '../assets.ts'
import { UndertoneError } from '../error.ts'
import { show } from '../frontend/options.ts'

/**
 * What users may say about where the assets lie: a URL or folder, the URL or the bytes of each, or
 * a source of their own.
 */
export type AssetsOption = string | URL | AssetFiles | AssetSource | undefined

/** @throws {UndertoneError} `settings-invalid` for what is none of these */
export function assetsFrom(option: AssetsOption): AssetSource {
  if (option === undefined) return defaultAssets()
  if (typeof option === 'string' || option instanceof URL) return assetsAt(option)
  if (isSource(option)) return option
  if (isFiles(option)) return assetsOf(option)
  throw new UndertoneError(
    'settings-invalid',
    `assets must be a URL, the URL or the bytes of each by its path, or an object that reads them; what was given is ${show(option)}.`,
  )
}

const isSource = (option: unknown): option is AssetSource =>
  typeof (option as AssetSource | null)?.read === 'function'

const isFiles = (option: unknown): option is AssetFiles =>
  typeof option === 'object' &&
  option !== null &&
  !Array.isArray(option) &&
  Object.values(option).every(
    (file) =>
      typeof file === 'string' ||
      file instanceof URL ||
      file instanceof ArrayBuffer ||
      file instanceof Uint8Array,
  )
