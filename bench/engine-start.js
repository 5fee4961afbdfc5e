/**
 * One start of an engine in a process of its own, as plain JavaScript, so that nothing but it is
 * measured: its code from the disk, then its WebAssembly and the model, whose bytes are in memory, until
 * they are ready for inputs of a shape, and the first answer.
 *
 * Usage: node bench/engine-start.js lite|ort MODEL.onnx INPUT SIZE…
 */
import { readFileSync } from 'node:fs'

const [engine, file, input, ...sizes] = process.argv.slice(2)
const shape = sizes.map(Number)
const data = new Float32Array(shape.reduce((product, size) => product * size)).fill(-30)
const dist = new URL('../dist/', import.meta.url)
const wasmName = engine === 'lite' ? 'undertone-engine.wasm' : 'ort-wasm-simd-threaded.wasm'
const ort = import.meta.resolve('onnxruntime-web/wasm')
const onnx = new Uint8Array(readFileSync(file))
const wasm = new Uint8Array(readFileSync(new URL(wasmName, dist)))

const before = process.memoryUsage.rss()
const start = performance.now()
const code = await import(engine === 'lite' ? new URL('engine.node.js', dist) : ort)
const imported = performance.now()
const run = await (engine === 'lite' ? startLite() : startOrt())
const ready = performance.now()
await run()
const answered = performance.now()
for (let n = 0; n < 20; ++n) await run()
const after = process.memoryUsage.rss()
console.log(
  JSON.stringify({
    import_ms: imported - start,
    ready_ms: ready - imported,
    answer_ms: answered - start,
    rss_growth_bytes: after - before,
  }),
)

async function startLite() {
  const network = await code.createNetwork(onnx, { wasm })
  network.prepare({ [input]: shape })
  return () => network.run({ [input]: { data, shape } })
}

async function startOrt() {
  code.env.wasm.numThreads = 1
  code.env.logLevel = 'error'
  code.env.wasm.wasmBinary = wasm.buffer
  const session = await code.InferenceSession.create(onnx, { executionProviders: ['wasm'] })
  return () => session.run({ [input]: new code.Tensor('float32', data, shape) })
}
