import type { AssetSource } from '../assets.ts'
import { UndertoneError } from '../error.ts'
import type { Engine } from './engine.ts'
import type { ProgressMeter } from './load-progress.ts'
import type { ModelManifest } from './manifest.ts'
import { ortRuntimeFile } from './ort-runtime-file.ts'
import type { EngineParts } from './select-engine.ts'
import { readVerified } from './verified-read.ts'

type Ort = typeof import('onnxruntime-web/wasm')

export interface OrtEngineOptions extends EngineParts {
  threads?: number | undefined
}

/**
 * onnxruntime-web's module, once it has made a session. It is one for all engines, and so are its
 * wasm memory and its number of threads.
 */
let runtime: Ort | undefined
let failedStarts = 0
let starts: Promise<unknown> = Promise.resolve()

/**
 * Starts an engine on onnxruntime-web, in wasm.
 * @throws {UndertoneError} `asset-missing`, `asset-corrupt`, `engine-failed`, `aborted`; after
 * any of them, calling again starts afresh
 */
export async function createOrtEngine(options: OrtEngineOptions): Promise<Engine> {
  const { manifest } = options
  const opened = await openOrtSession({ ...options, what: `The model "${manifest.name}"` })
  const { ort, session } = opened
  const { input, output } = manifest.graph
  if (session.inputNames.includes(input) && session.outputNames.includes(output)) {
    return engine(ort, session, manifest)
  }
  await session.release()
  throw new UndertoneError(
    'manifest-invalid',
    `The manifest of "${manifest.name}" names the graph's ends "${input}" and "${output}"; the model file has ${session.inputNames.join(', ')} and ${session.outputNames.join(', ')}.`,
  )
}

/** What a session of onnxruntime-web is made of. */
export interface SessionParts extends Pick<EngineParts, 'assets' | 'readModel'> {
  /** What is started, to begin a sentence with. */
  what: string
  threads?: number | undefined
  signal?: AbortSignal | undefined
  progress?: EngineParts['progress']
  modelFile?: EngineParts['modelFile']
}

export interface OrtSession {
  ort: Ort
  session: Awaited<ReturnType<Ort['InferenceSession']['create']>>
}

/**
 * Opens a session for any ONNX file.
 * @throws {UndertoneError} as {@link createOrtEngine}
 */
export function openOrtSession(parts: SessionParts): Promise<OrtSession> {
  // One start at a time: onnxruntime refuses a second while it is still initializing.
  const start = starts.then(() => startSession(parts))
  starts = start.catch(() => {})
  return start
}

async function startSession(parts: SessionParts): Promise<OrtSession> {
  const { assets, what, readModel, modelFile, signal, progress } = parts
  progress?.expect(...(modelFile ? [modelFile] : []), ...(runtime ? [] : [ortRuntimeFile]))
  const [model, wasm] = await Promise.all([
    readModel(),
    runtime ? undefined : readRuntime(assets, signal, progress),
  ])
  try {
    const { ort, session } = await makeSession(model, wasm, parts)
    runtime = ort
    return { ort, session }
  } catch (cause) {
    if (cause instanceof UndertoneError) throw cause
    // The failure may have been the runtime's own, which it would remember and repeat.
    if (!runtime) failedStarts += 1
    throw new UndertoneError(
      'engine-failed',
      `${what} could not be started: ${reason(cause)} Try again; if memory is short, close other pages first.`,
      { cause },
    )
  }
}

async function makeSession(
  model: Uint8Array,
  wasm: Uint8Array<ArrayBuffer> | undefined,
  { assets, threads = 1 }: SessionParts,
): Promise<OrtSession> {
  const workers = globalThis.crossOriginIsolated ? Math.max(1, Math.trunc(threads)) : 1
  const ort = runtime ?? (await importRuntime(assets, workers))
  const flags = ort.env.wasm
  try {
    if (wasm) {
      ort.env.logLevel = 'error'
      flags.numThreads = workers
      flags.wasmBinary = wasm.buffer
    }
    const session = await ort.InferenceSession.create(model, { executionProviders: ['wasm'] })
    return { ort, session }
  } finally {
    delete flags.wasmBinary
    // onnxruntime would hold these 14 MB for good: what is transferred away is freed.
    if (wasm) structuredClone(wasm.buffer, { transfer: [wasm.buffer] })
  }
}

/** onnxruntime's wasm, alone in its buffer. */
async function readRuntime(
  assets: AssetSource,
  signal: AbortSignal | undefined,
  progress: ProgressMeter | undefined,
) {
  const bytes = await readVerified(assets, ortRuntimeFile, signal, progress)
  return bytes.length === bytes.buffer.byteLength ? bytes : bytes.slice()
}

/**
 * onnxruntime-web keeps its state, a failed initialization too, in module variables: only a new
 * instance of the module can start again, and only another URL gives one. Threads need the file's
 * own URL as well: they import it into their workers, where a bundler's chunk would not do.
 */
function importRuntime(assets: AssetSource, threads: number): Promise<Ort> {
  if (failedStarts === 0 && threads === 1) return import('onnxruntime-web/wasm')
  const url = `${assets.url('ort.js')}?start=${failedStarts}`
  return import(/* webpackIgnore: true */ /* @vite-ignore */ url)
}

function engine(ort: Ort, session: OrtSession['session'], manifest: ModelManifest): Engine {
  const { input, output } = manifest.graph
  const labels = manifest.labels.length
  let disposed: Promise<void> | undefined
  let last: Promise<unknown> = Promise.resolve()

  async function run(features: Float32Array, shape: readonly [number, number, number]) {
    let scores: unknown
    try {
      const tensor = new ort.Tensor('float32', features, shape)
      scores = (await session.run({ [input]: tensor }, [output]))[output]?.data
    } catch (cause) {
      throw new UndertoneError(
        'engine-failed',
        `The model "${manifest.name}" could not score ${shape.join(' × ')} features: ${reason(cause)}`,
        { cause },
      )
    }
    if (scores instanceof Float32Array && scores.length === shape[0] * labels) return scores
    throw new UndertoneError(
      'engine-failed',
      `The model "${manifest.name}" did not give ${labels} float32 scores a window, as its manifest says it does.`,
    )
  }

  return {
    name: 'ort',
    async run(features, shape) {
      if (disposed) {
        throw new UndertoneError('disposed', 'This engine was disposed of. Make a new one.')
      }
      // A session runs one batch at a time.
      const result = last.then(() => run(features, shape))
      last = result.catch(() => {})
      return result
    },
    dispose() {
      disposed ??= last.then(() => session.release())
      return disposed
    },
  }
}

const reason = (cause: unknown) => {
  const text = cause instanceof Error ? cause.message : String(cause)
  return /[.!?]$/.test(text) ? text : `${text}.`
}
