import { checkNames } from '../frontend/options.ts'
import type { ListenOptions } from './listen-types.ts'
import type { StreamOptions } from './stream-types.ts'
import type { RecognizeOptions, RecognizerOptions } from './types.ts'

/** All of them, or it does not compile. */
type Names<T> = Record<keyof T, 1>

const recognizer: Names<RecognizerOptions> = {
  assets: 1,
  model: 1,
  engine: 1,
  relaxedSimd: 1,
  threads: 1,
  worker: 1,
  silero: 1,
  signal: 1,
  onProgress: 1,
}

const live = {
  hop: 1,
  smoothing: 1,
  hysteresis: 1,
  voiceActivity: 1,
  overload: 1,
  onEmotion: 1,
  onSpeech: 1,
  onLevel: 1,
  onWorker: 1,
  signal: 1,
} as const

const known = {
  createRecognizer: recognizer,
  recognize: { sampleRate: 1, signal: 1 } satisfies Names<RecognizeOptions>,
  stream: { ...live, sampleRate: 1 } satisfies Names<StreamOptions>,
  listen: {
    ...live,
    source: 1,
    deviceId: 1,
    echoCancellation: 1,
    noiseSuppression: 1,
    autoGainControl: 1,
    onSamples: 1,
    onState: 1,
  } satisfies Names<ListenOptions>,
}

/**
 * Refuses options that would be ignored.
 * @throws {UndertoneError} `settings-invalid`
 */
export function checkOptions(of: keyof typeof known, options: object): void {
  checkNames(options, Object.keys(known[of]), `The options of ${of}()`)
}
