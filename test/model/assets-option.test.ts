import { readFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { createRecognizer } from '../../src/index.ts'
import { assetsFrom } from '../../src/model/assets-option.ts'
import { defaultModel } from '../../src/recognizer/default-model.ts'
import { distFile, sample, tinyFile } from '../fixtures/assets.ts'

const clip = sample('1001_ITS_HAP_XX.wav')
const places = {
  'undertone-frontend.wasm': distFile('undertone-frontend.wasm'),
  'undertone-engine.wasm': distFile('undertone-engine.wasm'),
  [`models/${defaultModel}/manifest.json`]: tinyFile('manifest.json'),
  [`models/${defaultModel}/model.onnx`]: tinyFile('model.onnx'),
}
const changed = <T>(change: (url: URL) => T) =>
  Object.fromEntries(Object.entries(places).map(([path, url]) => [path, change(url)]))

test.each([
  ['URLs one by one', places],
  ['URLs as texts', changed((url) => url.href)],
  ['paths', changed((url) => fileURLToPath(url))],
  ['bytes', changed((url) => new Uint8Array(readFileSync(url)))],
  ['buffers', changed((url) => new Uint8Array(readFileSync(url)).buffer)],
])('a recognizer takes %s', async (_, assets) => {
  const recognizer = await createRecognizer({ assets })
  expect((await recognizer.recognize(clip)).emotion).toBe('sad')
  await recognizer.dispose()
})

test('bytes that were given stay as they were, for the next recognizer', async () => {
  const bytes = new Uint8Array(readFileSync(tinyFile('model.onnx')))
  const copy = await assetsFrom({ model: bytes }).read('model')
  expect(copy).toEqual(bytes)
  expect(copy.buffer).not.toBe(bytes.buffer)
})

test('a script in bytes has a URL with it in it', async () => {
  const source = 'export default "ä".length'
  const url = assetsFrom({ 'a.js': new TextEncoder().encode(source) }).url('a.js')
  expect(url).toMatch(/^data:text\/javascript;base64,/)
  expect((await import(url)).default).toBe(1)
})

test.each([
  [{}, /Add "undertone-frontend\.wasm" to `assets`|Add "models\/.*manifest\.json"/],
  [{ ...places, 'undertone-frontend.wasm': '/nowhere.wasm' }, /nowhere\.wasm.*Add "undertone-fr/],
  [
    { ...places, 'undertone-frontend.wasm': 'https://example.com/a.wasm' },
    /Cannot read https:\/\/example\.com\/a\.wasm/,
  ],
])('what is missing is named (%#)', async (assets, message) => {
  await expect(createRecognizer({ assets })).rejects.toMatchObject({
    code: 'asset-missing',
    message: expect.stringMatching(message),
  })
})

test.each([[5], [null], [['a']], [{ 'a.wasm': 5 }]])('refuses %j', async (assets) => {
  await expect(createRecognizer({ assets: assets as never })).rejects.toMatchObject({
    code: 'settings-invalid',
    message: expect.stringMatching(/assets must be/),
  })
})

test('a name that every object has is no asset', () => {
  expect(() => assetsFrom({}).url('toString')).toThrow(/There is no toString/)
  expect(pathToFileURL('/a').href).toBe(assetsFrom({ a: '/a' }).url('a'))
})
