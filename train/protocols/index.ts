import type { Clip } from 'undertone/corpora'
import { TrainingError } from '../training-error.ts'
import { ravdessRandom10Fold } from './at-random.ts'
import { cremaDLeaveSentenceOut, ravdessLeaveSentenceOut } from './by-sentence.ts'
import {
  anySpeakers,
  cremaDSpeaker5Fold,
  eachCorpusSpeaker5Fold,
  emoDbLoso,
  jointSpeaker5Fold,
  ravdessSpeaker5Fold,
  saveeLoso,
  tessCrossSpeaker,
} from './by-speaker.ts'
import { crossCorpus, leaveCorpusOut } from './cross-corpus.ts'
import type { Protocol } from './protocol.ts'

/** All that need nothing but their name; `authors` is a recipe's own, `speaker-folds` a corpus's. */
export const protocols: readonly Protocol[] = [
  ravdessSpeaker5Fold,
  ravdessRandom10Fold,
  ravdessLeaveSentenceOut,
  cremaDSpeaker5Fold,
  cremaDLeaveSentenceOut,
  emoDbLoso,
  saveeLoso,
  tessCrossSpeaker,
  jointSpeaker5Fold,
  eachCorpusSpeaker5Fold,
  crossCorpus,
  leaveCorpusOut,
]

export function protocolNamed(name: string): Protocol {
  const protocol = protocols.find((candidate) => candidate.name === name)
  if (!protocol) {
    const known = ['authors', 'speaker-folds', ...protocols.map((candidate) => candidate.name)]
    throw new TrainingError(`There is no protocol "${name}". There are: ${known.join(', ')}.`)
  }
  return protocol
}

/**
 * The speaker-independent protocol that clips are measured by: the published one of their corpora
 * where there is one.
 * @returns undefined for several corpora that no protocol is made for
 */
export function speakerProtocol(
  corpora: readonly string[],
  clips: readonly Clip[],
): Protocol | undefined {
  const names = [...corpora].sort().join()
  const published = protocols.find(
    ({ corpora, sharesSpeakers }) => !sharesSpeakers && corpora.join() === names,
  )
  if (published) return published
  return corpora.length === 1 ? anySpeakers(corpora[0]!, clips) : undefined
}
