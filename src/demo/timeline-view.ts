import { byId, make } from '../embed/element.ts'
import { tint } from '../embed/hues.ts'
import { percent, seconds } from '../embed/numbers.ts'
import type { Recognition, TimelineEntry } from '../index.ts'

/** Columns that a phone has room for; a longer clip's windows share them. */
const MOST_COLUMNS = 48
/** Share of a phone's width that a name needs, a letter. */
const ROOM_FOR_LETTER = 0.03

/** A part of the clip, seconds, and what was heard in it. */
interface Column {
  from: number
  to: number
  emotion: string
  confidence: number
}

/** Draws how a clip's emotion goes on; nothing for a clip of one window. */
export function showTimeline({ timeline, duration }: Recognition, labels: readonly string[]): void {
  byId('timeline').hidden = timeline.length < 2
  if (timeline.length < 2) return
  byId('axis-end').textContent = seconds(duration)
  const columns = columnsOf(timeline, labels)
  // Shares of the clip: what the windows leave at its end stays empty.
  const shareOf = ({ from, to }: Column) => (to - from) / duration
  byId('windows').replaceChildren(...columns.map((column) => bar(column, shareOf(column), labels)))
  byId('runs').replaceChildren(
    ...runsOf(columns).map((run) => {
      const { emotion } = run
      const share = shareOf(run)
      const name = make('span', '', share < ROOM_FOR_LETTER * emotion.length ? '' : emotion)
      name.style.flexGrow = `${share}`
      return name
    }),
  )
}

/** Windows overlap: each counts around its middle, up to halfway to the next one's; the last to its end. */
function columnsOf(timeline: readonly TimelineEntry[], labels: readonly string[]): Column[] {
  const size = Math.ceil(timeline.length / MOST_COLUMNS)
  const columns: Column[] = []
  for (let i = 0; i < timeline.length; i += size) {
    const entries = timeline.slice(i, i + size)
    const means = labels.map(
      (label) =>
        entries.reduce((sum, { scores }) => sum + (scores[label] ?? 0), 0) / entries.length,
    )
    const confidence = Math.max(...means)
    const last = entries.at(-1) as TimelineEntry
    const next = timeline[i + size]
    columns.push({
      from: columns.at(-1)?.to ?? 0,
      to: next ? (middle(last) + middle(next)) / 2 : last.end,
      emotion: labels[means.indexOf(confidence)] as string,
      confidence,
    })
  }
  return columns
}

const middle = ({ start, end }: TimelineEntry) => (start + end) / 2

/** Joins neighbours with the same emotion: one alone is too narrow for its name. */
function runsOf(columns: readonly Column[]): Column[] {
  const runs: Column[] = []
  for (const column of columns) {
    const last = runs.at(-1)
    if (last?.emotion === column.emotion) last.to = column.to
    else runs.push({ ...column })
  }
  return runs
}

function bar(column: Column, share: number, labels: readonly string[]): HTMLElement {
  const { from, to, emotion, confidence } = column
  const level = make('div', 'level')
  level.style.height = `${100 * confidence}%`
  level.setAttribute('aria-hidden', 'true')
  tint(level, emotion, labels)
  const words = `${seconds(from)} to ${seconds(to)}: ${emotion}, ${percent(confidence)}`
  const item = make('li', 'window', make('span', 'hidden', words), level)
  item.style.flexGrow = `${share}`
  item.title = words
  return item
}
