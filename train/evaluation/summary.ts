import type { Protocol } from '../protocols/protocol.ts'
import type { FoldResult } from './fold-result.ts'

/** A protocol's figure: the mean over its folds, of each seed, then over the seeds. */
export interface Summary {
  recipe: string
  corpus: string
  note?: string
  pretrainedOn?: string[]
  protocol: string
  uar: number
  wa: number
  /** Highest less lowest UAR by seed; 0 for one seed. */
  uarSpread: number
  seeds: { seed: number; uar: number; wa: number; folds: number[] }[]
  /** The folds measured, counted from 1. */
  folds: number[]
  /** Clips in all. */
  clips: number
  /** Each label's recall, mean over folds and seeds. */
  recalls: Record<string, number>
  params: number
  command: string
}

/**
 * UAR of the folds that no recipe was compared on, mean over them and the seeds.
 * @returns undefined where that is all of them, or none
 */
export function uarBeyondDesign(
  { seeds, folds }: Summary,
  { designFolds }: Protocol,
): number | undefined {
  const others = folds.filter((fold) => !designFolds.includes(fold))
  if (others.length === 0 || others.length === folds.length) return undefined
  return mean(seeds.flatMap((seed) => others.map((fold) => seed.folds[folds.indexOf(fold)]!)))
}

/**
 * Averages results of one experiment. A seed with fewer folds than another is left out; where no
 * seed has all of them, `folds` tells which were measured.
 * @throws {RangeError} when there are no results
 */
export function summarize(results: readonly FoldResult[]): Summary {
  const first = results[0]
  if (!first) throw new RangeError('There are no results to summarize.')
  const foldsOf = (seed: number) =>
    results
      .filter((result) => result.seed === seed)
      .map(({ fold }) => fold)
      .sort((a, b) => a - b)
  const folds = [...new Set(results.map(({ seed }) => seed))]
    .map(foldsOf)
    .reduce((most, some) => (some.length > most.length ? some : most))
  const seeds = [...new Set(results.map((result) => result.seed))]
    .map((seed) => ({ seed, ofSeed: results.filter((result) => result.seed === seed) }))
    .filter(({ seed }) => foldsOf(seed).join() === folds.join())
    .map(({ seed, ofSeed }) => ({
      seed,
      uar: mean(ofSeed.map((result) => result.uar)),
      wa: mean(ofSeed.map((result) => result.wa)),
      folds: ofSeed.sort((a, b) => a.fold - b.fold).map((result) => result.uar),
    }))
    .sort((a, b) => a.seed - b.seed)
  const complete = results.filter((result) => seeds.some(({ seed }) => seed === result.seed))
  const uars = seeds.map((seed) => seed.uar)
  return {
    recipe: first.recipe,
    corpus: first.corpus,
    ...(first.note ? { note: first.note } : {}),
    ...(first.pretrainedOn ? { pretrainedOn: first.pretrainedOn } : {}),
    protocol: first.protocol,
    uar: mean(uars),
    wa: mean(seeds.map((seed) => seed.wa)),
    uarSpread: Math.max(...uars) - Math.min(...uars),
    seeds,
    folds,
    clips: first.clips.train + first.clips.validation + first.clips.test,
    recalls: Object.fromEntries(
      first.labels.map((label) => [
        label,
        mean(
          complete.map(({ recalls }) => recalls[label]).filter((recall) => recall !== undefined),
        ),
      ]),
    ),
    params: first.parameters,
    command: first.command,
  }
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
