import { assetsAt, defaultAssets } from '#assets'
import { type AssetSource, advice } from '../assets.ts'
import { UndertoneError } from '../error.ts'
import type { EngineName } from '../model/engine.ts'
import { createLiteEngine } from '../model/lite-engine.ts'
import { loadManifest } from '../model/load-model.ts'
import type { ModelManifest } from '../model/manifest.ts'
import type { EngineParts } from '../model/select-engine.ts'
import { readVerified } from '../model/verified-read.ts'

/** Files by their paths, with slashes. */
export type Files = Map<string, Uint8Array>

/** What the build noted of dist/ for bundles. */
export interface BundleParts {
  /** All that browsers may load, by path. */
  scripts: string[]
  /** WebAssembly that is loaded at run time. */
  wasm: string[]
  /** Scripts and WebAssembly for models that the lite engine cannot run. */
  onnxruntime: string[]
}

/** The installed package, read for a bundle. */
export interface Package {
  assets: AssetSource
  parts: BundleParts
  /** The model's manifest and files, as they lie in a bundle's assets. */
  model: Files
  manifest: ModelManifest
  /** What runs the model. */
  engine: EngineName
}

/**
 * Reads what a bundle is made of, and checks the model: onnxruntime-web is left out of `parts` where
 * that runs without.
 * @param model a released model's name, or the folder of one's own
 * @param onnxruntime whether to take that in all the same
 * @throws {UndertoneError} `model-unknown`, `manifest-invalid`, `model-invalid`, `asset-missing`,
 * `asset-corrupt`
 */
export async function readPackage(model: string, onnxruntime = false): Promise<Package> {
  const assets = defaultAssets()
  const manifest = await loadManifest({ assets, model })
  const folder = model.includes('/') ? assetsAt(model, advice.model) : undefined
  const read = (name: string) =>
    folder ? folder.read(name) : assets.read(`models/${manifest.name}/${name}`)
  const source: AssetSource = { url: assets.url, read }
  const at = `models/${manifest.name}/`
  const bytes = await readVerified(source, manifest.files.model)
  const files: Files = new Map([
    ['models/index.json', encode(JSON.stringify([manifest.name]))],
    [`${at}manifest.json`, await read('manifest.json')],
    [at + manifest.files.model.path, bytes],
  ])
  // The terms of the model; one's own may have none.
  const card = await read('README.md').catch(() => undefined)
  if (card) files.set(`${at}README.md`, card)
  const all = JSON.parse(decode(await assets.read('bundle-parts.json'))) as BundleParts
  const engine = await engineOf({ assets, manifest, readModel: async () => bytes })
  const parts = onnxruntime || engine === 'ort' ? all : { ...all, onnxruntime: [] }
  return { assets, parts, model: files, manifest, engine }
}

/** What `engine: 'auto'` will take for it. */
async function engineOf(
  parts: Pick<EngineParts, 'assets' | 'manifest' | 'readModel'>,
): Promise<EngineName> {
  try {
    const engine = await createLiteEngine(parts)
    await engine.dispose()
    return engine.name
  } catch (error) {
    if (error instanceof UndertoneError && error.code === 'model-unsupported') return 'ort'
    throw error
  }
}

export const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
export const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
