import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import { assetsAt, defaultAssets } from '#assets'
import type { AssetSource } from '../../src/assets.ts'
import { loadModel, type Model } from '../../src/model/load-model.ts'
import { damaged, testAssets, tinyFile, tinyModel } from '../fixtures/assets.ts'

let loaded: Model | undefined

afterEach(async () => {
  await loaded?.engine.dispose()
  loaded = undefined
})

const load = (assets: AssetSource, model: string | URL = 'tiny') => loadModel({ assets, model })

test.each([
  ['a missing model', { 'models/tiny/model.onnx': undefined }, 'asset-missing'],
  [
    'one byte of the model changed',
    { 'models/tiny/model.onnx': damaged(tinyFile('model.onnx')) },
    'asset-corrupt',
  ],
  [
    'a manifest that is none',
    { 'models/tiny/manifest.json': Buffer.from('<html>') },
    'manifest-invalid',
  ],
  ['a model that is no ONNX', pretending(Buffer.from('no ONNX at all')), 'engine-failed'],
  [
    'other names in the graph',
    pretending(readFileSync(tinyFile('model.onnx')), { input: 'spectrogram' }),
    'manifest-invalid',
  ],
])('refuses %s, and starts afterwards', async (_, changes, code) => {
  await expect(load(testAssets(changes))).rejects.toMatchObject({ name: 'UndertoneError', code })
  loaded = await load(testAssets())
  const { frames } = loaded.manifest.window
  const scores = await loaded.engine.run(new Float32Array(frames * 40), [1, frames, 40])
  expect(scores).toHaveLength(4)
})

test('names the models that there are for one that is unknown', async () => {
  const index = Buffer.from('["tiny","large"]')
  await expect(load(testAssets({ 'models/index.json': index }), 'huge')).rejects.toMatchObject({
    code: 'model-unknown',
    message: 'There is no model "huge" here; there is tiny, large.',
  })
})

test('does not call a model unknown that cannot be reached', async () => {
  const changes = {
    'models/index.json': Buffer.from('["tiny"]'),
    'models/tiny/manifest.json': undefined,
  }
  await expect(load(testAssets(changes))).rejects.toMatchObject({ code: 'asset-missing' })
})

test.each(['', '..', 'a b', '.hidden'])('refuses %j as a name', async (name) => {
  await expect(load(testAssets(), name)).rejects.toMatchObject({ code: 'model-unknown' })
})

test.each([
  ['path', tinyModel],
  ['URL', new URL('./', tinyFile('manifest.json'))],
])("loads a model of one's own by its %s", async (_, model) => {
  loaded = await load(testAssets(), model)
  expect(loaded.manifest.labels).toEqual(['neutral', 'happy', 'sad', 'angry'])
})

test("says where a model of one's own was looked for, and what belongs there", async () => {
  await expect(load(testAssets(), './no-such-model')).rejects.toMatchObject({
    code: 'asset-missing',
    message: expect.stringMatching(/no-such-model\/\. See that a model's folder is there/),
  })
})

test("says how to get Undertone's own files when they are missing", async () => {
  const error = await defaultAssets()
    .read('no-such.wasm')
    .catch((error) => error)
  expect(error).toMatchObject({ code: 'asset-missing' })
  expect(error.message).toMatch(/install the package again, or in a checkout run "npm run build"/)
  await expect(assetsAt('/no-such-folder').read('a.wasm')).rejects.toMatchObject({
    message: expect.stringMatching(/See that `assets` names/),
  })
})

test('stops when it is aborted', async () => {
  const controller = new AbortController()
  const loading = loadModel({ assets: testAssets(), model: 'tiny', signal: controller.signal })
  controller.abort()
  await expect(loading).rejects.toMatchObject({ code: 'aborted' })
})

/** A model file with a manifest that vouches for it. */
function pretending(model: Uint8Array, graph = {}) {
  const manifest = JSON.parse(readFileSync(tinyFile('manifest.json'), 'utf8'))
  Object.assign(manifest.files.model, {
    bytes: model.length,
    sha256: createHash('sha256').update(model).digest('hex'),
  })
  Object.assign(manifest.graph, graph)
  return {
    'models/tiny/model.onnx': model,
    'models/tiny/manifest.json': Buffer.from(JSON.stringify(manifest)),
  }
}
