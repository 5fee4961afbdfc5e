import { shuffled } from '../augmentation/mixup.ts'
import type { Example } from '../features/example.ts'

/** How many examples an epoch takes. */
export const drawn = (examples: readonly Example[], draws: Readonly<Record<string, number>>) =>
  byCorpus(examples).reduce((sum, [corpus, own]) => sum + share(own.length, draws[corpus]), 0)

/**
 * An epoch's examples in random order: of each corpus as many times its number as `draws` says, by
 * turns, so that none comes twice more often than another.
 * @returns their indices
 */
export function drawOrder(
  examples: readonly Example[],
  draws: Readonly<Record<string, number>>,
  random: () => number,
): Uint32Array {
  const chosen: number[] = []
  for (const [corpus, own] of byCorpus(examples)) {
    let left = share(own.length, draws[corpus])
    while (left > 0) {
      const order = shuffled(own.length, random).subarray(0, left)
      for (const i of order) chosen.push(own[i]!)
      left -= order.length
    }
  }
  return Uint32Array.from(shuffled(chosen.length, random), (i) => chosen[i]!)
}

const share = (count: number, times = 1) => Math.round(count * times)

function byCorpus(examples: readonly Example[]): [corpus: string, indices: number[]][] {
  const groups = new Map<string, number[]>()
  for (const [i, { clip }] of examples.entries()) {
    const group = groups.get(clip.corpus)
    if (group) group.push(i)
    else groups.set(clip.corpus, [i])
  }
  return [...groups]
}
