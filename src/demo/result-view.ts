import type { Recognition, TimelineEntry } from '../index.ts'
import { byId, make } from './element.ts'
import { tint } from './hues.ts'

/** Shows what was recognized in a clip. */
export function showResult(name: string, result: Recognition): void {
  const labels = Object.keys(result.scores)
  byId('result-title').textContent = name
  byId('emotion').textContent = result.emotion
  byId('confidence').textContent = percent(result.confidence)
  const ranked = Object.entries(result.scores).sort(([, a], [, b]) => b - a)
  byId('scores').replaceChildren(
    ...ranked.map(([label, score], rank) => scoreRow(label, score, rank === 0, labels)),
  )
  showTimeline(result, labels)
  const { decode, resample, features, inference } = result.timings
  const spent = Math.max(1, Math.round(decode + resample + features + inference))
  byId('facts').textContent = `${seconds(result.duration)}, answered in ${spent} ms`
  byId('result').hidden = false
}

export function hideResult(): void {
  byId('result').hidden = true
}

function scoreRow(label: string, score: number, first: boolean, labels: readonly string[]) {
  const bar = make('div', 'bar')
  bar.style.width = `${100 * score}%`
  tint(bar, label, labels)
  const track = make('div', 'track', bar)
  track.setAttribute('aria-hidden', 'true')
  const head = make('th', '', label)
  head.scope = 'row'
  const value = make('data', '', percent(score))
  value.value = `${score}`
  return make('tr', first ? 'first' : '', head, make('td', '', track), make('td', '', value))
}

function showTimeline({ timeline, duration }: Recognition, labels: readonly string[]): void {
  const show = timeline.length > 1
  byId('timeline').hidden = !show
  if (!show) return
  byId('axis-end').textContent = seconds(duration)
  const spans = timeline.map((entry, i) => ({
    entry,
    from: boundary(timeline[i - 1], entry, 0),
    to: boundary(entry, timeline[i + 1], duration),
  }))
  byId('windows').replaceChildren(
    ...spans.map(({ entry, from, to }) => windowItem(entry, to - from, labels)),
  )
  // One name for neighbours with the same emotion: a window alone is too narrow for its name.
  const runs: { emotion: string; length: number }[] = []
  for (const { entry, from, to } of spans) {
    const last = runs.at(-1)
    if (last?.emotion === entry.emotion) last.length += to - from
    else runs.push({ emotion: entry.emotion, length: to - from })
  }
  byId('runs').replaceChildren(
    ...runs.map(({ emotion, length }) => {
      const name = make('span', '', emotion)
      name.style.flexGrow = `${length}`
      return name
    }),
  )
}

/** Windows overlap; each is drawn around its middle, up to halfway to the next one's. */
function boundary(a: TimelineEntry | undefined, b: TimelineEntry | undefined, edge: number) {
  return a && b ? (a.start + a.end + b.start + b.end) / 4 : edge
}

function windowItem(entry: TimelineEntry, span: number, labels: readonly string[]) {
  const level = make('div', 'level')
  level.style.height = `${100 * entry.confidence}%`
  tint(level, entry.emotion, labels)
  level.setAttribute('aria-hidden', 'true')
  const words = `${seconds(entry.start)} to ${seconds(entry.end)}: ${entry.emotion}, ${percent(entry.confidence)}`
  const item = make('li', 'window', make('span', 'hidden', words), level)
  item.style.flexGrow = `${span}`
  item.title = words
  return item
}

const percent = (share: number) => `${Math.round(100 * share)} %`
const seconds = (value: number) => `${value.toFixed(1)} s`
