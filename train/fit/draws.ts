import { shuffled } from '../augmentation/mixup.ts'
import type { Example } from '../features/example.ts'
import type { FitSettings } from './settings.ts'

type DrawSettings = Pick<FitSettings, 'draws' | 'oneOfCopies'>

/** How many examples an epoch takes. */
export const drawn = (examples: readonly Example[], settings: DrawSettings) =>
  byCorpus(examples, settings).reduce(
    (sum, [corpus, own]) => sum + share(own.length, settings.draws?.[corpus]),
    0,
  )

/**
 * An epoch's examples in random order: of each corpus as many times its number as `draws` says, by
 * turns, so that none comes twice more often than another.
 * @returns their indices
 */
export function drawOrder(
  examples: readonly Example[],
  settings: DrawSettings,
  random: () => number,
): Uint32Array {
  const chosen: number[] = []
  for (const [corpus, own] of byCorpus(examples, settings)) {
    let left = share(own.length, settings.draws?.[corpus])
    while (left > 0) {
      const order = shuffled(own.length, random).subarray(0, left)
      for (const i of order) {
        chosen.push(oneOf(own[i]!, settings, random))
      }
      left -= order.length
    }
  }
  return Uint32Array.from(shuffled(chosen.length, random), (i) => chosen[i]!)
}

/** The clip comes before its copies. */
function oneOf(takes: readonly number[], { oneOfCopies }: DrawSettings, random: () => number) {
  if (takes.length === 1) return takes[0]!
  if (typeof oneOfCopies !== 'number') return takes[Math.floor(random() * takes.length)]!
  if (random() >= oneOfCopies) return takes[0]!
  return takes[1 + Math.floor(random() * (takes.length - 1))]!
}

const share = (count: number, times = 1) => Math.round(count * times)

/** Of each corpus what is drawn: an example, or a clip's examples, of which one is taken. */
function byCorpus(
  examples: readonly Example[],
  { oneOfCopies }: DrawSettings,
): [corpus: string, takes: number[][]][] {
  const groups = new Map<string, Map<unknown, number[]>>()
  for (const [i, example] of examples.entries()) {
    const { clip } = example
    const group = groups.get(clip.corpus) ?? new Map<unknown, number[]>()
    groups.set(clip.corpus, group)
    const one = oneOfCopies ? clip.id : example
    const takes = group.get(one)
    if (takes) takes.push(i)
    else group.set(one, [i])
  }
  return [...groups].map(([corpus, group]) => [corpus, [...group.values()]])
}
