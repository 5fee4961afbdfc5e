import { readFileSync } from 'node:fs'
import { env, InferenceSession, Tensor } from 'onnxruntime-web/wasm'
import type { Numbers } from '../../src/engine/index.ts'
import { distFile } from '../fixtures/assets.ts'

env.wasm.numThreads = 1
env.logLevel = 'error'
env.wasm.wasmBinary = new Uint8Array(readFileSync(distFile('ort-wasm-simd-threaded.wasm'))).buffer

/** A network on onnxruntime-web, to compare with. */
export async function createReference(onnx: Uint8Array, { optimized = true } = {}) {
  const session = await InferenceSession.create(onnx, {
    executionProviders: ['wasm'],
    // Optimized, graphs of 8 bits compute in whole numbers, which round otherwise.
    graphOptimizationLevel: optimized ? 'all' : 'disabled',
  })
  return {
    async run(inputs: Record<string, Numbers>): Promise<Record<string, Float32Array>> {
      const fed = Object.entries(inputs).map(([name, { data, shape }]) => [
        name,
        new Tensor('float32', data, shape),
      ])
      const results = await session.run(Object.fromEntries(fed))
      return Object.fromEntries(
        Object.entries(results).map(([name, { data }]) => [name, data as Float32Array]),
      )
    },
    dispose: () => session.release(),
  }
}
