export type { AssetSource } from '../assets.ts'
export { UndertoneError, type UndertoneErrorCode } from '../error.ts'
export { clampTopDb, type Features, relativeToMax } from './features.ts'
export {
  type ClipOptions,
  createFrontEnd,
  FrontEnd,
  type FrontEndOptions,
  type FrontEndStream,
} from './front-end.ts'
export { type FrontEndLoading, loadModule } from './module.ts'
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
  type FrontEndSettings,
  resolveSettings,
} from './settings.ts'
