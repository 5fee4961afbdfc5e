import { emotions } from 'undertone/corpora'
import { authorsProtocol } from '../protocols/at-random.ts'
import { protocolNamed } from '../protocols/index.ts'
import { recipes } from '../recipes/index.ts'
import { epochsOf, type PublishedFigure, type Recipe } from '../recipes/recipe.ts'
import { TrainingError } from '../training-error.ts'
import { type Calibration, calibration } from './calibration.ts'
import { type ConditionName, conditions } from './conditions.ts'
import type { FoldResult, ProtocolFacts, Scored, TestedClip } from './fold-result.ts'
import type { Leak } from './leaks.ts'
import type { compared, Listeners, Nearness } from './listeners.ts'
import { type ClassScores, classMeans, classScores, confusionOf, metricsOf } from './metrics.ts'
import { type Intervals, speakerIntervals } from './speaker-bootstrap.ts'
import { completeSeeds, type Summary, summarize, uarBeyondDesign } from './summary.ts'

/** All that is known of an experiment: means over its folds and seeds, and figures of its clips. */
export interface Assessment extends Summary {
  protocolFacts: ProtocolFacts
  /** Of the tested clips, BCP 47, as far as their corpora tell. */
  languages: string[]
  labels: string[]
  /** Mean over the folds that no recipe was compared on. */
  uarBeyondDesign?: number
  /** Over all clips tested, of all folds and seeds at once. */
  pooled: {
    uar: number
    wa: number
    /** Mean of the classes' precisions. */
    precision: number
    /** Mean of the classes' F1. */
    f1: number
    /** Absent where there are too few speakers. */
    intervals?: Intervals
  }
  classes: ClassScores[]
  /** Of all seeds: `confusion[truth][prediction]`, in the order of the labels. */
  confusion: number[][]
  calibration: Calibration & {
    /** In how many of the runs a temperature was fitted to validation clips; and their mean. */
    fitted: { runs: number; of: number; temperature?: number }
  }
  speakers: SpeakerScores[]
  sexes: GroupScores[]
  /** The same folds from files by `recognize()`, and how far they are from the trainer's. */
  shipped?: Repeated
  /** The same folds made harder to hear, by the conditions of `conditions.ts`. */
  conditions: (Repeated & { name: ConditionName; description: string })[]
  listeners?: BesideListeners
  twins?: Twins
  authors?: AuthorsClaim
  /** What others publish by the same protocol. */
  published?: Published
  /** Where it was trained for another number of epochs than its recipe says. */
  epochs?: { trained: number; recipe: number }
  /** The same with a leak, to show what that feigns: see `withLeaks`. */
  leaks?: Leak[]
  versions: Record<string, string>
}

/** A test that was repeated otherwise, and how far that is from the first. */
export interface Repeated {
  uar: number
  wa: number
  runs: number
  of: number
  uarPoints: number
  waPoints: number
  /** Of these runs; absent where one of them was kept without. */
  classes?: ClassScores[]
}

/** How clips were heard, and other recordings of them. */
export interface Twins {
  /** Different ones that there are two recordings of. */
  clips: number
  /** Share of them whose two recordings are heard as the same emotion. */
  same: number
  /** Absent where there are too few speakers. */
  interval?: Intervals['wa']
  /** Share that is right: of the corpus's recordings, and of the others. */
  wa: number
  twinWa: number
}

/** Over the clips of all folds and seeds that have votes. */
export type BesideListeners = Listeners & { runs: number; of: number }

export interface GroupScores {
  name: string
  /** Different ones. */
  clips: number
  uar: number
  wa: number
}

export interface SpeakerScores extends GroupScores {
  corpus: string
  sex?: 'female' | 'male'
}

/** What a system's authors say that it reaches. */
export interface AuthorsClaim {
  /** As they put it. */
  claim: string
  /** Accuracy, 0 to 1: the least that they claim. */
  accuracy: number
  /** Why it falls short, as far as was found. */
  why?: string
  /**
   * Points of accuracy that the figure measured by their own protocol falls short of it, at least
   * 0. Absent by other protocols, whose figures say nothing of the claim.
   */
  shortfall?: number
}

export interface Published extends Omit<PublishedFigure, 'protocol'> {
  /** Points of UAR that the figure measured falls short of it, at least 0. */
  shortfall: number
}

const conditionNames = Object.keys(conditions) as ConditionName[]

/** A tested clip, and how it was heard by one seed's model. */
interface Judged {
  clip: TestedClip
  truth: number
  prediction: number
  confidence: number
  /** What its other recording was heard as. */
  twin?: number
}

/**
 * Everything that an experiment's results say.
 * @param results of one experiment, see `experimentsOf`
 * @param recipe theirs, where it is none of `recipes`
 * @throws {RangeError} when there are none
 * @throws {TrainingError} when a tested clip has a label that was not scored
 */
export function assess(
  results: readonly FoldResult[],
  recipe: Recipe | undefined = recipes.find(({ name }) => name === results[0]?.recipe),
): Assessment {
  const complete = completeSeeds(results).complete.flatMap(({ results }) => results)
  const first = complete[0]
  if (!first) throw new RangeError('There are no results to assess.')
  const protocolFacts = factsOf(first, recipe)
  const summary = summarize(results, protocolFacts)
  const labels = labelsOf(complete)
  const judged = complete.flatMap((result) => judge(result, labels))
  const confusion = confusionOfClips(labels, judged)
  const { uar, wa } = metricsOf(labels, confusion)
  // Every seed tests the same clips.
  const classes = classScores(labels, confusion).map((one) => ({
    ...one,
    clips: one.clips / summary.seeds.length,
  }))
  const { precision, f1 } = classMeans(classes)
  const speakers = grouped(judged, ({ corpus, speaker }) => `${corpus} ${speaker}`)
  const intervals = speakerIntervals(
    labels,
    speakers.map((own) => confusionOfClips(labels, own)),
  )
  const beyond = uarBeyondDesign(summary, protocolFacts)
  const shipped = repeatedOf(complete, ({ shipped }) => shipped, labels)
  const listeners = listenersOf(complete)
  const twins = twinsOf(judged, labels)
  const authors = claimOf(summary, recipe)
  const published = publishedOf(summary, recipe)
  const scored = (name: string, own: Judged[]): GroupScores => {
    const { uar, wa } = metricsOf(labels, confusionOfClips(labels, own))
    return { name, clips: distinct(own), uar, wa }
  }
  return {
    ...summary,
    protocolFacts,
    languages: [...new Set(judged.flatMap(({ clip }) => clip.language ?? []))].sort(),
    labels,
    ...(beyond === undefined ? {} : { uarBeyondDesign: beyond }),
    pooled: {
      ...{ uar, wa, precision, f1 },
      ...(intervals ? { intervals } : {}),
    },
    classes,
    confusion,
    calibration: {
      ...calibration(
        judged.map(({ confidence, truth, prediction }) => ({
          confidence,
          right: truth === prediction,
        })),
      ),
      fitted: fittedOf(complete),
    },
    speakers: speakers.map((own) => {
      const { corpus, speaker, sex } = own[0]!.clip
      return { corpus, ...(sex ? { sex } : {}), ...scored(speaker, own) }
    }),
    sexes: grouped(
      judged.filter(({ clip }) => clip.sex),
      ({ sex }) => sex!,
    ).map((own) => scored(own[0]!.clip.sex!, own)),
    ...(shipped ? { shipped } : {}),
    conditions: conditionNames.flatMap((name) => {
      const repeated = repeatedOf(complete, ({ conditions }) => conditions?.[name], labels)
      return repeated ? { name, description: conditions[name].description, ...repeated } : []
    }),
    ...(listeners ? { listeners } : {}),
    ...(twins ? { twins } : {}),
    ...(authors ? { authors } : {}),
    ...(published ? { published } : {}),
    ...otherEpochs(first),
    versions: first.versions,
  }
}

function otherEpochs({ recipe, history = [] }: FoldResult): Pick<Assessment, 'epochs'> {
  const known = recipes.find(({ name }) => name === recipe)
  const trained = history.length
  const asked = known ? epochsOf(known) : 0
  return asked === 0 || trained === 0 || trained === asked
    ? {}
    : { epochs: { trained, recipe: asked } }
}

/** What a reader has to know of the protocol that a result was measured by. */
function factsOf(result: FoldResult, recipe: Recipe | undefined): ProtocolFacts {
  if (result.protocolFacts) return result.protocolFacts
  const { description, sharesSpeakers, folds, designFolds, classes, betweenCorpora } =
    result.protocol === 'authors' && recipe
      ? authorsProtocol(recipe)
      : protocolNamed(result.protocol)
  return {
    ...{ description, sharesSpeakers, folds, designFolds },
    ...(classes ? { classes } : {}),
    ...(betweenCorpora ? { betweenCorpora } : {}),
  }
}

/** Labels of all folds, which a fold need not have a clip of, in the vocabulary's order. */
function labelsOf(results: readonly FoldResult[]): string[] {
  const all = new Set(results.flatMap(({ labels }) => labels))
  const known = emotions.filter((emotion) => all.has(emotion))
  return [...known, ...[...all].filter((label) => !known.includes(label as (typeof known)[0]))]
}

function judge({ labels: own, tested }: FoldResult, labels: readonly string[]): Judged[] {
  return tested.map((clip) => {
    const truth = labels.indexOf(clip.emotion)
    if (truth < 0) {
      throw new TrainingError(
        `${clip.corpus}/${clip.id} is ${clip.emotion}, which its model has no score for: only ${own.join(', ')}.`,
      )
    }
    const confidence = Math.max(...clip.scores)
    const heard = (scores: readonly number[]) =>
      labels.indexOf(own[scores.indexOf(Math.max(...scores))]!)
    const twin = clip.twin ? { twin: heard(clip.twin) } : {}
    return { clip, truth, prediction: heard(clip.scores), confidence, ...twin }
  })
}

const confusionOfClips = (labels: readonly string[], judged: readonly Judged[]): number[][] =>
  confusionOf(
    labels.length,
    judged.map(({ truth }) => truth),
    judged.map(({ prediction }) => prediction),
  )

/** In groups of the same key, in the order of these: numbers by size. */
function grouped(judged: readonly Judged[], keyOf: (clip: TestedClip) => string): Judged[][] {
  const groups = new Map<string, Judged[]>()
  for (const one of judged) {
    const key = keyOf(one.clip)
    const group = groups.get(key)
    if (group) group.push(one)
    else groups.set(key, [one])
  }
  return [...groups]
    .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
    .map(([, group]) => group)
}

const distinct = (judged: readonly Judged[]): number =>
  new Set(judged.map(({ clip }) => `${clip.corpus} ${clip.id}`)).size

function repeatedOf(
  results: readonly FoldResult[],
  otherwise: (result: FoldResult) => Scored | undefined,
  labels: readonly string[],
): Repeated | undefined {
  const both = results.flatMap((result) => {
    const again = otherwise(result)
    return again ? { ...again, first: result } : []
  })
  if (both.length === 0) return undefined
  const uar = mean(both.map((again) => again.uar))
  const wa = mean(both.map((again) => again.wa))
  const counted = labels.map(() => labels.map(() => 0))
  for (const { first, confusion } of both) {
    const place = first.labels.map((label) => labels.indexOf(label))
    for (const [truth, row] of confusion?.entries() ?? []) {
      for (const [prediction, clips] of row.entries()) {
        counted[place[truth]!]![place[prediction]!]! += clips
      }
    }
  }
  const kept = both.every(({ confusion }) => confusion)
  return {
    ...(kept ? { classes: classScores(labels, counted) } : {}),
    uar,
    wa,
    runs: both.length,
    of: results.length,
    uarPoints: 100 * (uar - mean(both.map(({ first }) => first.uar))),
    waPoints: 100 * (wa - mean(both.map(({ first }) => first.wa))),
  }
}

function fittedOf(results: readonly FoldResult[]): Assessment['calibration']['fitted'] {
  const temperatures = results.flatMap(({ temperature }) => temperature ?? [])
  return {
    runs: temperatures.length,
    of: results.length,
    ...(temperatures.length > 0 ? { temperature: mean(temperatures) } : {}),
  }
}

/** Each clip of each seed once. */
function twinsOf(judged: readonly Judged[], labels: readonly string[]): Twins | undefined {
  const both = judged.filter(({ twin }) => twin !== undefined)
  if (both.length === 0) return undefined
  const share = (is: (one: Judged) => boolean) => both.filter(is).length / both.length
  const speakers = grouped(both, ({ corpus, speaker }) => `${corpus} ${speaker}`)
  const intervals = speakerIntervals(
    labels,
    speakers.map((own) =>
      confusionOf(
        labels.length,
        own.map(({ prediction }) => prediction),
        own.map(({ twin }) => twin!),
      ),
    ),
  )
  return {
    clips: distinct(both),
    same: share(({ prediction, twin }) => prediction === twin),
    ...(intervals ? { interval: intervals.wa } : {}),
    wa: share(({ truth, prediction }) => truth === prediction),
    twinWa: share(({ truth, twin }) => truth === twin),
  }
}

function listenersOf(results: readonly FoldResult[]): BesideListeners | undefined {
  const heard = results.flatMap(({ listeners }) => listeners ?? [])
  if (heard.length === 0) return undefined
  const clips = heard.reduce((sum, { clips }) => sum + clips, 0)
  const over = (who: keyof typeof compared): Nearness => {
    const of = (what: keyof Nearness) =>
      heard.reduce((sum, one) => sum + one.clips * one[who][what], 0) / clips
    return { agreement: of('agreement'), distance: of('distance') }
  }
  return {
    clips,
    model: over('model'),
    listener: over('listener'),
    mostHeard: over('mostHeard'),
    meanShares: over('meanShares'),
    runs: heard.length,
    of: results.length,
  }
}

function claimOf({ protocol, wa }: Summary, recipe: Recipe | undefined): AuthorsClaim | undefined {
  if (!recipe?.authors) return undefined
  const { claim, accuracy, why } = recipe.authors
  if (protocol !== 'authors') return { claim, accuracy }
  const shortfall = Math.max(0, 100 * (accuracy - wa))
  return { claim, accuracy, shortfall, ...(why && shortfall > 0 ? { why } : {}) }
}

function publishedOf(
  { protocol, uar }: Summary,
  recipe: Recipe | undefined,
): Published | undefined {
  if (recipe?.published?.protocol !== protocol) return undefined
  const { protocol: _, ...published } = recipe.published
  return { ...published, shortfall: Math.max(0, 100 * (published.uar - uar)) }
}

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length
