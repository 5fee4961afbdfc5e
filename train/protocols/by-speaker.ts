import type { Clip } from 'undertone/corpora'
import type { Protocol, Split } from './protocol.ts'

/** Each fold's speakers to test and to validate by. */
type Folds = readonly { test: readonly string[]; validation: readonly string[] }[]

function bySpeaker(folds: Folds): Pick<Protocol, 'sharesSpeakers' | 'folds' | 'divide'> {
  return {
    sharesSpeakers: false,
    folds: folds.length,
    divide(clips, fold) {
      const { test, validation } = folds[fold - 1]!
      const split: Split = { train: [], validation: [], test: [] }
      for (const clip of clips) {
        if (test.includes(clip.speaker)) split.test.push(clip)
        // Tested first: who is in both is found by the check of the parts.
        if (validation.includes(clip.speaker)) split.validation.push(clip)
        if (!test.includes(clip.speaker) && !validation.includes(clip.speaker)) {
          split.train.push(clip)
        }
      }
      return split
    },
  }
}

// Five folds of actors of Luna-Jiménez et al. 2021 (doi:10.3390/s21227665).
const ravdessFolds: Folds = [
  { test: ['2', '5', '14', '15', '16'], validation: ['3', '6'] },
  { test: ['3', '6', '7', '13', '18'], validation: ['10', '11'] },
  { test: ['10', '11', '12', '19', '20'], validation: ['8', '17'] },
  { test: ['8', '17', '21', '23', '24'], validation: ['1', '14'] },
  { test: ['1', '4', '9', '22'], validation: ['2', '5'] },
]

export const ravdessSpeaker5Fold: Protocol = {
  name: 'ravdess-speaker-5fold',
  description:
    'RAVDESS speech, 8 classes, speaker-independent: the five folds of actors of Luna-Jiménez et al. (2021), each tested once by a model that never heard its actors; within a run, every choice is made on validation actors alone. Recipes were compared on folds 1 and 2, so the others are also given by themselves. Train and test share the corpus’s two sentences.',
  corpora: ['ravdess'],
  designFolds: [1, 2],
  ...bySpeaker(ravdessFolds),
}

const cremaActors = Array.from({ length: 91 }, (_, i) => 1001 + i)

export const cremaDSpeaker5Fold: Protocol = {
  name: 'crema-d-speaker-5fold',
  description:
    'CREMA-D, 6 classes (what the actor meant), speaker-independent: five folds by actor number modulo 5; ten of the training actors, fixed, validate. Train and test share the corpus’s twelve sentences.',
  corpora: ['crema-d'],
  designFolds: [],
  ...bySpeaker(
    [0, 1, 2, 3, 4].map((fold) => ({
      test: cremaActors.filter((actor) => actor % 5 === fold).map(String),
      // Every seventh training actor, the first ten of them.
      validation: cremaActors
        .filter((actor) => actor % 5 !== fold)
        .filter((_, i) => i % 7 === 3)
        .slice(0, 10)
        .map(String),
    })),
  ),
}
