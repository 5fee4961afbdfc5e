import type { Clip } from 'undertone/corpora'
import { TrainingError } from '../training-error.ts'

/** Clips by what they may be used for. */
export interface Split {
  train: Clip[]
  /** What the choices look at: epoch, learning rate, temperature, quantisation. */
  validation: Clip[]
  test: Clip[]
}

/** A named way to divide clips, each fold tested once. */
export interface Protocol {
  name: string
  /** A sentence that stands under every table of its figures. */
  description: string
  /** Corpora that it is made for; empty: any. */
  corpora: readonly string[]
  /** The same speakers are in training and test: said wherever its figures are. */
  sharesSpeakers: boolean
  /** Validation clips are of training speakers: no others could be spared. */
  validationSharesSpeakers?: boolean
  /**
   * It tests other corpora than it trains on, over the labels that both have. Each corpus of the
   * data comes first by turns, for a fold of its own.
   */
  betweenCorpora?: boolean
  /** Each corpus of the test is measured by itself, over the labels that it has. */
  eachCorpus?: boolean
  /** How many emotions its corpus has, of which a recipe may tell fewer. */
  classes?: number
  /** How many. */
  folds: number
  /** Folds that recipes were compared on: the others are given by themselves too. */
  designFolds: readonly number[]
  /** @param fold counted from 1 */
  divide(clips: readonly Clip[], fold: number): Split
}

/** Tells speakers of different corpora apart. */
export const voiceOf = ({ corpus, speaker }: Clip): string => `${corpus}/${speaker}`

/**
 * Divides clips, and makes sure of it.
 * @param fold counted from 1
 * @throws {TrainingError} when the fold does not exist, a part stays empty, a clip is in two
 *   parts, or speakers are while the protocol says that none are
 */
export function split(protocol: Protocol, clips: readonly Clip[], fold: number): Split {
  if (!Number.isInteger(fold) || fold < 1 || fold > protocol.folds) {
    throw new TrainingError(`${protocol.name} has folds 1 to ${protocol.folds}, not ${fold}.`)
  }
  const parts = protocol.divide(clips, fold)
  for (const part of ['train', 'validation', 'test'] as const) {
    if (parts[part].length === 0) {
      throw new TrainingError(
        `Fold ${fold} of ${protocol.name} leaves nothing for ${part}: is the corpus complete? --protocol speaker-folds divides the speakers that are here.`,
      )
    }
  }
  apart(parts, 'Clip', ({ corpus, id }) => `${corpus}/${id}`)
  if (!protocol.sharesSpeakers) {
    const shares = protocol.validationSharesSpeakers
    const heard = shares ? [...parts.train, ...parts.validation] : parts.train
    const validation = shares ? [] : parts.validation
    apart({ ...parts, train: heard, validation }, 'Speaker', voiceOf)
  }
  return parts
}

/** Makes sure that nothing is in two parts. */
function apart(parts: Split, what: string, nameOf: (clip: Clip) => string): void {
  const seen = new Map<string, string>()
  for (const part of ['train', 'validation', 'test'] as const) {
    for (const name of new Set(parts[part].map(nameOf))) {
      const other = seen.get(name)
      if (other) throw new TrainingError(`${what} ${name} is both in ${other} and in ${part}.`)
      seen.set(name, part)
    }
  }
}
