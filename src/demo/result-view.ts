import { byId, make } from '../embed/element.ts'
import { tint } from '../embed/hues.ts'
import { percent, seconds } from '../embed/numbers.ts'
import type { Recognition } from '../index.ts'
import { showTimeline } from './timeline-view.ts'

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
