import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createRecognizer, type LoadProgress } from '../../src/index.ts'
import { damaged, distFile, sample, testAssets, tinyFile } from '../fixtures/assets.ts'

const wasm = 'undertone-frontend.wasm'

test.each([
  ['without its wasm', { [wasm]: undefined }, 'asset-missing'],
  ['with one byte of its wasm changed', { [wasm]: damaged(distFile(wasm), 2) }, 'asset-corrupt'],
  ['without the model', { 'models/tiny/model.onnx': undefined }, 'asset-missing'],
  [
    'with settings that make no sense',
    { 'models/tiny/manifest.json': oddFft() },
    'settings-invalid',
  ],
])('fails %s, and starts afterwards', async (_, changes, code) => {
  const options = { model: 'tiny', assets: testAssets(changes) }
  await expect(createRecognizer(options)).rejects.toMatchObject({ name: 'UndertoneError', code })
  const recognizer = await createRecognizer({ model: 'tiny', assets: testAssets() })
  expect((await recognizer.recognize(sample('1001_ITS_HAP_XX.wav'))).emotion).toBeTypeOf('string')
  await recognizer.dispose()
})

test('stops when it is aborted', async () => {
  const signal = AbortSignal.abort()
  await expect(
    createRecognizer({ model: 'tiny', assets: testAssets(), signal }),
  ).rejects.toMatchObject({ code: 'aborted' })
})

test('tells how far it is, of files that it reads whole too', async () => {
  const told: LoadProgress[] = []
  const onProgress = (progress: LoadProgress) => told.push(progress)
  const recognizer = await createRecognizer({ model: 'tiny', assets: testAssets(), onProgress })
  const total = told[0]?.total ?? 0
  expect(total).toBeGreaterThanOrEqual(recognizer.manifest.files.model.bytes)
  expect(told[0]).toEqual({ loaded: 0, total })
  expect(told.at(-1)).toEqual({ loaded: total, total })
  await recognizer.dispose()
})

test('refuses options that it would ignore', async () => {
  const refused = (name: string) => ({
    code: 'settings-invalid',
    message: expect.stringContaining(`no '${name}'; there are `),
  })
  const assets = testAssets()
  await expect(createRecognizer({ modle: 'tiny', assets } as never)).rejects.toMatchObject(
    refused('modle'),
  )
  const recognizer = await createRecognizer({ model: 'tiny', assets })
  const file = sample('1001_ITS_HAP_XX.wav')
  await expect(recognizer.recognize(file, { rate: 16000 } as never)).rejects.toMatchObject(
    refused('rate'),
  )
  expect(() => recognizer.stream({ onemotion() {} } as never)).toThrow(
    expect.objectContaining(refused('onemotion')),
  )
  await expect(recognizer.listen({ echo: true } as never)).rejects.toMatchObject(refused('echo'))
  await recognizer.dispose()
})

function oddFft() {
  const manifest = JSON.parse(readFileSync(tinyFile('manifest.json'), 'utf8'))
  manifest.frontEnd.nFft = 500
  return Buffer.from(JSON.stringify(manifest))
}
