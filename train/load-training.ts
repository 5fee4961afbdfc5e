import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Clip } from 'undertone/corpora'
import { type CommonValues, userPath, withFit } from './command-line.ts'
import { readVotes, type Votes } from './evaluation/listeners.ts'
import { type Data, findCorpora } from './find-corpora.ts'
import { readStartingPoint, type StartingPoint } from './fit/starting-point.ts'
import { speakerProtocol } from './protocols/index.ts'
import type { Protocol } from './protocols/protocol.ts'
import { findRecipe } from './recipes/index.ts'
import type { Recipe } from './recipes/recipe.ts'
import { TrainingError } from './training-error.ts'

const here = dirname(fileURLToPath(import.meta.url))

/** What a command line asks to train on. */
export interface Training {
  recipe: Recipe
  /** Clips with the recipe's labels alone. */
  data: Data
  from?: StartingPoint
  /** Folder that `from` was read from, and how the command line names it. */
  released?: string
  start?: string
  /** Folder of noise recordings. */
  noise?: string
  votes?: Votes
  /** Folders: of the runs, of the fold results, of computed features. */
  runs: string
  results: string
  cache: string
}

/** @returns undefined where no protocol is made for these corpora */
export const independentProtocol = ({ corpora, clips }: Data): Protocol | undefined =>
  speakerProtocol(
    corpora.map(({ name }) => name),
    clips,
  )

/** The speakers that an option names, with commas between. */
export function speakersIn(data: Data, option: string, list = ''): string[] {
  const named = list.split(',').filter(Boolean)
  const speakers = new Set(data.clips.map((clip) => clip.speaker))
  const unknown = named.filter((speaker) => !speakers.has(speaker))
  if (unknown.length > 0) {
    throw new TrainingError(`--${option}: ${data.name} has no speaker ${unknown.join(', ')}.`)
  }
  return named
}

export async function loadTraining(values: CommonValues & { results?: string }): Promise<Training> {
  const recipe = withFit(
    findRecipe(values.recipe ?? (values.from ? 'residual-cnn-transfer' : 'residual-cnn')),
    values,
  )
  const runs = values.runs ? userPath(values.runs) : join(here, 'runs')
  const whole = await findCorpora(values, recipe.corpora, join(runs, 'synthetic'))
  const clips = recipe.labels
    ? whole.clips.filter(({ emotion }) => recipe.labels?.includes(emotion))
    : whole.clips
  const start = values.from ?? (recipe.transfer ? 'undertone-6-quiet' : undefined)
  const released = start ? savedModel(start) : undefined
  const from = released ? await readStartingPoint(released) : undefined
  // Results of made-up data must never lie among real ones.
  const ownResults = values.synthetic ? join(runs, 'synthetic-results') : join(here, 'results')
  return {
    recipe,
    data: { ...whole, clips },
    ...(from && released && start ? { from, released, start } : {}),
    ...(values.noise ? { noise: userPath(values.noise) } : {}),
    ...(values.votes ? { votes: await votesOn(clips, userPath(values.votes)) } : {}),
    runs,
    results: values.results ? userPath(values.results) : ownResults,
    cache: values.cache ? userPath(values.cache) : join(here, '.cache', 'features'),
  }
}

async function votesOn(clips: readonly Clip[], path: string): Promise<Votes> {
  const votes = await readVotes(path)
  if (clips.some(({ id }) => votes.has(id))) return votes
  throw new TrainingError(`${path} has votes on none of these clips: are they of this corpus?`)
}

/** A released model by its name, or a folder. */
function savedModel(named: string): string {
  const released = join(here, 'released', named)
  return /^[\w-]+$/.test(named) && existsSync(released) ? released : userPath(named)
}

export const withoutSpeakers = (clips: readonly Clip[], speakers: readonly string[]): Clip[] =>
  clips.filter((clip) => !speakers.includes(clip.speaker))
