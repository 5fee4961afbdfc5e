import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { decodeAudio, toMono } from 'undertone/audio'
import type { Clip } from 'undertone/corpora'
import { createFrontEnd, type FeatureSettings, resample } from 'undertone/frontend'
import { TrainingError } from '../training-error.ts'
import type { Example } from './example.ts'

export interface ExtractOptions {
  /** Where features are kept between runs, by the content of file, front end and settings. */
  cache: string
  onProgress?: (done: number, total: number) => void
}

/**
 * Computes every clip's features by the same WebAssembly module that a device runs.
 * Unreadable clips are left out and returned by name; all unreadable is an error.
 */
export async function extractFeatures(
  clips: readonly Clip[],
  settings: FeatureSettings,
  { cache, onProgress }: ExtractOptions,
): Promise<{ examples: Example[]; unreadable: { clip: Clip; reason: string }[] }> {
  const frontEnd = await createFrontEnd(settings)
  const bins = frontEnd.bins
  // Frames centred beyond the clip that still hear its end.
  const tail = settings.center ? Math.ceil(settings.nFft / 2 / settings.hopLength) : 0
  const version = await frontEndVersion(settings)
  await mkdir(cache, { recursive: true })
  const examples: Example[] = []
  const unreadable: { clip: Clip; reason: string }[] = []
  for (const [i, clip] of clips.entries()) {
    onProgress?.(i, clips.length)
    try {
      const bytes = await readFile(clip.path)
      const key = createHash('sha256').update(version).update(bytes).digest('hex')
      const path = join(cache, `${key}.f32`)
      let features = await readCached(path)
      if (!features) {
        const audio = await decodeAudio(bytes)
        const samples = await resample(
          toMono(audio.channels),
          audio.sampleRate,
          settings.sampleRate,
        )
        const padded = new Float32Array(samples.length + tail * settings.hopLength)
        padded.set(samples)
        features = frontEnd.compute(padded).data
        await writeWhole(path, features)
      }
      examples.push({ clip, features, frames: features.length / bins - tail, bins })
    } catch (error) {
      unreadable.push({ clip, reason: error instanceof Error ? error.message : String(error) })
    }
  }
  onProgress?.(clips.length, clips.length)
  if (examples.length === 0) {
    throw new TrainingError(
      `None of ${clips.length} clips could be read; the first: ${unreadable[0]?.reason}`,
    )
  }
  return { examples, unreadable }
}

/** Changes whenever the same file would give other numbers. */
async function frontEndVersion(settings: FeatureSettings): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('undertone/frontend')
  const wasm = await readFile(join(dirname(entry), 'undertone-frontend.wasm'))
  const sorted = Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256')
    .update(wasm)
    .update(JSON.stringify(sorted))
    .update('tail')
    .digest('hex')
}

async function readCached(path: string): Promise<Float32Array | undefined> {
  try {
    const bytes = await readFile(path)
    return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

// Under another name first: what is interrupted half-way must not be taken for whole.
async function writeWhole(path: string, features: Float32Array): Promise<void> {
  const partial = `${path}.${process.pid}.partial`
  await writeFile(
    partial,
    new Uint8Array(features.buffer, features.byteOffset, features.byteLength),
  )
  await rename(partial, path)
}
