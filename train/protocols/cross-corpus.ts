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
  betweenCorpora: true,
  folds: 1,
  designFolds: [],
  divide(clips) {
    const [first, others] = apart(clips)
    return { ...everyTenth(first), test: others }
  },
}

/** Trained on all corpora but one, tested on that one. */
export const leaveCorpusOut: Protocol = {
  name: 'leave-corpus-out',
  description:
    'Trained on all the other corpora, every tenth clip of them validating, and tested on the one left out, none of whose voices it heard; scored over the labels that both have.',
  corpora: [],
  sharesSpeakers: false,
  validationSharesSpeakers: true,
  betweenCorpora: true,
  folds: 1,
  designFolds: [],
  divide(clips) {
    const [first, others] = apart(clips)
    return { ...everyTenth(others), test: first }
  },
}

/** The corpus that comes first, and the others. */
function apart(clips: readonly Clip[]): [first: Clip[], others: Clip[]] {
  const isFirst = ({ corpus }: Clip) => corpus === clips[0]!.corpus
  return [clips.filter(isFirst), clips.filter((clip) => !isFirst(clip))]
}

/** Labels that a model and the clips it is tested on both have. */
export const commonLabels = (labels: readonly Emotion[], clips: readonly Clip[]): Emotion[] =>
  labelsOf(clips).filter((label) => labels.includes(label))
