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

/** Who is compared, and how each is called. */
export const compared = {
  model: 'model',
  listener: 'a listener',
  mostHeard: 'always the emotion heard most',
  meanShares: 'always the mean shares',
} as const

/** Each against a crowd that the listener is not of; the last two are what knowing no clip gives. */
export type Listeners = { clips: number } & Record<keyof typeof compared, Nearness>

/** The rows of a table. */
export const nearnesses = (listeners: Listeners): ({ name: string } & Nearness)[] =>
  Object.entries(compared).map(([who, name]) => ({
    name,
    ...listeners[who as keyof typeof compared],
  }))

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
 * clips. Judged beside them are the emotion heard most in all clips and the mean of their shares, as
 * answers to every clip. Clips with fewer than two votes are left out.
 * @param scores each clip's, in the order of the labels
 * @returns undefined where no clip has votes
 */
export function besideListeners(
  ids: readonly string[],
  labels: readonly Emotion[],
  scores: readonly ArrayLike<number>[],
  votes: Votes,
): Listeners | undefined {
  const heard = ids.flatMap((id, i) => {
    const counts = labels.map((label) => votes.get(id)?.[label] ?? 0)
    const all = counts.reduce((sum, count) => sum + count, 0)
    return all < 2 ? [] : [{ counts, all, model: Array.from(scores[i]!) }]
  })
  if (heard.length === 0) return undefined
  const meanShares = labels.map((_, at) => mean(heard.map(({ counts, all }) => counts[at]! / all)))
  const mostHeard = answer(labels, meanShares.indexOf(Math.max(...meanShares)))
  /** @param shares what is judged of a clip, with a listener who heard a label left out */
  const judge = (shares: (clip: (typeof heard)[number], left: number) => readonly number[]) => {
    const each = heard.map((clip) => {
      const sum = { agreement: 0, distance: 0 }
      for (const [left, count] of clip.counts.entries()) {
        if (count === 0) continue
        const others = clip.counts.map((n, at) => (at === left ? n - 1 : n) / (clip.all - 1))
        const own = nearness(shares(clip, left), others)
        sum.agreement += (count / clip.all) * own.agreement
        sum.distance += (count / clip.all) * own.distance
      }
      return sum
    })
    return {
      agreement: mean(each.map(({ agreement }) => agreement)),
      distance: mean(each.map(({ distance }) => distance)),
    }
  }
  return {
    clips: heard.length,
    model: judge(({ model }) => model),
    listener: judge((_, left) => answer(labels, left)),
    mostHeard: judge(() => mostHeard),
    meanShares: judge(() => meanShares),
  }
}

const answer = (labels: readonly Emotion[], label: number) =>
  labels.map((_, at) => (at === label ? 1 : 0))

const mean = (values: readonly number[]) =>
  values.reduce((sum, one) => sum + one, 0) / values.length

function nearness(own: readonly number[], others: readonly number[]): Nearness {
  const most = Math.max(...others)
  const favourites = others.filter((share) => share === most).length
  return {
    agreement: others[own.indexOf(Math.max(...own))] === most ? 1 / favourites : 0,
    distance: own.reduce((sum, share, i) => sum + Math.abs(share - others[i]!), 0) / 2,
  }
}
