import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SAMPLES } from '../../src/demo/samples.ts'
import { defaultModel } from '../../src/index.ts'
import { chirp } from '../audio/chirp.ts'
import { fixture } from '../audio/fixtures.ts'
import { writeWav } from '../audio/wav-writer.ts'
import { damaged, distFile, tinyFile } from '../fixtures/assets.ts'
import {
  type Changes,
  choose,
  type Demo,
  drop,
  type OpenPage,
  openPage,
  press,
  settled,
  shownError,
  shownResult,
  startDemo,
  withTinyModel,
} from './demo-page.ts'

let demo: Demo
let open: OpenPage
beforeAll(async () => {
  demo = await startDemo()
  open = await openPage(demo)
})
afterAll(() => demo.close())

const [first, second] = SAMPLES
const clip = chirp(16_000, 0.3, 2)
const wav = (options: Parameters<typeof writeWav>[1]) => writeWav(clip, options)

/** The page shows this error alone, and answers the next clip. */
async function expectError({ page }: OpenPage, code: string) {
  expect(await shownError(page)).toMatchObject({ code, message: expect.stringMatching(/.{30,}/) })
  expect(await shownResult(page)).toBeUndefined()
  await press(page, first.file)
  expect(await shownError(page)).toBeUndefined()
  expect((await shownResult(page))?.title).toBe(first.title)
}

test.each<[string, Uint8Array, string]>([
  ['empty file', new Uint8Array(), 'audio-empty'],
  ['truncated header', wav({}).subarray(0, 30), 'audio-truncated'],
  ['half a file', wav({}).subarray(0, 5000), 'audio-truncated'],
  ['half an Opus file', fixture('mono.opus').bytes.subarray(0, 2000), 'audio-truncated'],
  ['zero samples', writeWav([[]]), 'audio-empty'],
  ['silence', writeWav([new Int16Array(16_000)]), 'audio-silent'],
  ['NaN samples', writeWav([[0, Number.NaN]], { format: 'f32' }), 'audio-not-finite'],
  ['text called .wav', new TextEncoder().encode('dear diary '.repeat(99)), 'audio-unrecognized'],
  ['2 GB length', wav({ dataSize: 0x7fffffff }), 'audio-truncated'],
  ['rate of 1 Hz', wav({ sampleRate: 1 }), 'sample-rate-unsupported'],
  ['rate of 10 MHz', wav({ sampleRate: 10e6 }), 'sample-rate-unsupported'],
  ['64 channels', writeWav(chirp(16_000, 0.01, 64)), 'too-many-channels'],
  ['damaged WebM', fixture('stereo.webm').bytes.subarray(0, 300), 'audio-unsupported'],
])('%s: one clear error, and the next clip works', async (name, bytes, code) => {
  await choose(open.page, `${name}.wav`, bytes)
  await expectError(open, code)
})

test('a folder: one clear error, and the next clip works', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'undertone-test-'))
  await drop(open.page, folder)
  rmSync(folder, { recursive: true })
  await expectError(open, 'not-a-file')
})

test('a missing sample: one clear error, and the next clip works', async () => {
  await open.change({ ...withTinyModel, [`demo/samples/${second.file}`]: undefined })
  await press(open.page, second.file)
  await expectError(open, 'asset-missing')
})

test('a missing decoder: one clear error, and the next clip works', async () => {
  const names = readdirSync(distFile('.')).filter((name) => name.startsWith('flac-'))
  expect(names).not.toEqual([])
  const missing = Object.fromEntries(names.map((name) => [name, undefined]))
  const other = await openPage(demo, { ...withTinyModel, ...missing })
  await choose(other.page, 'stereo.flac', fixture('stereo.flac').bytes)
  await expectError(other, 'asset-missing')
  await other.close()
})

test('a page that forbids WebAssembly: one clear error, and WAV is decoded', async () => {
  const html = readFileSync(distFile('demo/index.html'), 'utf8')
  const strict = html.replace(" 'wasm-unsafe-eval'", '')
  expect(strict).not.toBe(html)
  const other = await openPage(demo, {
    ...withTinyModel,
    'demo/': new TextEncoder().encode(strict),
  })
  const outcomes = await other.page.evaluate(`
    import(${JSON.stringify(new URL('../audio.js', demo.url).href)}).then(({ decodeAudio }) =>
      Promise.all(${JSON.stringify([fixture('mono.opus').bytes, wav({})].map((b) => [...b]))}.map(
        (file) => decodeAudio(Uint8Array.from(file)).then(({ format }) => format, ({ code }) => code),
      )),
    )`)
  expect(outcomes).toEqual(['audio-unsupported', 'wav'])
  await other.close()
})

const model = `models/${defaultModel}/model.onnx`
const manifest = `models/${defaultModel}/manifest.json`
test.each<[string, Changes, string]>([
  ['a missing front end', { 'undertone-frontend.wasm': undefined }, 'asset-missing'],
  ['a missing engine', { 'undertone-engine.wasm': undefined }, 'asset-missing'],
  ['a missing model', { [model]: undefined }, 'asset-missing'],
  ['a missing manifest', { [manifest]: undefined }, 'asset-missing'],
  ['a model with one byte changed', { [model]: damaged(tinyFile('model.onnx')) }, 'asset-corrupt'],
  [
    'an engine that is cut off',
    { 'undertone-engine.wasm': readFileSync(distFile('undertone-engine.wasm')).subarray(0, 5000) },
    'asset-corrupt',
  ],
  [
    'a manifest that is none',
    { [manifest]: new TextEncoder().encode('<!doctype html>') },
    'manifest-invalid',
  ],
])('%s: one clear error, and trying again works', async (_, changes, code) => {
  const failed = await openPage(demo, { ...withTinyModel, ...changes })
  const { page } = failed
  expect(await shownError(page)).toMatchObject({ code, message: expect.stringMatching(/.{30,}/) })
  // Asked for a clip all the same, it says the same.
  await press(page, first.file)
  expect(await shownError(page)).toMatchObject({ code })

  await page.reload()
  await settled(page)
  await failed.change(withTinyModel)
  await page.getByRole('button', { name: 'Try again' }).click()
  await settled(page)
  expect(await shownError(page)).toBeUndefined()
  await press(page, first.file)
  expect((await shownResult(page))?.title).toBe(first.title)
  await failed.close()
})
