import { TrainingError } from '../training-error.ts'
import { cremaDSpeaker5Fold, ravdessSpeaker5Fold } from './by-speaker.ts'
import type { Protocol } from './protocol.ts'

export const protocols: readonly Protocol[] = [ravdessSpeaker5Fold, cremaDSpeaker5Fold]

export function protocolNamed(name: string): Protocol {
  const protocol = protocols.find((candidate) => candidate.name === name)
  if (!protocol) {
    const known = protocols.map((candidate) => candidate.name).join(', ')
    throw new TrainingError(`There is no protocol "${name}". There are: ${known}.`)
  }
  return protocol
}

/** The speaker-independent protocol that a corpus is measured by. */
export function speakerProtocol(corpus: string): Protocol {
  const protocol = protocols.find(
    ({ corpora, sharesSpeakers }) => !sharesSpeakers && corpora.join() === corpus,
  )
  if (!protocol) throw new TrainingError(`No protocol is made for the corpus ${corpus}.`)
  return protocol
}
