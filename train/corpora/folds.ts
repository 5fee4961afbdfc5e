import type { Clip, Corpus } from './clip.ts'
import { CorpusError } from './corpus-error.ts'

/** Clips by what they may be used for; no speaker is in two of them. */
export interface Split {
  train: Clip[]
  validation: Clip[]
  test: Clip[]
}

/** A named way to divide a corpus into folds, each tested once. */
export interface Protocol {
  name: string
  /** A sentence that stands under every table of its figures. */
  description: string
  folds: { test: string[]; validation: string[] }[]
  /** Folds that recipes were compared on: the others are given by themselves too. */
  designFolds: number[]
}

// Five folds of actors of Luna-Jiménez et al. 2021 (doi:10.3390/s21227665).
const ravdessTest = [
  [2, 5, 14, 15, 16],
  [3, 6, 7, 13, 18],
  [10, 11, 12, 19, 20],
  [8, 17, 21, 23, 24],
  [1, 4, 9, 22],
]
const ravdessValidation = [
  [3, 6],
  [10, 11],
  [8, 17],
  [1, 14],
  [2, 5],
]

const ravdessSpeaker5Fold: Protocol = {
  name: 'ravdess-speaker-5fold',
  description:
    'RAVDESS speech, 8 classes, speaker-independent: the five folds of actors of Luna-Jiménez et al. (2021), each tested once by a model that never heard its actors; within a run, every choice is made on validation actors alone. Recipes were compared on folds 1 and 2, so the others are also given by themselves. Train and test share the corpus’s two sentences.',
  folds: ravdessTest.map((test, fold) => ({
    test: test.map(String),
    validation: ravdessValidation[fold]!.map(String),
  })),
  designFolds: [1, 2],
}

const cremaActors = Array.from({ length: 91 }, (_, i) => 1001 + i)

const cremaDSpeaker5Fold: Protocol = {
  name: 'crema-d-speaker-5fold',
  description:
    'CREMA-D, 6 classes (what the actor meant), speaker-independent: five folds by actor number modulo 5; ten of the training actors, fixed, validate. Train and test share the corpus’s twelve sentences.',
  folds: [0, 1, 2, 3, 4].map((fold) => ({
    test: cremaActors.filter((actor) => actor % 5 === fold).map(String),
    // Every seventh training actor, the first ten of them.
    validation: cremaActors
      .filter((actor) => actor % 5 !== fold)
      .filter((_, i) => i % 7 === 3)
      .slice(0, 10)
      .map(String),
  })),
  designFolds: [],
}

const protocols = [ravdessSpeaker5Fold, cremaDSpeaker5Fold]

export function protocolNamed(name: string): Protocol {
  const protocol = protocols.find((candidate) => candidate.name === name)
  if (!protocol) {
    const known = protocols.map((candidate) => candidate.name).join(', ')
    throw new CorpusError(`There is no protocol "${name}". There are: ${known}.`)
  }
  return protocol
}

/** The speaker-independent protocol of a corpus. */
export const speakerProtocol = (corpus: Corpus): Protocol =>
  protocolNamed(`${corpus.name}-speaker-5fold`)

/**
 * Divides a corpus's clips by speaker.
 * @param fold counted from 1
 * @throws {CorpusError} when the fold does not exist, a part stays empty or speakers overlap
 */
export function splitBySpeaker(corpus: Corpus, protocol: Protocol, fold: number): Split {
  const speakers = protocol.folds[fold - 1]
  if (!speakers) {
    throw new CorpusError(`${protocol.name} has folds 1 to ${protocol.folds.length}, not ${fold}.`)
  }
  const test = new Set(speakers.test)
  const validation = new Set(speakers.validation)
  const shared = [...validation].filter((speaker) => test.has(speaker))
  if (shared.length > 0) {
    throw new CorpusError(`Speakers ${shared.join(', ')} are both in validation and in test.`)
  }
  const split: Split = { train: [], validation: [], test: [] }
  for (const clip of corpus.clips) {
    const part = test.has(clip.speaker)
      ? 'test'
      : validation.has(clip.speaker)
        ? 'validation'
        : 'train'
    split[part].push(clip)
  }
  for (const part of ['train', 'validation', 'test'] as const) {
    if (split[part].length === 0) {
      throw new CorpusError(
        `Fold ${fold} of ${protocol.name} leaves nothing for ${part}: is the corpus complete?`,
      )
    }
  }
  return split
}
