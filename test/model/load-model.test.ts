import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { assetsAt, defaultAssets } from '#assets'
import type { AssetSource } from '../../src/assets.ts'
import { hasRelaxedSimd } from '../../src/engine/index.ts'
import type { EngineOptions } from '../../src/model/engine.ts'
import { loadModel, type Model } from '../../src/model/load-model.ts'
import { damaged, testAssets, tinyFile, tinyModel } from '../fixtures/assets.ts'
import { modelWithEinsum, vouchingFor } from '../fixtures/unknown-operator.ts'

let loaded: Model | undefined

afterEach(async () => {
  await loaded?.engine.dispose()
  loaded = undefined
})

type Changes = Parameters<typeof testAssets>[0]
type Choice = NonNullable<EngineOptions['engine']>
const load = (
  assets: AssetSource,
  model: string | URL = 'tiny',
  engine: Choice | undefined = undefined,
) => loadModel({ assets, model, engine })

const broken: [what: string, Changes, code: string, codeOfOrt?: string][] = [
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
  [
    'a model that is no ONNX',
    pretending(Buffer.from('no ONNX at all')),
    'model-invalid',
    'engine-failed',
  ],
  [
    'other names in the graph',
    pretending(readFileSync(tinyFile('model.onnx')), { input: 'spectrogram' }),
    'manifest-invalid',
  ],
]
const engines: Choice[] = ['auto', 'lite', 'ort']

describe.each(engines)('%s', (engine) => {
  test.each(broken)('refuses %s, and starts afterwards', async (...given) => {
    const [, changes, code, codeOfOrt = code] = given
    await expect(load(testAssets(changes), 'tiny', engine)).rejects.toMatchObject({
      name: 'UndertoneError',
      code: engine === 'ort' ? codeOfOrt : code,
    })
    loaded = await load(testAssets(), 'tiny', engine)
    const { frames } = loaded.manifest.window
    const scores = await loaded.engine.run(new Float32Array(frames * 40), [1, frames, 40])
    expect(scores).toHaveLength(4)
  })
})

test('names the models that there are for one that is unknown', async () => {
  const index = Buffer.from('["tiny","large"]')
  await expect(load(testAssets({ 'models/index.json': index }), 'huge')).rejects.toMatchObject({
    code: 'model-unknown',
    message:
      'There is no model "huge" here; there is tiny, large. Install its package beside undertone, or name its folder or URL, with a slash in it.',
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

describe('the engine', () => {
  const einsum = modelWithEinsum()
  const withEinsum = {
    'models/tiny/manifest.json': einsum.manifest,
    'models/tiny/model.onnx': einsum.model,
  }
  const runtime = ['ort-wasm-simd-threaded.wasm', 'undertone-engine.wasm']

  /** Loads, and tells which of the engines' files were read for it. */
  async function loadWatched(changes: Changes, engine?: Choice) {
    // onnxruntime's wasm is read once for all engines: this wants to see its first start.
    vi.resetModules()
    const { loadModel } = await import('../../src/model/load-model.ts')
    const assets = testAssets(changes)
    const read: string[] = []
    const watched: AssetSource = {
      ...assets,
      read(path, signal) {
        if (runtime.includes(path)) read.push(path)
        return assets.read(path, signal)
      },
    }
    loaded = await loadModel({ assets: watched, model: 'tiny', engine })
    return { name: loaded.engine.name, read }
  }

  test.each<[string, Choice | undefined, object]>([
    ['nothing', undefined, { name: 'lite', read: ['undertone-engine.wasm'] }],
    ['auto', 'auto', { name: 'lite', read: ['undertone-engine.wasm'] }],
    ['lite', 'lite', { name: 'lite', read: ['undertone-engine.wasm'] }],
    ['ort', 'ort', { name: 'ort', read: ['ort-wasm-simd-threaded.wasm'] }],
  ])('where %s is asked for, reads what it needs alone', async (_, engine, expected) => {
    expect(await loadWatched({}, engine)).toEqual(expected)
  })

  test('of a model with an operator that lite does not have is onnxruntime-web', async () => {
    const { name, read } = await loadWatched(withEinsum)
    expect(name).toBe('ort')
    expect(read).toContain('ort-wasm-simd-threaded.wasm')
    const scores = await loaded?.engine.run(new Float32Array(94 * 40).fill(-20), [1, 94, 40])
    expect(scores?.reduce((sum, score) => sum + score)).toBeCloseTo(1, 5)
  })

  test('lite names the operator that it does not have, and what has it', async () => {
    const refused = loadWatched(withEinsum, 'lite')
    await expect(refused).rejects.toMatchObject({
      code: 'model-unsupported',
      message: expect.stringMatching(/operators? Einsum.*onnxruntime-web can/),
    })
  })

  test('auto names it too where onnxruntime-web is not there', async () => {
    const changes = { ...withEinsum, 'ort-wasm-simd-threaded.wasm': undefined }
    await expect(loadWatched(changes)).rejects.toMatchObject({
      code: 'model-unsupported',
      message: expect.stringMatching(/Einsum.*is not there: ort-wasm-simd-threaded\.wasm/),
    })
  })

  test('that is missing is told of, and nothing else takes its place', async () => {
    const changes = { 'undertone-engine.wasm': undefined }
    await expect(loadWatched(changes)).rejects.toMatchObject({
      code: 'asset-missing',
      message: expect.stringContaining('undertone-engine.wasm'),
    })
  })

  test.each(['onnx', '', null, {}])('%j is none', async (engine) => {
    await expect(load(testAssets(), 'tiny', engine as never)).rejects.toMatchObject({
      code: 'settings-invalid',
      message: expect.stringContaining("'auto', 'lite' or 'ort'"),
    })
  })

  test('lite takes relaxed SIMD where that is asked for, and is there', async () => {
    const assets = testAssets()
    const read: string[] = []
    const watched: AssetSource = {
      ...assets,
      read(path, signal) {
        read.push(path)
        return assets.read(path, signal)
      },
    }
    loaded = await loadModel({ assets: watched, model: 'tiny', relaxedSimd: true })
    const wanted = hasRelaxedSimd() ? 'undertone-engine-relaxed.wasm' : 'undertone-engine.wasm'
    expect(read.filter((path) => path.startsWith('undertone-engine'))).toEqual([wanted])
  })
})

/** A model file with a manifest that vouches for it. */
function pretending(model: Uint8Array, graph = {}) {
  return {
    'models/tiny/model.onnx': model,
    'models/tiny/manifest.json': vouchingFor(model, graph),
  }
}
