import type { Clip } from 'undertone/corpora'
import { TrainingError } from '../training-error.ts'
import { everyTenth } from './every-tenth.ts'
import type { Protocol, Split } from './protocol.ts'

/** Each fold's speakers to test and to validate by, of each corpus. */
interface Fold {
  test: readonly string[]
  /** Absent: every tenth clip of the training speakers, where these are too few to spare one. */
  validation?: readonly string[]
}

/** Clips of other corpora are all trained on. */
function bySpeaker(
  corpus: string,
  folds: readonly Fold[],
): Pick<Protocol, 'corpora' | 'sharesSpeakers' | 'validationSharesSpeakers' | 'folds' | 'divide'> {
  return {
    corpora: [corpus],
    sharesSpeakers: false,
    validationSharesSpeakers: folds.some(({ validation }) => validation === undefined),
    folds: folds.length,
    divide(clips, fold) {
      const { test, validation } = folds[fold - 1]!
      const isIn = (clip: Clip, speakers: readonly string[]) =>
        clip.corpus === corpus && speakers.includes(clip.speaker)
      const heard = clips.filter((clip) => !isIn(clip, test))
      const tested = clips.filter((clip) => isIn(clip, test))
      if (!validation) return { ...everyTenth(heard), test: tested }
      return {
        train: heard.filter((clip) => !isIn(clip, validation)),
        validation: clips.filter((clip) => isIn(clip, validation)),
        test: tested,
      }
    },
  }
}

/** One fold a speaker; the two that follow validate. */
const eachSpeaker = (speakers: readonly string[]): Fold[] =>
  speakers.map((speaker, i) => ({
    test: [speaker],
    validation: [1, 2].map((next) => speakers[(i + next) % speakers.length]!),
  }))

// Five folds of actors of Luna-Jiménez et al. 2021 (doi:10.3390/s21227665).
const ravdessFolds: readonly Fold[] = [
  { test: ['2', '5', '14', '15', '16'], validation: ['3', '6'] },
  { test: ['3', '6', '7', '13', '18'], validation: ['10', '11'] },
  { test: ['10', '11', '12', '19', '20'], validation: ['8', '17'] },
  { test: ['8', '17', '21', '23', '24'], validation: ['1', '14'] },
  { test: ['1', '4', '9', '22'], validation: ['2', '5'] },
]

const cremaActors = Array.from({ length: 91 }, (_, i) => 1001 + i)
const cremaFolds: readonly Fold[] = [0, 1, 2, 3, 4].map((fold) => ({
  test: cremaActors.filter((actor) => actor % 5 === fold).map(String),
  // Every seventh training actor, the first ten of them.
  validation: cremaActors
    .filter((actor) => actor % 5 !== fold)
    .filter((_, i) => i % 7 === 3)
    .slice(0, 10)
    .map(String),
}))

export const ravdessSpeaker5Fold: Protocol = {
  name: 'ravdess-speaker-5fold',
  description:
    'RAVDESS speech, 8 classes, speaker-independent: the five folds of actors of Luna-Jiménez et al. (2021), each tested once by a model that never heard its actors; within a run, every choice is made on validation actors alone. Recipes were compared on folds 1 and 2, so the others are also given by themselves. Train and test share the corpus’s two sentences.',
  classes: 8,
  designFolds: [1, 2],
  ...bySpeaker('ravdess', ravdessFolds),
}

export const cremaDSpeaker5Fold: Protocol = {
  name: 'crema-d-speaker-5fold',
  description:
    'CREMA-D, 6 classes (what the actor meant), speaker-independent: five folds by actor number modulo 5; ten of the training actors, fixed, validate. Train and test share the corpus’s twelve sentences.',
  classes: 6,
  designFolds: [],
  ...bySpeaker('crema-d', cremaFolds),
}

export const emoDbLoso: Protocol = {
  name: 'emo-db-loso',
  description:
    'EMO-DB (German), 7 classes, leave one speaker out: each of the ten speakers is tested once by a model that never heard them; the two speakers that follow validate. Train and test share the corpus’s ten sentences.',
  classes: 7,
  designFolds: [],
  ...bySpeaker('emo-db', eachSpeaker(['03', '08', '09', '10', '11', '12', '13', '14', '15', '16'])),
}

export const saveeLoso: Protocol = {
  name: 'savee-loso',
  description:
    'SAVEE, 7 classes, leave one speaker out: each of the four men is tested once by a model that never heard him; every tenth clip of the others validates. Train and test share sentences.',
  classes: 7,
  designFolds: [],
  ...bySpeaker('savee', [{ test: ['DC'] }, { test: ['JE'] }, { test: ['JK'] }, { test: ['KL'] }]),
}

export const tessCrossSpeaker: Protocol = {
  name: 'tess-cross-speaker',
  description:
    'TESS, 7 classes, trained on one of its two women and tested on the other, both ways; every tenth clip of the first validates. Train and test share the corpus’s 200 words.',
  classes: 7,
  designFolds: [],
  ...bySpeaker('tess', [{ test: ['OAF'] }, { test: ['YAF'] }]),
}

/** Each corpus's folds; one that has fewer is heard whole in the others. */
const corpusFolds: Record<string, readonly Fold[]> = {
  ravdess: ravdessFolds,
  'crema-d': cremaFolds,
  savee: [['DC'], ['JE'], ['JK'], ['KL'], []].map((test) => ({ test, validation: [] })),
  tess: [['OAF'], ['YAF'], [], [], []].map((test) => ({ test, validation: [] })),
  'emo-db': [
    ['03', '08'],
    ['09', '10'],
    ['11', '12'],
    ['13', '14'],
    ['15', '16'],
  ].map((test) => ({ test, validation: [] })),
}

const byCorpusFolds: Pick<Protocol, 'sharesSpeakers' | 'folds' | 'designFolds' | 'divide'> = {
  sharesSpeakers: false,
  folds: 5,
  designFolds: [],
  divide(clips, fold) {
    const split: Split = { train: [], validation: [], test: [] }
    for (const clip of clips) {
      const { test, validation } = corpusFolds[clip.corpus]?.[fold - 1] ?? { test: [] }
      const part = test.includes(clip.speaker)
        ? 'test'
        : validation?.includes(clip.speaker)
          ? 'validation'
          : 'train'
      split[part].push(clip)
    }
    return split
  },
}

/** The speaker-independent folds of all corpora of a recipe that joins several. */
export const jointSpeaker5Fold: Protocol = {
  name: 'joint-speaker-5fold',
  description:
    'CREMA-D, RAVDESS, SAVEE and TESS together, speaker-independent: in each of five folds, other speakers of the corpora are tested (RAVDESS’s published folds, CREMA-D’s by actor number modulo 5, one of SAVEE’s men in folds 1 to 4, one of TESS’s women in folds 1 and 2) by a model that never heard them; actors of RAVDESS and CREMA-D validate. Train and test share sentences.',
  corpora: ['crema-d', 'ravdess', 'savee', 'tess'],
  ...byCorpusFolds,
}

/** Trained on several corpora together, each of which is then tested by itself. */
export const eachCorpusSpeaker5Fold: Protocol = {
  name: 'each-corpus-speaker-5fold',
  description:
    'Trained on CREMA-D, EMO-DB, RAVDESS, SAVEE and TESS together and tested on each by itself, over the labels that it has, speaker-independent: in each of five folds, other speakers of every corpus are tested (RAVDESS’s published folds, CREMA-D’s by actor number modulo 5, two of EMO-DB’s ten, one of SAVEE’s men in folds 1 to 4, one of TESS’s women in folds 1 and 2) by a model that never heard them; actors of RAVDESS and CREMA-D validate. Recipes were compared on folds 1 and 2. Train and test share sentences.',
  corpora: ['crema-d', 'emo-db', 'ravdess', 'savee', 'tess'],
  ...byCorpusFolds,
  designFolds: [1, 2],
  eachCorpus: true,
}

/**
 * Folds for a corpus that has no published ones, or a part of one: five by speaker, or one a
 * speaker where there are fewer than five.
 * @throws {TrainingError} when there is one speaker alone
 */
export function anySpeakers(corpus: string, clips: readonly Clip[]): Protocol {
  const speakers = [...new Set(clips.map(({ speaker }) => speaker))].sort()
  if (speakers.length < 2) {
    throw new TrainingError(
      `${corpus} has one speaker alone: nobody is left to test on. Its column "speaker" tells them apart.`,
    )
  }
  const count = Math.min(5, speakers.length)
  const test = Array.from({ length: count }, (_, fold) =>
    speakers.filter((_, i) => i % count === fold),
  )
  const spared = speakers.length < 5 ? 0 : Math.max(1, Math.round(speakers.length / 10))
  const validates =
    spared === 0
      ? 'every tenth clip of the training speakers validates'
      : `${spared === 1 ? 'one speaker' : `${spared} speakers`} of the next fold ${spared === 1 ? 'validates' : 'validate'}`
  return {
    name: 'speaker-folds',
    description: `${corpus}, speaker-independent: ${count} folds by speaker, each tested once by a model that never heard its speakers; ${validates}.`,
    designFolds: [],
    ...bySpeaker(
      corpus,
      test.map((speakers, i) => ({
        test: speakers,
        ...(spared > 0 ? { validation: test[(i + 1) % count]!.slice(0, spared) } : {}),
      })),
    ),
  }
}
