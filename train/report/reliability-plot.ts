import * as Plot from '@observablehq/plot'
import type { Calibration } from '../evaluation/calibration.ts'
import type { Html } from './html.ts'
import { below, plot } from './plot.ts'

/** How often it is right, by how sure it is; on the diagonal the two are the same. */
export function reliabilityPlot({ bins }: Calibration): Html {
  const point = { x: 'confidence', y: 'accuracy' } as const
  return plot('How often it is right, by how sure it is', {
    height: 340,
    marginLeft: 42,
    marginRight: 12,
    marginBottom: 40,
    x: { domain: [0, 1], label: 'certainty', ticks: 5, grid: true, ...below },
    y: { domain: [0, 1], label: 'share that is right', ticks: 5, grid: true },
    marks: [
      Plot.line([0, 1], {
        x: (d) => d,
        y: (d) => d,
        stroke: 'var(--muted)',
        strokeDasharray: '4 3',
      }),
      Plot.ruleX(bins, {
        ...{ x: 'confidence', y1: 'confidence', y2: 'accuracy' },
        ...{ stroke: 'var(--warn)', strokeWidth: 3, strokeOpacity: 0.35 },
      }),
      Plot.line(bins, { ...point, stroke: 'var(--accent)', strokeWidth: 1.5 }),
      Plot.dot(bins, {
        ...{ ...point, r: 3.5, fill: 'var(--accent)' },
        title: ({ confidence, accuracy, clips }) =>
          `${clips} clips: ${(100 * confidence).toFixed(1)} % certain, ${(100 * accuracy).toFixed(1)} % right`,
      }),
    ],
  })
}
