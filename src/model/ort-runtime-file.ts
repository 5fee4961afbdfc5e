import type { ModelFile } from './manifest.ts'

/** onnxruntime-web 1.30.0's plain wasm build, as published; the build checks that it ships this. */
export const ortRuntimeFile: ModelFile = {
  path: 'ort-wasm-simd-threaded.wasm',
  bytes: 14239897,
  sha256: '3398c10d07d229bd91b364548e130e0e51a8e5704b88c7c083ebbeb78842dee2',
}
