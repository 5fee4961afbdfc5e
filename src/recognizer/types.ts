import type { AssetSource } from '../assets.ts'

export interface RecognizerOptions {
  /** Where wasm and models lie: a base URL or folder, or a source of one's own. Default: beside the code. */
  assets?: string | URL | AssetSource
  /** Name of a released model. Default: `undertone-6`… see `models/`. */
  model?: string
  /** Threads for the engine. Default 1; more only where the page is cross-origin isolated. */
  threads?: number
  signal?: AbortSignal
}

/** Anything that holds audio: an encoded file, or samples (mono, −1…1) with their rate. */
export type AudioInput = ArrayBuffer | Uint8Array | Blob | Float32Array | AudioBuffer

export interface RecognizeOptions {
  /** Of a `Float32Array` input, Hz; refused for anything that carries its own. */
  sampleRate?: number
  signal?: AbortSignal
}

/** Scores of one window. */
export interface TimelineEntry {
  /** Seconds from the start of the clip. */
  start: number
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
  /** One entry a window; one alone for a clip no longer than a window. */
  timeline: TimelineEntry[]
  /** Milliseconds spent in each part. */
  timings: { decode: number; resample: number; features: number; inference: number }
}
