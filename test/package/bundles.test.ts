import { readdirSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { beforeAll, describe, expect, test } from 'vitest'

const dist = fileURLToPath(new URL('../../dist/', import.meta.url))
const read = (path: string) => readFileSync(dist + path, 'utf8')

/** Files of dist/ that a browser may load, by following every import from the entries. */
let loaded: string[]

// Fails on any import that is not in dist/, Node's own modules among them.
beforeAll(async () => {
  const entries = [
    'index.js',
    'frontend.js',
    'engine.js',
    'audio.js',
    'worker.js',
    'microphone-worklet.js',
    'meter.js',
    'ort.js',
    'demo/main.js',
    'kiosk/main.js',
  ]
  const { metafile } = await build({
    absWorkingDir: dist,
    entryPoints: entries,
    outdir: 'unused',
    write: false,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    metafile: true,
    logLevel: 'silent',
  })
  loaded = Object.keys(metafile.inputs)
  expect(loaded).toEqual(expect.arrayContaining(entries))
})

describe('what a browser loads', () => {
  test('imports nothing from elsewhere', () => {
    expect(loaded.filter((path) => path.includes('..') || path.includes(':'))).toEqual([])
    expect(loaded.filter((path) => path.includes('.node'))).toEqual([])
  })

  test('makes no code from text', () => {
    for (const path of loaded) expect(read(path)).not.toMatch(/\beval\(|\bFunction\(|importScripts/)
  })

  test('starts nothing from blobs', () => {
    // onnxruntime-web's own, for threads from another origin, which nothing here asks for.
    for (const path of loaded.filter((path) => path !== 'ort.js')) {
      expect(read(path)).not.toMatch(/\bBlob\(|createObjectURL/)
    }
  })

  test('loads decoders and the engines only when they are needed', () => {
    const eager = new Set<string>()
    const follow = (path: string) => {
      if (eager.has(path)) return
      eager.add(path)
      for (const [, next] of read(path).matchAll(/(?:from|import)"\.\/([^"]+)"/g)) {
        follow(next as string)
      }
    }
    follow('index.js')
    expect(eager.size).toBeGreaterThan(1)
    expect([...eager].filter((path) => /^(ort|engine|mp3|flac|ogg|sha2)/.test(path))).toEqual([])
    const bytes = [...eager].reduce((sum, path) => sum + statSync(dist + path).size, 0)
    expect(bytes).toBeLessThan(60_000)
  })
})

test('the standalone worker imports nothing and makes no code from text', async () => {
  const { metafile } = await build({
    absWorkingDir: `${dist}standalone`,
    entryPoints: ['worker.js'],
    write: false,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    metafile: true,
    logLevel: 'silent',
  })
  expect(Object.keys(metafile.inputs)).toEqual(['worker.js'])
  expect(/\beval\(|\bFunction\(|importScripts/.test(read('standalone/worker.js'))).toBe(false)
})

test.each(['demo', 'kiosk'])('the page of the %s asks for nothing inline or elsewhere', (name) => {
  const page = read(`${name}/index.html`)
  expect(page).not.toMatch(/(src|href)="(https?:)?\/\//)
  expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|\bon\w+="/)
})

test('every bundled package is named with its licence, of the GPL family the MP3 decoder alone', () => {
  const notices = read('THIRD-PARTY-NOTICES.txt')
  const licences = new Map(
    [...notices.matchAll(/^(\S+) \d+\.\d+\.\d+ \((.+)\)$/gm)].map(([, name, id]) => [name, id]),
  )
  for (const name of ['onnxruntime-web', 'assemblyscript', 'mpg123-decoder', '@noble/hashes']) {
    expect(licences.has(name)).toBe(true)
  }
  const ofGpl = [...licences].filter(([, licence]) => licence?.includes('GPL'))
  expect(ofGpl).toEqual([['mpg123-decoder', 'MIT AND LGPL-2.1-only']])
})

test('every model of the checkout is there, and those that the package carries are listed', () => {
  const released = readdirSync(fileURLToPath(new URL('../../models/', import.meta.url)))
  expect(released).toContain('undertone-8')
  const listed = JSON.parse(read('models/index.json'))
  expect(listed).toEqual(released.filter((name) => !name.startsWith('undertone-8')))
  for (const name of released) {
    const { files } = JSON.parse(read(`models/${name}/manifest.json`))
    expect(statSync(`${dist}models/${name}/${files.model.path}`).size).toBe(files.model.bytes)
  }
})
