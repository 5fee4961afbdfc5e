import { assetsAt } from '#assets'
import { type AssetSource, advice } from '../assets.ts'
import { UndertoneError } from '../error.ts'
import { call } from '../listeners.ts'
import { type AssetsOption, assetsFrom } from './assets-option.ts'
import type { Engine, EngineOptions } from './engine.ts'
import { type OnProgress, ProgressMeter } from './load-progress.ts'
import { type ModelManifest, parseManifest } from './manifest.ts'
import { type EngineParts, selectEngine } from './select-engine.ts'
import { calibrated } from './temperature.ts'
import { readVerified } from './verified-read.ts'

export interface ModelOptions extends EngineOptions {
  /**
   * Where wasm, scripts and models lie: a base URL or folder, the URL or the bytes of each, or a
   * source of one's own. Default: beside the code.
   */
  assets?: AssetsOption
  /**
   * Name of a released model (in Node, where `assets` are the default, also of a package that is
   * one, installed beside this), or where a model of one's own lies (the folder of its
   * `manifest.json`): a `URL`, or a text with a slash in it.
   */
  model: string | URL
  signal?: AbortSignal | undefined
  /** Called as files come, from 0 bytes to all. */
  onProgress?: OnProgress | undefined
}

/** A model ready to score features, and what is known about it. */
export interface Model {
  manifest: ModelManifest
  engine: Engine
}

/**
 * Loads a model: manifest, then model file and engine, each checked before it is used.
 * @throws {UndertoneError} `model-unknown`, `manifest-invalid`, `asset-missing`, `asset-corrupt`,
 * `model-invalid`, `model-unsupported`, `engine-failed`, `aborted`; nothing stays behind, and calling
 * again starts afresh
 */
export async function loadModel(options: ModelOptions): Promise<Model> {
  const manifest = await loadManifest(options)
  return { manifest, engine: await startEngine(manifest, options) }
}

/**
 * Loads a model's manifest alone.
 * @throws {UndertoneError} `model-unknown`, `manifest-invalid`, `asset-missing`, `aborted`
 */
export async function loadManifest(
  options: Pick<ModelOptions, 'assets' | 'model' | 'signal'>,
): Promise<ModelManifest> {
  const { source, folder } = locate(options.model, assetsFrom(options.assets))
  const path = `${folder}manifest.json`
  let bytes: Uint8Array
  try {
    bytes = await source.read(path, options.signal)
  } catch (error) {
    if (folder) await refuseUnknown(String(options.model), source, options.signal)
    throw error
  }
  return parseManifest(new TextDecoder().decode(bytes), folder ? path : source.url(path))
}

/**
 * Starts the engine for a manifest that was loaded with the same options.
 * @throws {UndertoneError} as {@link loadModel}
 */
export async function startEngine(manifest: ModelManifest, options: ModelOptions): Promise<Engine> {
  const assets = assetsFrom(options.assets)
  const { source, folder } = locate(options.model, assets)
  const { signal, onProgress } = options
  const file = { ...manifest.files.model, path: `${folder}${manifest.files.model.path}` }
  const progress = onProgress && new ProgressMeter((event) => call(onProgress, event))
  const parts: EngineParts = {
    assets,
    manifest,
    modelFile: file,
    readModel: () => readVerified(source, file, signal, progress),
    signal,
    progress,
  }
  const engine = calibrated(await selectEngine(parts, options), manifest)
  if (!signal?.aborted) return engine
  await engine.dispose()
  throw new UndertoneError('aborted', 'Loading was aborted.', { cause: signal.reason })
}

function locate(model: string | URL, assets: AssetSource): { source: AssetSource; folder: string } {
  if (model instanceof URL || model.includes('/')) {
    return { source: assetsAt(model, advice.model), folder: '' }
  }
  if (/^[\w-][\w.-]*$/.test(model)) return { source: assets, folder: `models/${model}/` }
  throw new UndertoneError('model-unknown', `"${model}" cannot be the name of a model.`)
}

/** Tells a name that no model has from a model that cannot be reached. */
async function refuseUnknown(model: string, assets: AssetSource, signal?: AbortSignal) {
  let names: unknown
  try {
    names = JSON.parse(new TextDecoder().decode(await assets.read('models/index.json', signal)))
  } catch {
    return
  }
  if (!Array.isArray(names) || names.includes(model)) return
  throw new UndertoneError(
    'model-unknown',
    `There is no model "${model}" here; there is ${names.join(', ') || 'none at all'}. Install its package beside undertone, or name its folder or URL, with a slash in it.`,
  )
}
