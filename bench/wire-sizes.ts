import { readFileSync } from 'node:fs'
import { brotliCompressSync, constants } from 'node:zlib'
import type { BundleParts } from '../src/bundle/bundle-files.ts'
import { defaultModel } from '../src/index.ts'

/** A part of what a page loads, as it is on the wire. */
export interface WirePart {
  name: string
  files: string[]
  /** Of all files, each compressed for itself by brotli at its best. */
  bytes: number
  /** What it may have. */
  budget: number
  /** Whether it counts for what is ours and always loaded. */
  ours: boolean
}

/** What all parts of ours are to have together, with one model. */
export const aim = 400_000

/** The first part whose pattern a path has takes the file. Budgets leave a few per cent. */
const parts: { name: string; pattern: RegExp; budget: number; ours: boolean }[] = [
  { name: 'model', pattern: /^models\//, budget: 320_000, ours: true },
  { name: 'front end', pattern: /^undertone-frontend\.wasm$/, budget: 11_000, ours: true },
  {
    name: 'engine, relaxed SIMD',
    pattern: /^undertone-engine-relaxed\.wasm$/,
    budget: 8_000,
    ours: false,
  },
  { name: 'engine', pattern: /^(undertone-)?engine\./, budget: 27_000, ours: true },
  { name: "onnxruntime's wasm", pattern: /^ort-.*\.wasm$/, budget: 2_400_000, ours: false },
  { name: "onnxruntime's code", pattern: /^ort\./, budget: 24_000, ours: false },
  { name: 'MP3, for MP3 alone', pattern: /^mp3-/, budget: 50_000, ours: false },
  { name: 'FLAC, for FLAC alone', pattern: /^flac-/, budget: 28_000, ours: false },
  { name: 'Opus, for Opus alone', pattern: /^ogg-opus-/, budget: 57_000, ours: false },
  { name: 'Vorbis, for Vorbis alone', pattern: /^ogg-vorbis-/, budget: 50_000, ours: false },
  { name: 'hash, for plain http', pattern: /^sha2-/, budget: 5_000, ours: false },
  { name: "kiosk's page", pattern: /^kiosk\//, budget: 8_000, ours: false },
  { name: 'library', pattern: /\.js$/, budget: 42_000, ours: true },
]

/**
 * Measures every file of dist/ that a page with the default model may load.
 * @param runtime whether onnxruntime's wasm is measured too, which takes half a minute
 */
export function wireSizes({ runtime = true } = {}): WirePart[] {
  const model = defaultModel
  const dist = new URL('../dist/', import.meta.url)
  const read = (path: string) => readFileSync(new URL(path, dist))
  const { scripts, wasm, onnxruntime } = JSON.parse(
    read('bundle-parts.json').toString(),
  ) as BundleParts
  const manifest = `models/${model}/manifest.json`
  const { files } = JSON.parse(read(manifest).toString())
  const paths = [
    ...scripts,
    ...wasm,
    ...onnxruntime,
    manifest,
    `models/${model}/${files.model.path}`,
    'kiosk/index.html',
    'kiosk/style.css',
  ]
  const found = new Map<string, string[]>()
  for (const path of paths) {
    const part = parts.find(({ pattern }) => pattern.test(path))
    if (!part) throw new Error(`${path} is no part of what is measured: see bench/wire-sizes.ts.`)
    found.set(part.name, [...(found.get(part.name) ?? []), path])
  }
  return parts
    .filter(({ name }) => found.has(name) && (runtime || name !== "onnxruntime's wasm"))
    .map(({ name, budget, ours }) => {
      const files = found.get(name) ?? []
      const bytes = files.reduce((sum, path) => sum + brotliBytes(read(path)), 0)
      return { name, files, bytes, budget, ours }
    })
}

/** Bytes by brotli at its best. */
export const brotliBytes = (bytes: Uint8Array): number =>
  brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  }).length
