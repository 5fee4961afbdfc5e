import { TrainingError } from '../training-error.ts'
import type { FoldResult } from './fold-result.ts'

/** Results that may be averaged: nothing but fold and seed tells them apart. */
export interface Experiment
  extends Pick<FoldResult, 'recipe' | 'protocol' | 'corpus' | 'testedOn' | 'leak' | 'settings'> {
  results: FoldResult[]
}

/** What a table of figures is about; its results must have the same settings to be in one. */
export const tableOf = ({
  recipe,
  protocol,
  corpus,
  testedOn,
  leak,
}: Omit<Experiment, 'results' | 'settings'>): string =>
  [recipe, protocol, corpus, testedOn, leak].join('\n')

/**
 * Sorts results by experiment, in the order of recipe, protocol and corpus.
 * @throws {TrainingError} when a fold of a seed is there twice with different scores
 */
export function experimentsOf(results: readonly FoldResult[]): Experiment[] {
  const experiments = new Map<string, Experiment>()
  for (const result of results) {
    const { recipe, protocol, corpus, testedOn, leak, settings } = result
    const key = `${tableOf(result)}\n${settings}`
    const experiment = experiments.get(key) ?? {
      ...{ recipe, protocol, corpus, settings },
      ...(testedOn ? { testedOn } : {}),
      ...(leak ? { leak } : {}),
      results: [],
    }
    experiments.set(key, experiment)
    const same = ({ fold, seed }: FoldResult) => fold === result.fold && seed === result.seed
    const twin = experiment.results.find(same)
    if (!twin) experiment.results.push(result)
    else if (JSON.stringify(twin.tested) !== JSON.stringify(result.tested)) {
      throw new TrainingError(
        `Fold ${result.fold} of ${recipe} by ${protocol} with seed ${result.seed} is there twice, and the two differ. Delete one of them.`,
      )
    }
  }
  return [...experiments.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)
}

/** Experiments of one table whose settings differ, each with the folds that it has. */
export function mixedSettings(experiments: readonly Experiment[]): string[] {
  return [...new Set(experiments.map(tableOf))].flatMap((table) => {
    const own = experiments.filter((experiment) => tableOf(experiment) === table)
    if (own.length < 2) return []
    const { recipe, protocol, corpus } = own[0]!
    const each = own.map(({ settings, results }) => {
      const runs = results.map(({ fold, seed }) => `${fold} (seed ${seed})`)
      return `${settings} has fold ${runs.join(', ')}`
    })
    return [
      `${recipe} by ${protocol} on ${corpus} was measured with ${own.length} different settings, which are never averaged: ${each.join('; ')}.`,
    ]
  })
}
