import type { EngineName, EngineOptions } from '../model/engine.ts'
import type { LoadProgress } from '../model/load-progress.ts'
import type { ModelManifest } from '../model/manifest.ts'
import type { StreamOptions } from '../recognizer/stream-types.ts'
import type { Recognition } from '../recognizer/types.ts'

/** A page's message to its worker. What has an `id` is answered. */
export type ToWorker =
  | { kind: 'create'; id: number; options: CreateOptions }
  | { kind: 'recognize'; id: number; input: unknown; sampleRate: number | undefined }
  | { kind: 'stream'; stream: number; options: PlainStreamOptions; wanted: EventName[] }
  | { kind: 'push'; id: number; stream: number; samples: Float32Array }
  | { kind: 'end'; id: number; stream: number }
  | { kind: 'dispose'; id: number }
  /** Stops what has this id, or the stream. */
  | { kind: 'abort'; id?: number; stream?: number }
  /** An answer to `read`. */
  | { kind: 'asset'; read: number; bytes?: Uint8Array<ArrayBuffer>; error?: PlainError }

/** A worker's message to its page. */
export type ToPage =
  /** Its code runs, and it holds this lock. */
  | { kind: 'ready'; lock?: string }
  | { kind: 'answer'; id: number; value?: Created | Recognition; error?: PlainError }
  | { kind: 'progress'; progress: LoadProgress }
  | { kind: 'event'; stream: number; name: EventName; event: unknown }
  /** Asks for an asset of a source that only the page has. */
  | { kind: 'read'; read: number; path: string }

/** What a worker has made. */
export interface Created {
  manifest: ModelManifest
  engine: EngineName
}

export interface CreateOptions extends EngineOptions {
  model: string | undefined
  /** Where assets lie; none where the page reads them. */
  base: string | undefined
  /** Whether they lie where the code came from, which changes what to do when one is missing. */
  own: boolean
  /** URL of onnxruntime's module, where the page reads the assets and has one. */
  runtime: string | undefined
  silero: string | Uint8Array | ArrayBuffer | undefined
  /** Whether to tell of progress. */
  progress: boolean
}

export const eventNames = ['onEmotion', 'onSpeech', 'onLevel'] as const
export type EventName = (typeof eventNames)[number]
export type PlainStreamOptions = Omit<StreamOptions, EventName | 'onWorker' | 'signal'>

/** Samples of each channel, which is what of an AudioBuffer can be sent. */
export interface SentBuffer {
  sampleRate: number
  channels: Float32Array[]
}

/** An error as it can be sent: classes are lost on the way. */
export interface PlainError {
  code: string | undefined
  message: string
  cause: string | undefined
}
