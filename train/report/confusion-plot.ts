import * as Plot from '@observablehq/plot'
import type { Html } from './html.ts'
import { plot } from './plot.ts'

/**
 * What each emotion is taken for, in percent of its clips.
 * @param confusion `[truth][prediction]`
 */
export function confusionPlot(
  labels: readonly string[],
  confusion: readonly (readonly number[])[],
): Html {
  const cells = labels.flatMap((truth, i) => {
    const clips = confusion[i]!.reduce((sum, n) => sum + n, 0)
    return labels.map((heard, j) => {
      const n = confusion[i]![j]!
      return { truth, heard, n, share: clips === 0 ? 0 : n / clips }
    })
  })
  const cell = { x: 'heard', y: 'truth' } as const
  return plot('What each emotion is taken for, in percent of its clips', {
    height: 68 + 33 * labels.length,
    marginLeft: 70,
    marginTop: 58,
    marginBottom: 6,
    marginRight: 24,
    x: { domain: [...labels], axis: 'top', label: null, tickSize: 0, tickRotate: -40 },
    y: { domain: [...labels], label: null, tickSize: 0 },
    opacity: { domain: [0, 1], range: [0.04, 1] },
    marks: [
      Plot.cell(cells, {
        ...{ ...cell, inset: 1, fill: 'var(--accent)', fillOpacity: 'share' },
        title: ({ truth, heard, n, share }) =>
          `${truth} heard as ${heard}: ${n}, ${Math.round(100 * share)} %`,
      }),
      Plot.text(cells, {
        ...cell,
        text: ({ share }) => (share < 0.005 ? '' : Math.round(100 * share)),
        fill: ({ share }) => (share > 0.68 ? 'var(--on-accent)' : 'var(--ink)'),
      }),
    ],
  })
}
