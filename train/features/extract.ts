import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Clip } from 'undertone/corpora'
import { createFrontEnd, prepare } from 'undertone/frontend'
import { checkAugmentation } from '../augmentation/waveform.ts'
import { TrainingError } from '../training-error.ts'
import { builtCode } from './built-code.ts'
import { type FeatureRecipe, needRecordings, tailOf } from './clip-features.ts'
import type { Example } from './example.ts'
import type { ExtractionTask } from './extraction.ts'
import { extractOnThreads } from './extraction-threads.ts'

export interface ExtractSettings extends FeatureRecipe {
  /** false: the copies alone, for a caller who has the clips themselves. */
  originals?: boolean
}

export interface ExtractOptions {
  /**
   * Folder where features are kept between runs, by the content of file, code and settings. When
   * it can't be written to, a warning says so and the extraction goes on without it.
   */
  cache: string
  /** Threads; by default one a core, and fewer for a few clips. */
  jobs?: number
  onProgress?: (done: number, total: number) => void
  /** By default, to stderr. */
  onWarning?: (message: string) => void
}

/** Below this, a further thread takes longer to start than it saves. */
const clipsPerThread = 32

/**
 * Computes every clip's features, and those of its copies, by the same WebAssembly module that a
 * device runs. Copies are of whatever clips are named: only of the training part, once it is split.
 * @returns examples by clip, then copy; and the clips that can't be read, which are left out
 * @throws {TrainingError} when no clip can be read, or for copies that make no sense
 * @throws {UndertoneError} `settings-invalid` of front end or preparation
 */
export async function extractFeatures(
  clips: readonly Clip[],
  settings: ExtractSettings,
  options: ExtractOptions,
): Promise<{ examples: Example[]; unreadable: { clip: Clip; reason: string }[] }> {
  const { originals = true, ...recipe } = settings
  const { cache, onProgress, onWarning = console.error } = options
  const bins = await check(recipe)
  const copies = [0, ...(recipe.copies ?? []).map((_, i) => i + 1)].slice(originals ? 0 : 1)
  if (clips.length === 0 || copies.length === 0) return { examples: [], unreadable: [] }
  const enough = Math.min(availableParallelism(), Math.ceil(clips.length / clipsPerThread))
  const { jobs = enough } = options
  if (!Number.isInteger(jobs) || jobs < 1) {
    throw new TrainingError(`Features need a whole number of threads from 1 on, not ${jobs}.`)
  }

  let store = true
  const goOnWithout = (reason: string) => {
    if (store) {
      onWarning(
        `Features can't be kept in ${cache} (${reason}); going on without: the next run will compute them again. Make room there, or choose another folder.`,
      )
    }
    store = false
  }
  await mkdir(cache, { recursive: true }).catch((error) => goOnWithout(error.message))

  const clipOf = new Map<ExtractionTask, number>()
  function* tasks(): Generator<ExtractionTask> {
    for (const [i, { path, id }] of clips.entries()) {
      const task = { path, id, copies, store }
      clipOf.set(task, i)
      yield task
    }
  }
  const found: ({ features: Float32Array[]; content: string } | string)[] = []
  let done = 0
  onProgress?.(0, clips.length)
  const setup = { recipe, versions: await versionsOf(recipe), cache }
  await extractOnThreads(setup, Math.min(jobs, clips.length), tasks(), (task, result) => {
    found[clipOf.get(task)!] = 'features' in result ? result : result.unreadable
    if ('unstored' in result && result.unstored) goOnWithout(result.unstored)
    onProgress?.(++done, clips.length)
  })

  const tail = tailOf(recipe.frontEnd)
  const examples: Example[] = []
  const unreadable: { clip: Clip; reason: string }[] = []
  for (const [i, clip] of clips.entries()) {
    const result = found[i]!
    if (typeof result === 'string') unreadable.push({ clip, reason: result })
    else {
      for (const [at, features] of result.features.entries()) {
        const frames = features.length / bins - tail
        examples.push({
          ...{ clip, copy: copies[at]!, features, frames, bins },
          content: result.content,
        })
      }
    }
  }
  if (examples.length === 0) {
    throw new TrainingError(
      `None of ${clips.length} clips could be read; the first: ${unreadable[0]?.reason}`,
    )
  }
  return { examples, unreadable }
}

/** Whatever would fail for every clip fails here, once. */
async function check(recipe: FeatureRecipe): Promise<number> {
  const { preparation, copies = [], recordings = [] } = recipe
  const frontEnd = await createFrontEnd(recipe.frontEnd)
  prepare(new Float32Array(1), frontEnd.settings.sampleRate, preparation)
  for (const steps of copies) checkAugmentation(steps, recordings.length > 0)
  return frontEnd.bins
}

/** Each changes whenever the same file would give other numbers. */
async function versionsOf(recipe: FeatureRecipe): Promise<string[]> {
  const { frontEnd, preparation, copies = [], seed = 0, recordings = [] } = recipe
  const settings = Object.entries(frontEnd).sort(([a], [b]) => (a < b ? -1 : 1))
  const original = hash([
    ...(await builtCode()),
    await readFile(new URL('./clip-features.ts', import.meta.url)),
    JSON.stringify([settings, preparation]),
  ])
  if (copies.length === 0) return [original]
  const code = hash(await filesIn(new URL('../augmentation/', import.meta.url)))
  const noise = copies.some(needRecordings)
    ? hash(await Promise.all(recordings.map((path) => readFile(path))))
    : ''
  return [
    original,
    ...copies.map((steps, i) =>
      hash([original, code, JSON.stringify([steps, seed, i + 1, needRecordings(steps) && noise])]),
    ),
  ]
}

async function filesIn(folder: URL): Promise<Buffer[]> {
  const names = (await readdir(fileURLToPath(folder))).sort()
  return Promise.all(names.map((name) => readFile(new URL(name, folder))))
}

function hash(parts: readonly (string | Uint8Array)[]): string {
  const all = createHash('sha256')
  for (const part of parts) all.update(`${part.length}\n`).update(part)
  return all.digest('hex')
}
