import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Corpus, type Emotion, labelsOf, loadCorpus } from 'undertone/corpora'
import { UsageError, userPath, withFit } from './command-line.ts'
import type { Example } from './features/example.ts'
import { extractCorpus } from './features/extract-corpus.ts'
import { readStartingPoint, refuseHeard, type StartingPoint } from './fit/starting-point.ts'
import { findRecipe } from './recipes/index.ts'
import type { Recipe } from './recipes/recipe.ts'
import { TrainingError } from './training-error.ts'

const here = dirname(fileURLToPath(import.meta.url))

/** What a command line asks to train on, loaded. */
export interface Training {
  recipe: Recipe
  corpus: Corpus
  labels: Emotion[]
  /** Of every clip that could be read, in the corpus's order. */
  examples: Example[]
  from?: StartingPoint
  /** Folders: of the runs, and of the fold results. */
  runs: string
  results: string
}

/** The speakers that an option names, with commas between. */
export function speakersIn(corpus: Corpus, option: string, list = ''): string[] {
  const named = list.split(',').filter(Boolean)
  const speakers = new Set(corpus.clips.map((clip) => clip.speaker))
  const unknown = named.filter((speaker) => !speakers.has(speaker))
  if (unknown.length > 0) {
    throw new TrainingError(`--${option}: ${corpus.name} has no speaker ${unknown.join(', ')}.`)
  }
  return named
}

export async function loadTraining(values: {
  data?: string
  corpus: string
  note?: string
  recipe: string
  epochs?: string
  keep?: string
  schedule?: string
  from?: string
  runs?: string
  results?: string
  cache?: string
  /** Speakers to leave out, with commas between. */
  exclude?: string
}): Promise<Training> {
  if (!values.data) throw new UsageError('Say where the corpus is: --data PATH.')
  const recipe = withFit(findRecipe(values.recipe), values)
  const whole = await loadCorpus(values.corpus, userPath(values.data), values.note)
  if (whole.found < whole.publishedAs) {
    console.error(
      `${whole.name}: ${whole.found} clips are here of the ${whole.publishedAs} that the corpus has.`,
    )
  }
  const excluded = speakersIn(whole, 'exclude', values.exclude)
  const clips = whole.clips.filter((clip) => !excluded.includes(clip.speaker))
  const from = values.from ? await readStartingPoint(userPath(values.from)) : undefined
  if (from) refuseHeard(from, whole.name, excluded)
  return {
    recipe,
    corpus: { ...whole, clips },
    labels: labelsOf(clips),
    examples: await extractCorpus(clips, recipe.frontEnd, values.cache),
    ...(from ? { from } : {}),
    runs: values.runs ? userPath(values.runs) : join(here, 'runs'),
    results: values.results ? userPath(values.results) : join(here, 'results'),
  }
}
