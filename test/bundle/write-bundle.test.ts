import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeBundle } from '../../src/bundle/write-bundle.ts'
import { createRecognizer } from '../../src/index.ts'
import { defaultModel } from '../../src/recognizer/default-model.ts'
import { distFile, sample, tinyFile, tinyModel } from '../fixtures/assets.ts'
import { modelWithEinsum } from '../fixtures/unknown-operator.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'undertone-bundle-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const write = (name: string, singleFile = false, model: string | undefined = tinyModel) =>
  writeBundle({ out: join(folder, name), model, singleFile })
const read = (...path: string[]) => readFileSync(join(folder, ...path))
const filesIn = (name: string) =>
  readdirSync(join(folder, name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, name).length + 1))
    .sort()
const sha = (bytes: Uint8Array, encoding: 'hex' | 'base64') =>
  createHash('sha256').update(bytes).digest(encoding)

describe.each([
  ['a folder', false],
  ['single files', true],
])('%s', (_, singleFile) => {
  test('has a list of all files, as they are', async () => {
    const name = `list-${singleFile}`
    const written = await write(name, singleFile)
    const list = JSON.parse(read(name, 'integrity.json').toString())
    expect(list).toEqual(written)
    expect([...Object.keys(list.files), 'integrity.json'].sort()).toEqual(filesIn(name))
    for (const [path, { bytes, sha256 }] of Object.entries(written.files)) {
      const content = read(name, path)
      expect([content.length, sha(content, 'hex')]).toEqual([bytes, sha256])
    }
    expect(list.model).toEqual({ name: 'tiny', version: '1.0.0', licence: 'MIT' })
  })

  test('is the same for the same files, and of another version for others', async () => {
    const { version } = await write(`a-${singleFile}`, singleFile)
    expect((await write(`b-${singleFile}`, singleFile)).version).toBe(version)
    const other = await write(`a-${singleFile}`, singleFile, defaultModel)
    expect(other.version).not.toBe(version)
    expect(other.version).toMatch(/^\d+\.\d+\.\d+-[0-9a-f]{16}$/)
  })

  test('has the terms of all that is in it', async () => {
    const name = `terms-${singleFile}`
    await write(name, singleFile, defaultModel)
    expect(filesIn(name)).toEqual(expect.arrayContaining(['LICENSE', 'THIRD-PARTY-NOTICES.txt']))
    const card = singleFile
      ? [`${defaultModel}.md`]
      : ['undertone', 'models', defaultModel, 'README.md']
    expect(read(name, ...card).toString()).toMatch(/Open Database License|ODbL/)
  })
})

test('a folder is all that a recognizer needs, with the one model', async () => {
  await write('assets')
  const recognizer = await createRecognizer({
    assets: join(folder, 'assets/undertone'),
    model: 'tiny',
  })
  expect((await recognizer.recognize(sample('1001_ITS_HAP_XX.wav'))).emotion).toBe('sad')
  await recognizer.dispose()
  await expect(
    createRecognizer({ assets: join(folder, 'assets/undertone'), model: defaultModel }),
  ).rejects.toThrow(/there is tiny\./)
})

test('the service worker knows every other file, and the version', async () => {
  const { files } = await write('worker')
  const script = read('worker', 'service-worker.js').toString()
  const known = JSON.parse(script.match(/UNDERTONE_BUNDLE=(.*);\n/)?.[1] ?? '')
  const others = Object.keys(files).filter((path) => path !== 'service-worker.js')
  expect(Object.keys(known.files).sort()).toEqual(others.sort())
  for (const [path, hash] of Object.entries(known.files)) {
    expect(hash).toBe(`sha256-${sha(read('worker', path), 'base64')}`)
  }
  expect(known.version).toMatch(/^\d/)
})

test('the page that is one file allows itself alone, by its hashes', async () => {
  await write('page', true)
  const page = read('page', 'undertone.html').toString()
  const policy = page.match(/http-equiv="Content-Security-Policy"\s+content="([^"]*)"/)?.[1] ?? ''
  expect(policy).toMatch(/^default-src 'none'; /)
  expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|blob:|https?:|connect-src/)
  const [, script = ''] = page.match(/<script>(.*)<\/script>/s) ?? []
  const [, style = ''] = page.match(/<style>(.*)<\/style>/s) ?? []
  expect(policy).toContain(`script-src 'sha256-${sha(Buffer.from(script), 'base64')}'`)
  expect(policy).toContain(`style-src 'sha256-${sha(Buffer.from(style), 'base64')}'`)
  expect(script.length).toBeGreaterThan(5e5)
  expect(/<\/?script|<!--|\0|\r/i.test(script)).toBe(false)
  // But for data, nothing has an address.
  expect([...page.matchAll(/<[^>]*\s(?:src|href)="(?!data:)[^"]*"/g)].length).toBe(0)
})

describe('onnxruntime-web', () => {
  const runtime = 'ort-wasm-simd-threaded.wasm'

  test('is left out where the model runs without, and taken in where that is asked for', async () => {
    const { engine, files } = await write('without')
    expect(engine).toBe('lite')
    expect(Object.keys(files)).toContain('undertone/undertone-engine.wasm')
    expect(Object.keys(files).filter((path) => /\bort\b/.test(path))).toEqual([])
    const options = { out: join(folder, 'with'), model: tinyModel, singleFile: false }
    const written = await writeBundle({ ...options, onnxruntime: true })
    expect(written.engine).toBe('lite')
    expect(Object.keys(written.files)).toEqual(
      expect.arrayContaining(['undertone/ort.js', `undertone/${runtime}`]),
    )
  })

  test.each([
    [false, 'undertone/ort-wasm-simd-threaded.wasm'],
    [true, 'undertone.js'],
  ])('is there where the model needs it, in one file: %s', async (singleFile, path) => {
    const model = join(folder, 'einsum')
    mkdirSync(model, { recursive: true })
    const einsum = modelWithEinsum()
    writeFileSync(join(model, 'manifest.json'), einsum.manifest)
    writeFileSync(join(model, 'model.onnx'), einsum.model)
    const { engine } = await write('needed', singleFile, model)
    expect(engine).toBe('ort')
    if (singleFile) {
      expect(read('needed', path).includes(`"${runtime}":"`)).toBe(true)
      return
    }
    expect(read('needed', path).length).toBe(readFileSync(distFile(runtime)).length)
    const assets = join(folder, 'needed/undertone')
    const recognizer = await createRecognizer({ assets, model: 'tiny' })
    expect(recognizer.engine).toBe('ort')
    expect((await recognizer.recognize(sample('1001_ITS_HAP_XX.wav'))).emotion).toMatch(/\w/)
    await recognizer.dispose()
  })
})

test('what is in the script is what was built', async () => {
  await write('script', true)
  const script = read('script', 'undertone.js').toString()
  const [, wasm = ''] = script.match(/"undertone-engine\.wasm":"([^"]+)"/) ?? []
  const unpacked = gunzipSync(Buffer.from(wasm, 'base64'))
  expect(unpacked.equals(readFileSync(distFile('undertone-engine.wasm')))).toBe(true)
  expect(script).not.toContain('"ort-wasm-simd-threaded.wasm":"')
  expect(script.charCodeAt(0)).toBe(0xfeff)
})

describe('the folder that is asked for', () => {
  test('is made with all above it, and an earlier bundle in it is replaced', async () => {
    await write('new/folder')
    await write('new/folder', true)
    expect(filesIn('new/folder')).toContain('undertone.html')
    expect(filesIn('new/folder')).not.toContain('index.html')
    expect(readdirSync(join(folder, 'new'))).toEqual(['folder'])
  })

  test.each([
    ['holds other files', ['notes.txt'], /holds other files/],
    ['holds other files beside a bundle', ['integrity.json', 'notes.txt'], /holds .*none of a bun/],
  ])('is left alone where it %s', async (_, names, message) => {
    const name = `used-${names.length}`
    mkdirSync(join(folder, name))
    for (const file of names) writeFileSync(join(folder, name, file), '{"files":{}}')
    await expect(write(name)).rejects.toMatchObject({
      code: 'out-in-use',
      message: expect.stringMatching(message),
    })
    expect(filesIn(name)).toEqual(names)
  })

  test('is left alone where it is a file', async () => {
    writeFileSync(join(folder, 'file'), 'mine')
    await expect(write('file')).rejects.toMatchObject({ code: 'out-in-use' })
    expect(read('file').toString()).toBe('mine')
  })

  test('is left alone where the model is damaged, or not there', async () => {
    const model = join(folder, 'damaged-model')
    cpSync(tinyModel, model, { recursive: true })
    const bytes = readFileSync(tinyFile('model.onnx'))
    bytes[1000] = (bytes[1000] as number) ^ 1
    writeFileSync(join(model, 'model.onnx'), bytes)
    await expect(write('out', false, model)).rejects.toMatchObject({ code: 'asset-corrupt' })
    await expect(write('out', false, 'huge')).rejects.toMatchObject({ code: 'model-unknown' })
    expect(existsSync(join(folder, 'out'))).toBe(false)
  })
})
