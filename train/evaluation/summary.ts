import type { FoldResult, ProtocolFacts } from './fold-result.ts'

/** A protocol's figure: the mean over its folds, of each seed, then over the seeds. */
export interface Summary {
  recipe: string
  corpus: string
  /** The corpus tested on, where it is another one. */
  testedOn?: string
  note?: string
  pretrainedOn?: string[]
  protocol: string
  leak?: string
  /** The experiment's fingerprint. */
  settings: string
  uar: number
  wa: number
  /** Highest less lowest UAR by seed; 0 for one seed. */
  uarSpread: number
  seeds: { seed: number; uar: number; wa: number; folds: number[] }[]
  /** Seeds with fewer folds than the others, and which these are: no figure rests on them. */
  leftOut: { seed: number; folds: number[] }[]
  /** The folds measured, counted from 1. */
  folds: number[]
  /** Different clips that were tested. */
  clips: number
  /** Each label's recall, mean over folds and seeds. */
  recalls: Record<string, number>
  params: number
  /** Measures all of it again. */
  command: string
}

/**
 * UAR of the folds that no recipe was compared on, mean over them and the seeds.
 * @returns undefined where that is all of them, or none
 */
export function uarBeyondDesign(
  { seeds, folds }: Summary,
  { designFolds }: Pick<ProtocolFacts, 'designFolds'>,
): number | undefined {
  const others = folds.filter((fold) => !designFolds.includes(fold))
  if (others.length === 0 || others.length === folds.length) return undefined
  return mean(seeds.flatMap((seed) => others.map((fold) => seed.folds[folds.indexOf(fold)]!)))
}

/** The results of the seeds that have all folds that any has, and which these folds are. */
export function completeSeeds(results: readonly FoldResult[]) {
  const seeds = [...new Set(results.map(({ seed }) => seed))]
    .sort((a, b) => a - b)
    .map((seed) => ({
      seed,
      results: results.filter((result) => result.seed === seed).sort((a, b) => a.fold - b.fold),
    }))
    .map((one) => ({ ...one, folds: one.results.map(({ fold }) => fold) }))
  const folds = seeds.reduce<number[]>(
    (most, one) => (one.folds.length > most.length ? one.folds : most),
    [],
  )
  const isComplete = (one: { folds: number[] }) => one.folds.join() === folds.join()
  return {
    folds,
    complete: seeds.filter(isComplete),
    leftOut: seeds.filter((one) => !isComplete(one)).map(({ seed, folds }) => ({ seed, folds })),
  }
}

/**
 * Averages results of one experiment. A seed with fewer folds than another is left out; where no
 * seed has all of them, `folds` tells which were measured.
 * @param protocol where it is known: the command then names the folds if some lack
 * @throws {RangeError} when there are no results
 */
export function summarize(
  results: readonly FoldResult[],
  { folds: whole }: Pick<ProtocolFacts, 'folds'> = { folds: 0 },
): Summary {
  const first = results[0]
  if (!first) throw new RangeError('There are no results to summarize.')
  const { folds, complete, leftOut } = completeSeeds(results)
  const seeds = complete.map(({ seed, results }) => ({
    seed,
    uar: mean(results.map(({ uar }) => uar)),
    wa: mean(results.map(({ wa }) => wa)),
    folds: results.map(({ uar }) => uar),
  }))
  const counted = complete.flatMap(({ results }) => results)
  const uars = seeds.map(({ uar }) => uar)
  return {
    recipe: first.recipe,
    corpus: first.corpus,
    ...(first.testedOn ? { testedOn: first.testedOn } : {}),
    ...(first.note ? { note: first.note } : {}),
    ...(first.pretrainedOn ? { pretrainedOn: first.pretrainedOn } : {}),
    protocol: first.protocol,
    ...(first.leak ? { leak: first.leak } : {}),
    settings: first.settings,
    uar: mean(uars),
    wa: mean(seeds.map(({ wa }) => wa)),
    uarSpread: Math.max(...uars) - Math.min(...uars),
    seeds,
    leftOut,
    folds,
    clips: new Set(
      counted.flatMap(({ tested }) => tested.map(({ corpus, id }) => `${corpus} ${id}`)),
    ).size,
    recalls: Object.fromEntries(
      first.labels.flatMap((label) => {
        const recalls = counted.map(({ recalls }) => recalls[label])
        const known = recalls.filter((recall) => recall !== undefined)
        return known.length > 0 ? [[label, mean(known)]] : []
      }),
    ),
    params: first.parameters,
    command: [
      first.command.replace(/ --(seeds|folds) \S+/g, ''),
      ...(folds.length < whole ? [`--folds ${folds.join()}`] : []),
      ...(seeds.length === 1 && seeds[0]!.seed === 1
        ? []
        : [`--seeds ${seeds.map(({ seed }) => seed).join()}`]),
    ].join(' '),
  }
}

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length
