import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Clip, labelsOf } from 'undertone/corpora'
import { createFrontEnd } from 'undertone/frontend'
import type { Example } from './features/example.ts'
import { extractFeatures } from './features/extract.ts'
import { fit } from './fit/fit.ts'
import type { Training } from './load-training.ts'
import type { Split } from './protocols/protocol.ts'

/** A run that is not made. */
export interface PlannedRun extends Split {
  name: string
}

/** Tells what runs would take: clips, memory, steps, and the time by a few steps on made-up data. */
export async function dryRun({ recipe, data, from }: Training, planned: readonly PlannedRun[]) {
  const { bins } = await createFrontEnd(recipe.frontEnd)
  const { frames } = recipe.window
  const { epochs, batchSize } = recipe.fit
  const times = 1 + recipe.copies.length
  const second = recipe.frontEnd.sampleRate / recipe.frontEnd.hopLength
  const megabytes = (data.clips.length * times * 3 * second * bins * 4) / 1e6
  console.log(
    `${data.clips.length} clips of ${data.name}; features of about ${megabytes.toFixed(0)} MB, at 3 s a clip, cached on disk and held in memory.`,
  )
  const clipSeconds = await secondsAClip(data.clips, recipe)
  const features = (clipSeconds * data.clips.length) / availableParallelism()
  const step = await secondsAStep(recipe, labelsOf(data.clips).length, bins, from)
  let total = 0
  for (const { name, train, validation, test } of planned) {
    const steps = stepsOf(recipe, train)
    // Scoring is a forward pass, a third of a step.
    const scored = (epochs * validation.length + test.length) / batchSize / 3
    const seconds = step * (steps + scored)
    total += seconds
    console.log(
      `${name}: trains on ${train.length}${times > 1 ? ` times ${times}` : ''}, validates on ${validation.length}, tests ${test.length}; ${steps} steps, ${duration(seconds)}`,
    )
  }
  console.log(
    `${planned.length} ${planned.length === 1 ? 'run' : 'runs'}, ${duration(total)} in all on this machine, windows of ${frames} × ${bins}; and ${duration(features)} for features, where they are not cached yet.`,
  )
}

/** Of all trainings that the recipe has. */
function stepsOf({ copies, fit, after }: Training['recipe'], train: readonly Clip[]): number {
  if (after) {
    const own = train.filter(({ corpus }) => corpus === after.alone)
    return stepsOf(after.recipe, train) + stepsOf({ ...after.recipe, copies, fit }, own)
  }
  const { draws = {}, oneOfCopies, batchSize, epochs } = fit
  const drawn = train.reduce((sum, { corpus }) => sum + (draws[corpus] ?? 1), 0)
  return Math.ceil((drawn * (oneOfCopies ? 1 : 1 + copies.length)) / batchSize) * epochs
}

/** Features of a few clips and their copies, on one thread, without the cache. */
async function secondsAClip(clips: readonly Clip[], recipe: Training['recipe']): Promise<number> {
  const { frontEnd, preparation, copies } = recipe
  // Recordings of noise would be read first; white noise takes as long to mix in.
  const white = copies.map((steps) =>
    steps.map((step) => (step.kind === 'noise' ? { ...step, from: 'white' as const } : step)),
  )
  const some = Array.from({ length: 5 }, (_, i) => clips[Math.floor((i * clips.length) / 5)]!)
  const cache = await mkdtemp(join(tmpdir(), 'undertone-dry-run-'))
  const settings = { frontEnd, preparation, copies: white, seed: 1 }
  try {
    // The first clip makes ready what the others find.
    await extractFeatures(some.slice(0, 1), settings, { cache, jobs: 1 })
    const started = performance.now()
    await extractFeatures(some.slice(1), settings, { cache, jobs: 1 })
    return (performance.now() - started) / 1000 / (some.length - 1)
  } finally {
    await rm(cache, { recursive: true, force: true })
  }
}

const duration = (seconds: number) =>
  seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`

async function secondsAStep(
  recipe: Training['recipe'],
  count: number,
  bins: number,
  from: Training['from'],
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'undertone-dry-run-'))
  const labels = [
    'neutral',
    'happy',
    'sad',
    'angry',
    'fearful',
    'disgust',
    'calm',
    'surprised',
    'bored',
  ] as const
  const some = labels.slice(0, count)
  const { batchSize } = recipe.fit
  const examples: Example[] = Array.from({ length: 4 * batchSize }, (_, i) => ({
    clip: { corpus: '', id: String(i), path: '', speaker: '', emotion: some[i % count]! },
    copy: 0,
    features: new Float32Array(recipe.window.frames * bins).map((_, j) => -40 + ((i * 31 + j) % 7)),
    frames: recipe.window.frames,
    bins,
  }))
  const times: number[] = []
  try {
    await fit({
      recipe: {
        ...recipe,
        fit: { ...recipe.fit, epochs: 1, keep: 'last', schedule: { kind: 'one-cycle' } },
      },
      labels: some,
      train: examples,
      validation: [],
      seed: 1,
      ...(from ? { from } : {}),
      folder,
      onStep: () => times.push(performance.now()),
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  // The first step makes what the others find ready.
  return Math.min(...times.slice(1).map((time, i) => time - times[i]!)) / 1000
}
