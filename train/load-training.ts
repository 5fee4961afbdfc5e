import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { userPath, withFit } from './command-line.ts'
import { type Corpus, type Emotion, labelsOf } from './corpora/clip.ts'
import { CorpusError } from './corpora/corpus-error.ts'
import { loadCorpus } from './corpora/load-corpus.ts'
import type { Example } from './features/example.ts'
import { extractCorpus } from './features/extract-corpus.ts'
import { readStartingPoint, type StartingPoint } from './fit/starting-point.ts'
import { findRecipe } from './recipes/index.ts'
import type { Recipe } from './recipes/recipe.ts'

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
  if (!values.data) throw new CorpusError('Say where the corpus is: --data PATH.')
  const recipe = withFit(findRecipe(values.recipe), values)
  const whole = await loadCorpus(values.corpus, userPath(values.data), values.note)
  const excluded = values.exclude?.split(',').filter(Boolean) ?? []
  const speakers = new Set(whole.clips.map((clip) => clip.speaker))
  const unknown = excluded.filter((speaker) => !speakers.has(speaker))
  if (unknown.length > 0) {
    throw new CorpusError(`${whole.name} has no speaker ${unknown.join(', ')} to exclude.`)
  }
  const clips = whole.clips.filter((clip) => !excluded.includes(clip.speaker))
  const from = values.from ? await readStartingPoint(userPath(values.from)) : undefined
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
