import seedrandom from 'seedrandom'
import { type Clip, emotions } from 'undertone/corpora'
import { shuffled } from '../augmentation/mixup.ts'
import type { Recipe } from '../recipes/recipe.ts'
import { TrainingError } from '../training-error.ts'
import { everyTenth } from './every-tenth.ts'
import type { Protocol } from './protocol.ts'

/** Divides clips into parts at random, each emotion alike; the same on every machine. */
function parts(clips: readonly Clip[], count: number, seed: string): Clip[][] {
  const random = seedrandom.alea(seed)
  const all: Clip[][] = Array.from({ length: count }, () => [])
  let next = 0
  for (const emotion of emotions) {
    const ofOne = clips.filter((clip) => clip.emotion === emotion)
    for (const i of shuffled(ofOne.length, random)) all[next++ % count]!.push(ofOne[i]!)
  }
  return all
}

/** The split that much of the literature quotes: it shares speakers. */
export const ravdessRandom10Fold: Protocol = {
  name: 'ravdess-random-10fold',
  description:
    'RAVDESS speech, 8 classes, ten folds at random: SHARES SPEAKERS between training and test, so it does not tell how well new voices are understood. Every tenth training clip validates.',
  corpora: ['ravdess'],
  sharesSpeakers: true,
  folds: 10,
  designFolds: [],
  divide(clips, fold) {
    const all = parts(clips, 10, 'ravdess-random-10fold')
    const rest = all.filter((_, i) => i !== fold - 1).flat()
    return { ...everyTenth(rest), test: all[fold - 1]! }
  },
}

/**
 * The split of a system's own authors: a share of all clips at random.
 * @throws {TrainingError} when the recipe is nobody's but ours
 */
export function authorsProtocol({ name, authors }: Recipe): Protocol {
  if (!authors) throw new TrainingError(`The recipe ${name} is our own: it has no authors' split.`)
  const percent = Math.round(100 * authors.testShare)
  return {
    name: 'authors',
    description: `As its authors split: ${percent} % of each emotion's clips, at random, are tested. SHARES SPEAKERS between training and test, so it does not tell how well new voices are understood. Every tenth training clip validates: no choice is made on the tested ones. Its authors claim: ${authors.claim}.`,
    corpora: [],
    sharesSpeakers: true,
    folds: 1,
    designFolds: [],
    divide(clips) {
      const random = seedrandom.alea('authors')
      const [rest, test] = [[] as Clip[], [] as Clip[]]
      for (const emotion of emotions) {
        const ofOne = clips.filter((clip) => clip.emotion === emotion)
        const order = Array.from(shuffled(ofOne.length, random), (i) => ofOne[i]!)
        const wanted = Math.max(Math.round(authors.testShare * order.length), 1)
        const tested = Math.min(wanted, order.length - 1)
        test.push(...order.slice(0, tested))
        rest.push(...order.slice(tested))
      }
      return { ...everyTenth(rest), test }
    },
  }
}
