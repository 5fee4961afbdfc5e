import type { Emotion } from 'undertone/corpora'
import type { Votes } from '../evaluation/listeners.ts'
import type { Example } from '../features/example.ts'

/**
 * What each example's scores should be: its label, and of clips that were voted on a share that is
 * divided as the listeners' votes are.
 * @param share of the votes, 0 to 1
 * @returns `[examples, labels]`
 */
export function targetsOf(
  examples: readonly Example[],
  labels: readonly Emotion[],
  votes: Votes,
  share: number,
): Float32Array {
  const targets = new Float32Array(examples.length * labels.length)
  for (const [i, { clip }] of examples.entries()) {
    const row = targets.subarray(i * labels.length, (i + 1) * labels.length)
    const counts = labels.map((label) => votes.get(clip.id)?.[label] ?? 0)
    const all = counts.reduce((sum, count) => sum + count, 0)
    const heard = all > 0 ? share : 0
    row[labels.indexOf(clip.emotion)] = 1 - heard
    if (heard > 0) for (const [at, count] of counts.entries()) row[at]! += (heard * count) / all
  }
  return targets
}
