import type { Clip } from 'undertone/corpora'
import { cremaDSpeaker5Fold, ravdessSpeaker5Fold } from './by-speaker.ts'
import type { Protocol } from './protocol.ts'

/** A sentence that only other voices speak in training is heard by nobody: both are left out. */
function without(sentence: string, protocol: Protocol, clips: readonly Clip[], fold: number) {
  const { train, validation, test } = protocol.divide(clips, fold)
  const others = (part: Clip[]) => part.filter(({ statement }) => statement !== sentence)
  return {
    train: others(train),
    validation: others(validation),
    test: test.filter(({ statement }) => statement === sentence),
  }
}

export const ravdessLeaveSentenceOut: Protocol = {
  name: 'ravdess-leave-sentence-out',
  description:
    'RAVDESS speech, 8 classes, one of its two sentences and a fold’s actors left out: trained on the other sentence by the other actors, ten folds (five of actors times two sentences). Neither voice nor words are shared; there is half as much to learn from.',
  classes: 8,
  corpora: ['ravdess'],
  sharesSpeakers: false,
  folds: 10,
  designFolds: [],
  divide: (clips, fold) =>
    without(fold > 5 ? '02' : '01', ravdessSpeaker5Fold, clips, ((fold - 1) % 5) + 1),
}

const cremaSentences = 'IEO TIE IOM IWW TAI MTI IWL ITH DFA ITS TSI WSI'.split(' ')

export const cremaDLeaveSentenceOut: Protocol = {
  name: 'crema-d-leave-sentence-out',
  description:
    'CREMA-D, 6 classes, one of its twelve sentences and a fifth of its actors left out: trained on the other sentences by the other actors, twelve folds, the actors by turns. Neither voice nor words are shared.',
  classes: 6,
  corpora: ['crema-d'],
  sharesSpeakers: false,
  folds: cremaSentences.length,
  designFolds: [],
  divide: (clips, fold) =>
    without(cremaSentences[fold - 1]!, cremaDSpeaker5Fold, clips, ((fold - 1) % 5) + 1),
}
