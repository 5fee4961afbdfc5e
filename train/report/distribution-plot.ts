import * as Plot from '@observablehq/plot'
import type { TestedClip } from '../evaluation/fold-result.ts'
import type { Html } from './html.ts'
import { below, plot } from './plot.ts'
import { sexColour, sexOrder } from './sexes.ts'

/** Clips of each emotion, women's and men's one after the other. */
export function distributionPlot(labels: readonly string[], clips: readonly TestedClip[]): Html {
  const bars = labels.flatMap((label) =>
    sexOrder.flatMap((sex) => {
      const own = clips.filter((clip) => clip.emotion === label && clip.sex === sex).length
      return own > 0 ? [{ label, sex, clips: own }] : []
    }),
  )
  const totals = labels.map((label) => ({
    label,
    clips: clips.filter((clip) => clip.emotion === label).length,
  }))
  return plot('Clips of each emotion', {
    height: 44 + 24 * labels.length,
    marginLeft: 70,
    marginRight: 40,
    marginTop: 4,
    marginBottom: 40,
    x: { label: 'clips', grid: true, ticks: 4, ...below },
    y: { domain: [...labels], label: null, tickSize: 0 },
    marks: [
      Plot.barX(bars, {
        ...{ x: 'clips', y: 'label', z: 'sex', inset: 0.5, insetTop: 3, insetBottom: 3 },
        fill: ({ sex }) => sexColour(sex),
        title: ({ label, sex, clips }) => `${label}${sex ? `, ${sex}` : ''}: ${clips} clips`,
      }),
      Plot.text(totals, {
        ...{ x: 'clips', y: 'label', text: 'clips', textAnchor: 'start', dx: 5 },
      }),
    ],
  })
}
