import type { AssetsOption } from '../model/assets-option.ts'
import type { EngineName, EngineOptions } from '../model/engine.ts'
import type { LoadProgress } from '../model/load-progress.ts'
import type { ModelManifest } from '../model/manifest.ts'
import type { SileroFile } from '../model/silero.ts'
import type { Listening, ListenOptions } from './listen-types.ts'
import type { RecognitionStream, StreamOptions } from './stream-types.ts'

export interface RecognizerOptions extends EngineOptions {
  /**
   * Where wasm, scripts and models lie: a base URL or folder, the URL or the bytes of each, or a
   * source of one's own. Default: beside the code.
   */
  assets?: AssetsOption
  /**
   * Name of a released model, or where a model of one's own lies (the folder of its
   * `manifest.json`): a `URL`, or a text with a slash in it. Default: the released model.
   */
  model?: string | URL | undefined
  /**
   * Whether it works in a worker of its own, so that the page stays free. Default: on a page yes,
   * where it can be started (pages from a file cannot, nor those whose policy forbids it); in Node
   * and in workers no. `true` fails where it cannot.
   */
  worker?: boolean | undefined
  /**
   * Silero's voice activity detector, for `voiceActivity: 'silero'`: the URL (in Node also the path)
   * or the bytes of `silero_vad_v5.onnx`, from the npm package `@ricky0123/vad-web`. It runs in
   * onnxruntime-web, whose 14 MB are loaded for it. Default: none.
   */
  silero?: SileroFile | undefined
  signal?: AbortSignal | undefined
  /**
   * Called while the model's and the engine's files come, from 0 bytes to all of them. `total` grows
   * where the model turns out to need onnxruntime-web.
   */
  onProgress?: ((progress: LoadProgress) => void) | undefined
}

/**
 * Anything that holds audio: an encoded file (its bytes, or a `Blob` such as an `<input>`'s file),
 * a decoded `AudioBuffer`, or samples (mono, −1…1) whose rate is given beside them.
 */
export type AudioInput = ArrayBuffer | Uint8Array | Blob | Float32Array | DecodedBuffer

/** As much of an `AudioBuffer` as is needed. */
export interface DecodedBuffer {
  readonly sampleRate: number
  readonly numberOfChannels: number
  getChannelData(channel: number): Float32Array
}

export interface RecognizeOptions {
  /** Of a `Float32Array` input, Hz; refused for anything that carries its own. */
  sampleRate?: number | undefined
  signal?: AbortSignal | undefined
}

/** Scores of one window. */
export interface TimelineEntry {
  /** Seconds from the start of the clip. */
  start: number
  /** Seconds from the start of the clip; never beyond its end. */
  end: number
  emotion: string
  confidence: number
  scores: Record<string, number>
}

export interface Recognition {
  /** The label with the highest score. */
  emotion: string
  /** Its score, 0…1. */
  confidence: number
  /** Every label's probability: the mean over the windows. They add up to 1. */
  scores: Record<string, number>
  /** Length of the clip, seconds. */
  duration: number
  /**
   * One entry a window, in order; windows overlap. One alone for a clip no longer than a window
   * (the rest of the window is silence). A rest shorter than a hop, at the clip's end, is in none,
   * nor is what the model's preparation trims away.
   */
  timeline: TimelineEntry[]
  /** Milliseconds spent in each part; `features` has the model's preparation in it. */
  timings: { decode: number; resample: number; features: number; inference: number }
}

export interface Recognizer {
  /** What the loaded model is: labels, licence, scores, window. */
  readonly manifest: ModelManifest
  /** The labels, in the order of the scores. */
  readonly labels: readonly string[]
  /** What runs the model: `ort` where `auto` found it to be too much for `lite`. */
  readonly engine: EngineName
  /** Whether it works in a worker; else on the thread that made it. */
  readonly worker: boolean
  /**
   * Recognizes the emotion in a clip. Calls may overlap.
   * @throws {UndertoneError} `audio-…` codes (`audio-silent` when no sample reaches −80 dBFS),
   * `sample-rate-unsupported` and `too-many-channels` for the clip; `input-invalid` for what is no audio, or a `sampleRate` missing or given twice;
   * `engine-failed`, `aborted`, `disposed`. The next call works.
   */
  recognize(input: AudioInput, options?: RecognizeOptions): Promise<Recognition>
  /**
   * Recognizes emotions in samples that come bit by bit, as they come. Any number of streams may
   * be open.
   * @throws {UndertoneError} `stream-unsupported` for a model that needs whole clips,
   * `settings-invalid`, `sample-rate-unsupported`, `aborted`, `disposed`
   */
  stream(options?: StreamOptions): RecognitionStream
  /**
   * Recognizes emotions as they are spoken: of the microphone, or of any `MediaStream` or
   * `AudioNode`. In browsers alone.
   * @throws {UndertoneError} (rejected) `microphone-refused`, `microphone-missing`,
   * `microphone-busy`, `microphone-unsupported`, `insecure-context`, `input-invalid`,
   * `asset-missing`, and what `stream()` throws; the microphone is given back
   */
  listen(options?: ListenOptions): Promise<Listening>
  /** Gives the memory back; later calls are refused. Calling it again does nothing. */
  dispose(): Promise<void>
}
