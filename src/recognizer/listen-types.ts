import type { UndertoneError } from '../error.ts'
import type { LiveOptions, StreamOptions } from './stream-types.ts'

export interface ListenOptions extends LiveOptions {
  /**
   * What to listen to: any `MediaStream` with sound in it, or an `AudioNode` of your own graph.
   * Both stay yours: `stop()` leaves them as they are. Default: the microphone.
   */
  source?: MediaStream | AudioNode | undefined
  /** Which microphone, as `navigator.mediaDevices.enumerateDevices()` has it. Default: the system's. */
  deviceId?: string | undefined
  /** Off by default, as the next two: it takes away some of what tells an emotion. */
  echoCancellation?: boolean | undefined
  noiseSuppression?: boolean | undefined
  autoGainControl?: boolean | undefined
  /** What happens when the model is slower than the sound: see `stream()`. Default `skip`. */
  overload?: StreamOptions['overload']
  /** The sound itself, as it comes, some 20 ms at a time: for pictures of it. */
  onSamples?: ((event: SamplesEvent) => void) | undefined
  /** When the sound stops coming, comes again, or has ended. */
  onState?: ((event: StateEvent) => void) | undefined
}

export interface SamplesEvent {
  /** Mono, −1…1. */
  samples: Float32Array
  /** Hz. */
  sampleRate: number
}

export interface StateEvent {
  /**
   * - `listening`: sound comes, or comes again; or it comes from another microphone now.
   * - `interrupted`: the platform has stopped the sound. Listening goes on by itself when it is
   *   given back.
   * - `unplugged`: the microphone is gone. Listening goes on by itself when one is there again.
   * - `restarting`: the worker was lost, for `error`, and another one is being started.
   * - `stopped`: it is over, by `stop()` or for the error.
   */
  state: 'listening' | 'interrupted' | 'unplugged' | 'restarting' | 'stopped'
  /**
   * Of `interrupted`: the audio was `suspended` (a call, a locked phone, a page not yet touched),
   * the microphone `muted`, or the page `frozen`. Of `listening`: the system's default microphone
   * is another one now, `device-changed`.
   */
  reason?: 'suspended' | 'muted' | 'frozen' | 'device-changed'
  /** What ended it, if anything went wrong. */
  error?: UndertoneError
}

/** A microphone, or another source, that is being listened to. */
export interface Listening {
  readonly state: StateEvent['state']
  /** Rate at which the sound comes, Hz. */
  readonly sampleRate: number
  /** What the microphone really gives, whatever was asked of it; nothing for an `AudioNode`. */
  getSettings(): MediaTrackSettings | undefined
  /**
   * Stops listening, gives the microphone back at once, and sees what was heard until then.
   * Calling it again gives the same promise.
   * @throws {UndertoneError} (rejected) what ended it before, such as `engine-failed`
   */
  stop(): Promise<void>
}
