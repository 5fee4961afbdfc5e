/** Speech emotion recognition on the device: see `createRecognizer`. */
export type { AssetFiles, AssetSource } from './assets.ts'
export { UndertoneError, type UndertoneErrorCode } from './error.ts'
export type { AssetsOption } from './model/assets-option.ts'
export type { Engine, EngineName, EngineOptions } from './model/engine.ts'
export { loadManifest, loadModel, type Model, type ModelOptions } from './model/load-model.ts'
export type { LoadProgress } from './model/load-progress.ts'
export { type ModelFile, type ModelManifest, parseManifest } from './model/manifest.ts'
export type { SileroFile } from './model/silero.ts'
export { defaultModel } from './recognizer/default-model.ts'
export type {
  Listening,
  ListenOptions,
  SamplesEvent,
  StateEvent,
} from './recognizer/listen-types.ts'
export type {
  EmotionEvent,
  EmotionHeard,
  LevelEvent,
  LiveOptions,
  NoSpeechHeard,
  RecognitionStream,
  SpeechEvent,
  StreamOptions,
  WorkerEvent,
} from './recognizer/stream-types.ts'
export type {
  AudioInput,
  DecodedBuffer,
  Recognition,
  RecognizeOptions,
  Recognizer,
  RecognizerOptions,
  TimelineEntry,
} from './recognizer/types.ts'
export { createRecognizer } from './worker/create-recognizer.ts'
