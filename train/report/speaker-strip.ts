import * as Plot from '@observablehq/plot'
import type { SpeakerScores } from '../evaluation/assessment.ts'
import type { Html } from './html.ts'
import { below, plot } from './plot.ts'
import { sexColour, sexName, sexOrder } from './sexes.ts'

/** Each speaker's UAR, women's and men's apart; a line marks their mean. */
export function speakerStrip(speakers: readonly SpeakerScores[]): Html {
  const named = speakers.length <= 30 && speakers.every(({ name }) => name.length <= 3)
  const radius = named ? 9 : 4
  const rows = sexOrder
    .map(sexName)
    .filter((row) => speakers.some(({ sex }) => sexName(sex) === row))
  const dots = speakers.map((speaker) => ({ ...speaker, row: sexName(speaker.sex) }))
  const means = rows.map((row) => {
    const own = dots.filter((dot) => dot.row === row)
    return { row, uar: own.reduce((sum, { uar }) => sum + uar, 0) / own.length }
  })
  const place = Plot.dodgeY('middle', {
    ...{ x: 'uar', fy: 'row', r: radius, padding: 1 },
  } as Plot.DotOptions)
  return plot('UAR of each speaker', {
    height: 50 + rows.length * (named ? 110 : 130),
    marginLeft: 52,
    marginRight: 12,
    marginTop: 6,
    marginBottom: 40,
    x: { label: 'UAR', grid: true, ticks: 6, nice: true, ...below },
    fy: { domain: rows, label: null, axis: 'left' },
    r: { range: [radius, radius] },
    marks: [
      Plot.ruleX(means, {
        ...{ x: 'uar', fy: 'row', stroke: 'var(--ink)', strokeWidth: 1.5, strokeDasharray: '2 3' },
        title: ({ row, uar }) => `mean of ${row}: ${uar.toFixed(3)}`,
      }),
      Plot.dot(dots, {
        ...place,
        fill: ({ sex }) => sexColour(sex),
        title: ({ corpus, name, clips, uar, wa }) =>
          `${corpus} ${name}: UAR ${uar.toFixed(3)}, WA ${wa.toFixed(3)}, ${clips} clips`,
      } as Plot.DotOptions),
      ...(named
        ? [
            Plot.text(dots, {
              ...place,
              text: 'name',
              fill: 'var(--on-accent)',
              fontSize: 9,
            } as Plot.TextOptions),
          ]
        : []),
    ],
  })
}
