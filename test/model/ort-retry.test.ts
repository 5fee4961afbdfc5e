import { readFileSync } from 'node:fs'
import { beforeEach, expect, test, vi } from 'vitest'
import type { AssetSource } from '../../src/assets.ts'
import { damaged, distFile, testAssets } from '../fixtures/assets.ts'

const wasm = 'ort-wasm-simd-threaded.wasm'

// onnxruntime is started once for all engines: each test wants to see its first start.
beforeEach(() => {
  vi.resetModules()
})

async function load(assets: AssetSource) {
  const { loadModel } = await import('../../src/model/load-model.ts')
  return loadModel({ assets, model: 'tiny', engine: 'ort' })
}

async function expectToStart() {
  const { engine, manifest } = await load(testAssets())
  const { frames } = manifest.window
  expect(await engine.run(new Float32Array(frames * 40), [1, frames, 40])).toHaveLength(4)
  await engine.dispose()
}

test.each([
  ['its wasm missing', undefined, 'asset-missing'],
  ['one byte of its wasm changed', damaged(distFile(wasm)), 'asset-corrupt'],
  ['its wasm cut off', readFileSync(distFile(wasm)).subarray(0, 1e6), 'asset-corrupt'],
])('starts after a start with %s', async (_, content, code) => {
  const broken = load(testAssets({ [wasm]: content }))
  await expect(broken).rejects.toMatchObject({ name: 'UndertoneError', code })
  await expectToStart()
})

test('starts others while one start fails', async () => {
  const { loadManifest, startEngine } = await import('../../src/model/load-model.ts')
  const manifest = await loadManifest({ assets: testAssets(), model: 'tiny' })
  // In this order: what the first start reads of onnxruntime, the next ones share.
  const starts = [testAssets({ [wasm]: undefined }), testAssets(), testAssets()].map((assets) =>
    startEngine(manifest, { assets, model: 'tiny', engine: 'ort' }),
  )
  const results = await Promise.allSettled(starts)
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled'])
})

test("gives back the memory of onnxruntime's file", async () => {
  const assets = testAssets()
  let bytes: Uint8Array | undefined
  const read: AssetSource['read'] = async (path, signal) => {
    const content = await assets.read(path, signal)
    if (path === wasm) bytes = content
    return content
  }
  const { engine } = await load({ ...assets, read })
  expect(bytes?.buffer.byteLength).toBe(0)
  await engine.dispose()
})
