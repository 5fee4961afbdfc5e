import type { AssetSource } from '../assets.ts'
import { UndertoneError } from '../error.ts'
import { show } from '../frontend/options.ts'
import type { Engine, EngineOptions } from './engine.ts'
import { createLiteEngine } from './lite-engine.ts'
import type { ProgressMeter } from './load-progress.ts'
import type { ModelFile, ModelManifest } from './manifest.ts'
import { createOrtEngine } from './ort-engine.ts'

/** What an engine is made of. */
export interface EngineParts {
  /** Where the engine's WebAssembly lies. */
  assets: AssetSource
  manifest: ModelManifest
  /** Reads the ONNX file; called once the engine's turn to start has come. */
  readModel: () => Promise<Uint8Array>
  signal?: AbortSignal | undefined
  /** Told of `modelFile`, and of the engine's files where these are large. */
  progress?: ProgressMeter | undefined
  modelFile: ModelFile
}

/** Fetches the code of the engine that is tried first, where that is not onnxruntime's. */
export function preloadEngine({ engine }: EngineOptions): void {
  if (engine !== 'ort') import('../engine/index.ts').catch(() => {})
}

/**
 * Starts the engine that is asked for; by default the one that is enough.
 * @throws {UndertoneError} `settings-invalid`, `model-invalid`, `model-unsupported` with the operator,
 * `asset-missing`, `asset-corrupt`, `engine-failed`, `aborted`
 */
export async function selectEngine(parts: EngineParts, options: EngineOptions): Promise<Engine> {
  const { engine = 'auto', threads } = options
  if (!['auto', 'lite', 'ort'].includes(engine)) {
    throw new UndertoneError(
      'settings-invalid',
      `engine must be 'auto', 'lite' or 'ort'; what was given is ${show(engine)}.`,
    )
  }
  if (engine === 'ort') return createOrtEngine({ ...parts, threads })
  parts.progress?.expect(parts.modelFile)
  let model: Promise<Uint8Array> | undefined
  const readModel = () => {
    model ??= parts.readModel()
    return model
  }
  try {
    return await createLiteEngine({ ...parts, readModel }, options)
  } catch (error) {
    if (engine === 'lite' || !isCode(error, 'model-unsupported')) throw error
    return createOrtEngine({ ...parts, readModel, threads }).catch((failure) => {
      throw isCode(failure, 'asset-missing') ? neither(error, failure) : failure
    })
  }
}

// By its code alone: a source of the caller's own may throw errors of another copy of the class.
const isCode = (error: unknown, code: UndertoneError['code']): error is UndertoneError =>
  error instanceof Error && (error as Partial<UndertoneError>).code === code

const neither = (unsupported: UndertoneError, missing: UndertoneError) =>
  new UndertoneError(
    'model-unsupported',
    `${unsupported.message} That is not there: ${missing.message}`,
    { cause: missing },
  )
