import seedrandom from 'seedrandom'
import { type Clip, emotions } from 'undertone/corpora'
import { shuffled } from '../augmentation/mixup.ts'
import type { Recipe } from '../recipes/recipe.ts'
import { TrainingError } from '../training-error.ts'
import { everyTenth } from './every-tenth.ts'
import type { Protocol } from './protocol.ts'

/** Each emotion's clips in random order; the same on every machine. */
function shuffledByEmotion(clips: readonly Clip[], seed: string): Clip[][] {
  const random = seedrandom.alea(seed)
  return emotions.map((emotion) => {
    const ofOne = clips.filter((clip) => clip.emotion === emotion)
    return Array.from(shuffled(ofOne.length, random), (i) => ofOne[i]!)
  })
}

/** The split that much of the literature quotes: it shares speakers. */
export const ravdessRandom10Fold: Protocol = {
  name: 'ravdess-random-10fold',
  description:
    'RAVDESS speech, 8 classes, ten folds at random: SHARES SPEAKERS between training and test, so it does not tell how well new voices are understood. Every tenth training clip validates.',
  classes: 8,
  corpora: ['ravdess'],
  sharesSpeakers: true,
  folds: 10,
  designFolds: [],
  divide(clips, fold) {
    const order = shuffledByEmotion(clips, 'ravdess-random-10fold').flat()
    const parts = Array.from({ length: 10 }, (_, part) => order.filter((_, i) => i % 10 === part))
    const rest = parts.filter((_, part) => part !== fold - 1).flat()
    return { ...everyTenth(rest), test: parts[fold - 1]! }
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
      const [rest, test] = [[] as Clip[], [] as Clip[]]
      for (const order of shuffledByEmotion(clips, 'authors')) {
        const wanted = Math.max(Math.round(authors.testShare * order.length), 1)
        const tested = Math.min(wanted, order.length - 1)
        test.push(...order.slice(0, tested))
        rest.push(...order.slice(tested))
      }
      return { ...everyTenth(rest), test }
    },
  }
}
