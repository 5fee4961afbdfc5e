import { readFile } from 'node:fs/promises'
import { parse } from 'csv-parse/sync'
import { type Emotion, emotions } from 'undertone/corpora'
import { TrainingError } from '../training-error.ts'

/** How many listeners heard each emotion in each clip, by the clip's id. */
export type Votes = ReadonlyMap<string, Readonly<Partial<Record<Emotion, number>>>>

/** How near somebody is to what the other listeners heard. */
export interface Nearness {
  /** Share of clips in which they hear what most do; one of k that are heard equally often is 1/k. */
  agreement: number
  /** Half the sum of the absolute differences of the shares (total variation), 0 to 1. */
  distance: number
}

/** A model and a listener, each against a crowd that the listener is not of. */
export interface Listeners {
  clips: number
  model: Nearness
  listener: Nearness
}

/**
 * Reads votes from a CSV file with the columns `clip` and one an emotion.
 * @throws {TrainingError} when it can't be read, lacks the columns, or a vote is no count
 */
export async function readVotes(path: string): Promise<Votes> {
  const text = await readFile(path, 'utf8').catch((cause) => {
    throw new TrainingError(`Cannot read the votes ${path}.`, { cause })
  })
  const rows: Record<string, string>[] = parse(text, { bom: true, columns: true })
  const heard = emotions.filter((emotion) => rows[0] && emotion in rows[0])
  if (!rows[0]?.clip || heard.length < 2) {
    throw new TrainingError(
      `${path} has no votes: its first line has to be clip and the emotions, such as clip,angry,happy.`,
    )
  }
  return new Map(
    rows.map((row) => {
      const counts = heard.map((emotion) => [emotion, Number(row[emotion])] as const)
      if (counts.some(([, count]) => !(Number.isInteger(count) && count >= 0))) {
        throw new TrainingError(`${path}: the votes on ${row.clip} are no counts.`)
      }
      return [row.clip!, Object.fromEntries(counts)]
    }),
  )
}

/**
 * Compares a model with one listener, by what the other listeners heard: each of a clip's listeners
 * is left out once, the model judged by the same others, and both averaged over listeners, then
 * clips. Clips with fewer than two votes are left out.
 * @param scores each clip's, in the order of the labels
 * @returns undefined where no clip has votes
 */
export function besideListeners(
  ids: readonly string[],
  labels: readonly Emotion[],
  scores: readonly ArrayLike<number>[],
  votes: Votes,
): Listeners | undefined {
  const sums = [0, 0, 0, 0]
  let clips = 0
  for (const [i, id] of ids.entries()) {
    const counts = Array.from(labels, (label) => votes.get(id)?.[label] ?? 0)
    const all = counts.reduce((sum, count) => sum + count, 0)
    if (all < 2) continue
    clips++
    const model = Array.from(scores[i]!)
    for (const [label, count] of counts.entries()) {
      if (count === 0) continue
      const others = counts.map((n, at) => (at === label ? n - 1 : n) / (all - 1))
      const listener = labels.map((_, at) => (at === label ? 1 : 0))
      for (const [at, value] of [
        ...nearness(model, others),
        ...nearness(listener, others),
      ].entries())
        sums[at]! += (count / all) * value
    }
  }
  if (clips === 0) return undefined
  const [a, b, c, d] = sums.map((sum) => sum / clips) as [number, number, number, number]
  return {
    clips,
    model: { agreement: a, distance: b },
    listener: { agreement: c, distance: d },
  }
}

function nearness(own: readonly number[], others: readonly number[]): [number, number] {
  const most = Math.max(...others)
  const favourites = others.filter((share) => share === most).length
  const agrees = others[own.indexOf(Math.max(...own))] === most ? 1 / favourites : 0
  return [agrees, own.reduce((sum, share, i) => sum + Math.abs(share - others[i]!), 0) / 2]
}
