/** Each file by itself: webpack gives them names with a hash, which can be cached for good. */
export const assets = {
  'worker.js': new URL('undertone/dist/standalone/worker.js', import.meta.url),
  'microphone-worklet.js': new URL('undertone/dist/microphone-worklet.js', import.meta.url),
  'undertone-frontend.wasm': new URL('undertone/dist/undertone-frontend.wasm', import.meta.url),
  'undertone-engine.wasm': new URL('undertone/dist/undertone-engine.wasm', import.meta.url),
  'models/undertone-6-int8/manifest.json': new URL(
    'undertone/dist/models/undertone-6-int8/manifest.json',
    import.meta.url,
  ),
  'models/undertone-6-int8/model.onnx': new URL(
    'undertone/dist/models/undertone-6-int8/model.onnx',
    import.meta.url,
  ),
}
