/** Runs small ONNX networks in WebAssembly SIMD, on this thread: see `createNetwork`. */
export type { AssetSource } from '../assets.ts'
export { UndertoneError, type UndertoneErrorCode } from '../error.ts'
export type { AssetsOption } from '../model/assets-option.ts'
export { type EngineLoading, hasRelaxedSimd, loadEngineModule } from './module.ts'
export {
  createNetwork,
  type LayerTime,
  type Network,
  type NetworkInput,
  type Numbers,
} from './network.ts'
