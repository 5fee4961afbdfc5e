import type { UndertoneError } from '../error.ts'
import type { TimelineEntry } from './types.ts'

/** How samples become events, for a stream and for the microphone. */
export interface LiveOptions {
  /** Seconds from one window to the next. Default: the model's, 0.5 s for the released ones. */
  hop?: number | undefined
  /**
   * Seconds over which scores are averaged, exponentially: what is older than this counts for less
   * than 37 %. 0 for none. Default 1.
   */
  smoothing?: number | undefined
  /**
   * How much higher than the present emotion's score another's has to be to take its place, 0…1.
   * Default 0.1.
   */
  hysteresis?: number | undefined
  /**
   * Whether windows without speech are told as such: `emotion: null`, never "neutral". Default
   * true; `false` scores every window, and `onSpeech` is not called. `'silero'` tells speech by
   * Silero's network instead of our own: see `silero` of `createRecognizer()`.
   */
  voiceActivity?: boolean | 'silero' | undefined
  /** Once for each window. */
  onEmotion?: ((event: EmotionEvent) => void) | undefined
  /** When speech begins, and half a second after it ended. */
  onSpeech?: ((event: SpeechEvent) => void) | undefined
  /** Every 50 ms of audio. */
  onLevel?: ((event: LevelEvent) => void) | undefined
  /** When the worker was lost (killed for its memory, say), and when another has taken its place. */
  onWorker?: ((event: WorkerEvent) => void) | undefined
  /** Ends it: what has not been seen yet is dropped, and later pushes are refused. */
  signal?: AbortSignal | undefined
}

export interface StreamOptions extends LiveOptions {
  /** Of the samples that are pushed, Hz: a whole number from 4000 to 384000. Default: the model's. */
  sampleRate?: number | undefined
  /**
   * What happens when samples come faster than the model scores them. `wait`, the default: nothing
   * is left out, and `push()` resolves the later; who does not await it is refused once ten
   * minutes of audio wait. `skip`: windows are left out until the stream has caught up, for
   * sources that cannot wait; the next event says how many.
   */
  overload?: 'wait' | 'skip' | undefined
}

/** What is heard in a window. Times are seconds of audio since the stream began. */
export type EmotionEvent = EmotionHeard | NoSpeechHeard

interface WindowHeard {
  start: number
  end: number
  /** Windows that were left out just before this one: only with `overload: 'skip'`. */
  skipped: number
}

export interface EmotionHeard extends WindowHeard {
  /** The emotion heard now, which does not flicker: see `smoothing` and `hysteresis`. */
  emotion: string
  /** Its score among `scores`. */
  confidence: number
  /** Every label's probability, averaged over the last windows. They add up to 1. */
  scores: Record<string, number>
  /** This window alone: what `recognize()` has in its timeline, exactly, for the same samples. */
  window: TimelineEntry
}

/** A window with less than 0.3 s of speech in it. Averages begin anew after it. */
export interface NoSpeechHeard extends WindowHeard {
  emotion: null
  confidence: null
  scores: null
  window: null
}

export interface SpeechEvent {
  /** Whether it began or ended. */
  speech: boolean
  /** When that was found, seconds since the stream began. */
  time: number
}

export interface WorkerEvent {
  /**
   * `lost`: what it had not told yet is lost. `restarted`: another goes on from `time`, with new
   * windows.
   */
  state: 'lost' | 'restarted'
  /** Seconds since the stream began. */
  time: number
  /** Why it was lost. */
  error?: UndertoneError
}

/** How loud it is, amplitudes of full scale 1. */
export interface LevelEvent {
  /** Where the 50 ms end, seconds since the stream began. */
  time: number
  /** Root mean square. */
  rms: number
  /** Largest magnitude. */
  peak: number
}

/** Emotions in samples that come bit by bit. */
export interface RecognitionStream {
  /**
   * Takes samples in, any number of them. Events come from within this call or later, in order.
   * @param samples mono, −1…1; copied, so the array may be used again at once
   * @returns resolved once they have been seen: whoever awaits it keeps no more than these in memory
   * @throws {UndertoneError} (rejected) `input-invalid` and `audio-not-finite`, after which the
   * stream is as it was; `stream-overrun`, `stream-ended`; and what ended the stream before its
   * time: `engine-failed`, `aborted`, `disposed`
   */
  push(samples: Float32Array): Promise<void>
  /**
   * Sees what is left, as of a clip that ends here, and closes the stream.
   * @returns resolved after the last event; calling it again gives the same promise
   * @throws {UndertoneError} (rejected) what ended the stream before its time
   */
  end(): Promise<void>
}
