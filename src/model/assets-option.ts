import { assetsAt, defaultAssets } from '#assets'
import type { AssetSource } from '../assets.ts'

/** What users may say about where the assets lie: a URL or folder, or a source of their own. */
export type AssetsOption = string | URL | AssetSource | undefined

export function assetsFrom(option: AssetsOption): AssetSource {
  if (option === undefined) return defaultAssets()
  return typeof option === 'string' || option instanceof URL ? assetsAt(option) : option
}
