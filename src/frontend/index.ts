export type { AssetFiles, AssetSource } from '../assets.ts'
export { UndertoneError, type UndertoneErrorCode } from '../error.ts'
export { type DeltaOptions, delta } from './delta.ts'
export { clampTopDb, type Features, relativeToMax } from './features.ts'
export {
  type ClipOptions,
  createFrontEnd,
  FrontEnd,
  type FrontEndOptions,
  type FrontEndStream,
} from './front-end.ts'
export { loudness, normalizeLoudness, normalizePeak } from './loudness.ts'
export { type FrontEndLoading, loadModule } from './module.ts'
export { type NoiseReductionOptions, reduceNoise } from './noise-reduction.ts'
export { pool, type Statistic } from './pooling.ts'
export { type Preparation, prepare } from './preparation.ts'
export {
  createResampler,
  Resampler,
  type ResamplerOptions,
  type ResamplerRates,
  resample,
} from './resampler.ts'
export type { SampleOptions } from './samples.ts'
export {
  defaultFrontEndSettings,
  type FeatureKind,
  type FeatureSettings,
  type FrontEndSettings,
  resolveSettings,
} from './settings.ts'
export { type Interval, type TrimOptions, trim } from './trim.ts'
export { estimateTuning, type TuningOptions } from './tuning.ts'
