import type * as tf from '@tensorflow/tfjs-node'
import { type Clip, type Emotion, labelsOf } from 'undertone/corpora'
import type { Example } from '../features/example.ts'
import type { EpochRecord } from '../fit/checkpoint.ts'
import { fitRecipe } from '../fit/fit-recipe.ts'
import { refuseHeard, type StartingPoint } from '../fit/starting-point.ts'
import { commonLabels } from '../protocols/cross-corpus.ts'
import { type Protocol, type Split, split } from '../protocols/protocol.ts'
import { type Recipe, tells } from '../recipes/recipe.ts'
import { TrainingError } from '../training-error.ts'
import type { ConditionName } from './conditions.ts'
import type { Votes } from './listeners.ts'
import { metrics } from './metrics.ts'
import { among, scoreClips, temperatureOf, winner } from './score-clips.ts'

/** One training, and what it is tested on. */
export interface Fold {
  protocol: Protocol
  fold: number
  seed: number
  /** Of the data; between corpora, those of the one that the fold is about come first. */
  clips: readonly Clip[]
}

/**
 * Where a fold's features come from: the originals of clips, copies of training clips, and test
 * clips under a condition.
 */
export interface Features {
  originals(clips: readonly Clip[]): Promise<Example[]>
  copies(clips: readonly Clip[], seed: number): Promise<Example[]>
  under(condition: ConditionName, clips: readonly Clip[]): Promise<Example[]>
}

/** What a model gave on clips. */
export interface ScoredClips {
  labels: Emotion[]
  clips: Clip[]
  /** Of each clip, in the order of the labels. */
  scores: Float32Array[]
}

/** What a fold's model gave on one set of clips. */
export interface Tested extends ScoredClips {
  /** The corpus, where it is not all that is trained on. */
  testedOn?: string
  /** The same under conditions. */
  under: Partial<Record<ConditionName, Float32Array[]>>
  /** Scores of the clips that there is a twin of, by the clip's id. */
  twins: ReadonlyMap<string, Float32Array>
}

export interface FoldRun {
  model: tf.LayersModel
  labels: Emotion[]
  /** Clips heard, copies apart. */
  trainedOn: Clip[]
  history: EpochRecord[]
  sizes: { train: number; validation: number; test: number }
  /** Fitted to the validation clips, 1 where there are none; all scores are by it. */
  temperature: number
  tested: Tested[]
}

export const foldName = (recipe: Recipe, { protocol, fold, seed, clips }: Fold): string =>
  protocol.betweenCorpora
    ? `${recipe.name}-${protocol.name}-${clips[0]!.corpus}-seed-${seed}`
    : `${recipe.name}-${protocol.name}-fold-${fold}-seed-${seed}`

/**
 * Divides, and warns of what the figures would suffer from.
 * @throws {TrainingError} when an emotion that is tested has no training clip
 */
export function divide({ protocol, fold, clips }: Fold): Split {
  const parts = split(protocol, clips, fold)
  const trained = labelsOf(parts.train)
  if (!protocol.betweenCorpora) {
    const unheard = labelsOf(parts.test).filter((label) => !trained.includes(label))
    if (unheard.length > 0) {
      throw new TrainingError(
        `Fold ${fold} of ${protocol.name} tests ${unheard.join(', ')}, of which no clip is trained on. Leave these labels out, or give more speakers.`,
      )
    }
    const tested = new Set(parts.test.map(({ corpus }) => corpus))
    const untested = labelsOf(parts.train.filter(({ corpus }) => tested.has(corpus))).filter(
      (label) => !labelsOf(parts.test).includes(label),
    )
    if (untested.length > 0) {
      console.error(
        `Fold ${fold} of ${protocol.name} has no clip of ${untested.join(', ')} to test: these have no part in its UAR.`,
      )
    }
  }
  return parts
}

export interface RunOptions {
  from?: StartingPoint
  /** Folder of checkpoints. */
  runs: string
  /** That of the recipe that this one goes on from. */
  firstRuns?: string | undefined
  /** That the test is repeated under. */
  conditions?: readonly ConditionName[]
  /** Of listeners, for recipes that learn from them. */
  votes?: Votes
  /** Other recordings of clips, with the same ids, which are tested too. */
  twins?: readonly Clip[]
  onEpoch?: (record: EpochRecord) => void
}

/**
 * Trains a recipe on one fold and scores the clips that it never saw.
 * @param parts the fold's clips, by {@link divide}
 */
export async function runFold(
  recipe: Recipe,
  fold: Fold,
  parts: Split,
  features: Features,
  { from, runs, firstRuns, conditions = [], twins = [], votes, onEpoch }: RunOptions,
): Promise<FoldRun> {
  if (from) {
    const unheard = [...parts.validation, ...parts.test]
    for (const corpus of new Set(unheard.map(({ corpus }) => corpus))) {
      const ofIt = unheard.filter((clip) => clip.corpus === corpus)
      refuseHeard(from, corpus, [...new Set(ofIt.map(({ speaker }) => speaker))])
    }
  }
  const { after } = recipe
  const told = ({ corpus }: Clip) => tells(recipe, corpus)
  const labels = labelsOf(parts.train.filter(told))
  const train = await features.originals(parts.train)
  if (recipe.copies.length > 0) train.push(...(await features.copies(parts.train, fold.seed)))
  const validation = await features.originals(
    parts.validation.filter(({ emotion }) => labels.includes(emotion)),
  )
  const { model, history } = await fitRecipe({
    ...{ recipe, labels, train, validation, seed: fold.seed, runs },
    name: foldName(recipe, fold),
    first: after && { name: foldName(after.recipe, fold), runs: firstRuns ?? runs },
    ...(from ? { from } : {}),
    ...(votes ? { votes } : {}),
    ...(onEpoch ? { onEpoch } : {}),
  })
  const answers = (corpus: string, clips: readonly Clip[]) =>
    commonLabels(
      labels,
      clips.filter((clip) => clip.corpus === corpus),
    )
  const temperature =
    temperatureOf(
      model,
      validation.filter(({ clip }) => told(clip)),
      labels,
      recipe,
      {
        ...(recipe.fit.ownLabelsAlone ? { answers: (corpus) => answers(corpus, parts.train) } : {}),
        ...(votes ? { votes } : {}),
      },
    ) ?? 1
  const tested: Tested[] = []
  // The test's labels are read from here on, and by nothing above.
  const sets =
    fold.protocol.betweenCorpora || fold.protocol.eachCorpus || after
      ? [...new Set(parts.test.filter(told).map(({ corpus }) => corpus))].map((corpus) => ({
          testedOn: corpus,
          clips: parts.test.filter((clip) => clip.corpus === corpus),
        }))
      : [{ clips: parts.test, testedOn: undefined }]
  for (const { clips, testedOn } of sets) {
    // What a corpus has and its test lacks stays among the answers, or leaving it out helps.
    const common = testedOn ? answers(testedOn, [...parts.train, ...parts.test]) : labels
    const examples = await features.originals(
      clips.filter(({ emotion }) => common.includes(emotion)),
    )
    const scoresOf = (examples: Example[]) =>
      scoreClips(model, examples, recipe, temperature).map((row) => among(row, labels, common))
    const under: Tested['under'] = {}
    for (const condition of conditions) {
      const heard = examples.map(({ clip }) => clip)
      under[condition] = await scoresOf(await features.under(condition, heard))
    }
    const ids = new Set(examples.map(({ clip }) => clip.id))
    const again = await features.originals(twins.filter(({ id }) => ids.has(id)))
    const rows = scoresOf(again)
    tested.push({
      ...(testedOn ? { testedOn } : {}),
      labels: common,
      clips: examples.map(({ clip }) => clip),
      scores: scoresOf(examples),
      under,
      twins: new Map(again.map(({ clip }, i) => [clip.id, rows[i]!])),
    })
  }
  return {
    model,
    labels,
    trainedOn: parts.train,
    history,
    sizes: { train: train.length, validation: validation.length, test: parts.test.length },
    temperature,
    tested,
  }
}

export function measure({ labels, clips, scores }: ScoredClips) {
  const truths = clips.map(({ emotion }) => labels.indexOf(emotion))
  return metrics(labels, truths, scores.map(winner))
}
