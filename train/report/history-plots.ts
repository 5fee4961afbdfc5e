import * as Plot from '@observablehq/plot'
import type { FoldResult } from '../evaluation/fold-result.ts'
import type { EpochRecord } from '../fit/checkpoint.ts'
import type { Html } from './html.ts'
import { below, plot } from './plot.ts'

/**
 * Losses and validation UAR by epoch: a thin line a run, a thick one their mean.
 * @returns nothing where the results keep no history
 */
export function historyPlots(results: readonly FoldResult[]): Html[] {
  const runs = results.filter(({ history }) => history.length > 0)
  if (runs.length === 0) return []
  const lines = (key: 'loss' | 'validationLoss' | 'validationUar', colour: string) => {
    const points = runs.flatMap(({ history, fold, seed }) =>
      history.map((record) => ({ ...record, run: `fold ${fold}, seed ${seed}` })),
    )
    const thin = { x: 'epoch', y: key, z: 'run', stroke: colour } as const
    return [
      Plot.line(points, { ...thin, strokeWidth: 0.75, strokeOpacity: 0.35 }),
      Plot.line(meanByEpoch(runs, key), { x: 'epoch', y: 'value', stroke: colour, strokeWidth: 2 }),
    ]
  }
  const size = {
    ...{ height: 220, marginLeft: 36, marginRight: 12, marginBottom: 40 },
    x: { label: 'epoch', ...below },
  } as const
  return [
    plot('Loss by epoch, of training and of validation', {
      ...size,
      y: { label: 'loss', grid: true, ticks: 5 },
      marks: [...lines('loss', 'var(--muted)'), ...lines('validationLoss', 'var(--accent)')],
    }),
    plot('UAR on validation clips by epoch', {
      ...size,
      y: { label: 'validation UAR', domain: [0, 1], grid: true, ticks: 5 },
      marks: lines('validationUar', 'var(--accent)'),
    }),
  ]
}

/** Over the runs that came so far. */
function meanByEpoch(
  runs: readonly FoldResult[],
  key: 'loss' | 'validationLoss' | 'validationUar',
): { epoch: number; value: number }[] {
  const epochs = new Map<number, EpochRecord[]>()
  for (const record of runs.flatMap(({ history }) => history)) {
    epochs.set(record.epoch, [...(epochs.get(record.epoch) ?? []), record])
  }
  return [...epochs]
    .sort(([a], [b]) => a - b)
    .map(([epoch, records]) => ({
      epoch,
      value: records.reduce((sum, record) => sum + record[key], 0) / records.length,
    }))
}
