import type { AssetSource } from '../assets.ts'
import { UndertoneError } from '../error.ts'
import { type Features, FrontEnd, loadModule, prepare, Resampler, trim } from '../frontend/index.ts'
import { assetsFrom } from '../model/assets-option.ts'
import { loadManifest, type Model, startEngine } from '../model/load-model.ts'
import { preloadEngine } from '../model/select-engine.ts'
import { loadSilero, type Silero } from '../model/silero.ts'
import { defaultModel } from './default-model.ts'
import { listen } from './listen.ts'
import { checkOptions } from './option-names.ts'
import { type Clip, readInput } from './read-input.ts'
import { createStream } from './stream.ts'
import { meanOfRows, summarize } from './summary.ts'
import type {
  AudioInput,
  Recognition,
  RecognizeOptions,
  Recognizer,
  RecognizerOptions,
} from './types.ts'
import { padToWindow, windowSpan, windowStarts } from './windows.ts'

/**
 * Windows scored at once. More are no faster a window, and take memory that wasm never gives back;
 * fewer would leave the thread more often than needed.
 */
const batchSize = 4

/**
 * Loads a model and all that it needs, and gives a recognizer of emotions in clips.
 *
 * @example
 * const recognizer = await createRecognizer()
 * const { emotion, confidence } = await recognizer.recognize(await file.arrayBuffer())
 *
 * @throws {UndertoneError} `model-unknown`, `manifest-invalid`, `asset-missing`, `asset-corrupt`,
 * `settings-invalid`, `model-invalid`, `model-unsupported`, `engine-failed`, `aborted`; nothing stays
 * behind, and calling again starts afresh
 */
export async function createRecognizer(options: RecognizerOptions = {}): Promise<Recognizer> {
  const assets = assetsFrom(options.assets)
  const modelOptions = { ...options, assets, model: options.model ?? defaultModel }
  const { signal } = options
  // What will be needed anyway is under way while the manifest comes; failures are told in turn.
  const module = loadModule(signal ? { assets, signal } : { assets })
  module.catch(() => {})
  preloadEngine(options)
  const manifest = await loadManifest(modelOptions)
  const wasm = await module
  const frontEnd = new FrontEnd(wasm, manifest.frontEnd)
  // Steps that make no sense fail here, not with the first clip.
  prepare(new Float32Array(1), manifest.frontEnd.sampleRate, manifest.preparation ?? [])
  const rate = manifest.frontEnd.sampleRate
  if (options.silero !== undefined && rate !== 16000) {
    throw new UndertoneError(
      'settings-invalid',
      `Silero's network hears 16 kHz; the model "${manifest.name}" hears ${rate} Hz. Leave \`silero\` out.`,
    )
  }
  const engine = await startEngine(manifest, modelOptions)
  try {
    const silero =
      options.silero === undefined ? undefined : await loadSilero(options.silero, assets, signal)
    return recognizer({ manifest, engine }, frontEnd, wasm, silero, assets)
  } catch (error) {
    await engine.dispose()
    throw error
  }
}

function recognizer(
  { manifest, engine }: Model,
  frontEnd: FrontEnd,
  wasm: WebAssembly.Module,
  silero: Silero | undefined,
  assets: AssetSource,
): Recognizer {
  const { labels, window } = manifest
  let disposed = false

  function check(signal: AbortSignal | undefined) {
    throwIfAborted(signal)
    if (!disposed) return
    throw new UndertoneError('disposed', 'This recognizer was disposed of. Make a new one.')
  }

  // Its filter takes longer to compute than a short clip to filter; clips often have one rate.
  let resampler: Resampler | undefined
  function toModelRate({ samples, sampleRate: from }: Clip): Float32Array {
    const to = manifest.frontEnd.sampleRate
    if (from === to) return samples
    if (resampler?.rates.from !== from) resampler = new Resampler(wasm, { from, to })
    return resampler.resample(samples)
  }

  /** What the model hears of a clip at its rate, and where in the clip that starts, seconds. */
  function prepared(clip: Float32Array): { samples: Float32Array; start: number } {
    const { sampleRate } = manifest.frontEnd
    let samples = clip
    let before = 0
    for (const step of manifest.preparation ?? []) {
      if (step.kind === 'trimming') {
        const { kind, ...options } = step
        before += trim(samples, options).start
      }
      samples = prepare(samples, sampleRate, [step])
    }
    return { samples, start: before / sampleRate }
  }

  /** Scores windows of a clip's frames, a batch at a time. */
  async function score(
    { data, frames, bins }: Features,
    starts: number[],
    signal: AbortSignal | undefined,
  ) {
    const length = Math.min(window.frames, frames)
    const size = length * bins
    const rows: Float32Array[] = []
    for (let first = 0; first < starts.length; first += batchSize) {
      // The engine runs on this thread: between batches, clicks and timers have their turn.
      if (first > 0) await new Promise((resolve) => setTimeout(resolve))
      check(signal)
      const batch = starts.slice(first, first + batchSize)
      const features = new Float32Array(batch.length * size)
      batch.forEach((start, index) => {
        const from = start * bins
        features.set(data.subarray(from, from + size), index * size)
      })
      const scores = await engine.run(features, [batch.length, length, bins])
      batch.forEach((_, index) => {
        rows.push(scores.subarray(index * labels.length, (index + 1) * labels.length))
      })
    }
    return rows
  }

  async function recognize(
    input: AudioInput,
    options: RecognizeOptions = {},
  ): Promise<Recognition> {
    checkOptions('recognize', options)
    const { signal } = options
    check(signal)
    const timings = { decode: 0, resample: 0, features: 0, inference: 0 }
    let last = performance.now()
    const lap = (part: keyof typeof timings) => {
      const now = performance.now()
      timings[part] = now - last
      last = now
      check(signal)
    }

    const clip = await readInput(input, options)
    lap('decode')
    const resampled = toModelRate(clip)
    lap('resample')
    const { samples, start } = prepared(resampled)
    const features = frontEnd.compute(padToWindow(samples, manifest))
    lap('features')
    const starts = windowStarts(features.frames, manifest)
    const rows = await score(features, starts, signal)
    lap('inference')

    const duration = clip.samples.length / clip.sampleRate
    const trimmed = samples.length < resampled.length
    const heard = trimmed ? samples.length / manifest.frontEnd.sampleRate : duration
    return {
      ...summarize(labels, meanOfRows(rows)),
      duration,
      timeline: rows.map((row, index) => {
        const span = windowSpan(starts[index] as number, manifest, heard)
        return { start: start + span.start, end: start + span.end, ...summarize(labels, row) }
      }),
      timings,
    }
  }

  const stream: Recognizer['stream'] = (options = {}) =>
    createStream({ manifest, engine, frontEnd, wasm, silero, check }, options)

  return {
    manifest,
    labels,
    engine: engine.name,
    worker: false,
    recognize,
    stream,
    listen: (options = {}) => listen({ stream }, assets, options),
    async dispose() {
      disposed = true
      await Promise.all([engine.dispose(), silero?.dispose()])
    },
  }
}

function throwIfAborted(signal: AbortSignal | undefined) {
  if (signal?.aborted) {
    throw new UndertoneError('aborted', 'This was aborted.', { cause: signal.reason })
  }
}
