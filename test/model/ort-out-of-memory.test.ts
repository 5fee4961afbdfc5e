import { afterEach, expect, test, vi } from 'vitest'
import { loadModel } from '../../src/model/load-model.ts'
import { testAssets } from '../fixtures/assets.ts'

const load = () => loadModel({ assets: testAssets(), model: 'tiny', engine: 'ort' })

afterEach(() => {
  vi.restoreAllMocks()
})

// A file of its own: onnxruntime-web remembers a failed start for as long as its module lives.
test('starts after starts that ran out of memory', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  const instantiate = vi.spyOn(WebAssembly, 'instantiate').mockImplementation(() => {
    throw new RangeError('Out of memory')
  })
  for (let attempt = 0; attempt < 2; attempt++) {
    await expect(load()).rejects.toMatchObject({
      code: 'engine-failed',
      message: expect.stringContaining('Out of memory'),
    })
  }
  expect(instantiate).toHaveBeenCalledTimes(2)
  instantiate.mockRestore()
  const { engine, manifest } = await load()
  const { frames } = manifest.window
  expect(await engine.run(new Float32Array(frames * 40), [1, frames, 40])).toHaveLength(4)
  await engine.dispose()
})
