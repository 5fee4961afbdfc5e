import { type Clip, type Emotion, labelsOf } from 'undertone/corpora'
import { everyTenth } from './every-tenth.ts'
import type { Protocol } from './protocol.ts'

/**
 * Trained on all of one corpus, tested on others. It has one fold, whose test the corpora that
 * are tested on make up.
 */
export const crossCorpus: Protocol = {
  name: 'cross-corpus',
  description:
    'Trained on one corpus, every tenth clip of it validating, and tested on the others, none of whose voices it heard; scored over the labels that both have.',
  corpora: [],
  sharesSpeakers: false,
  validationSharesSpeakers: true,
  folds: 1,
  designFolds: [],
  divide(clips) {
    const first = clips[0]!.corpus
    return {
      ...everyTenth(clips.filter(({ corpus }) => corpus === first)),
      test: clips.filter(({ corpus }) => corpus !== first),
    }
  },
}

/** Labels that a model and the clips it is tested on both have. */
export const commonLabels = (labels: readonly Emotion[], clips: readonly Clip[]): Emotion[] =>
  labelsOf(clips).filter((label) => labels.includes(label))
