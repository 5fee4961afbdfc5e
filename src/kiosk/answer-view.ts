import { byId, make } from '../embed/element.ts'
import { tint } from '../embed/hues.ts'
import { percent, seconds } from '../embed/numbers.ts'

/** How many of the last changes are listed. */
const LISTED = 12

/** What is heard now, every label's probability, and what was heard before. */
export interface AnswerView {
  /** @param emotion null where nobody speaks */
  show(emotion: string | null, scores: Readonly<Record<string, number>> | null): void
  /** Notes a change of emotion, seconds since the sound began. */
  note(emotion: string, time: number): void
  clear(): void
}

export function createAnswerView(labels: readonly string[]): AnswerView {
  const rows = new Map(
    labels.map((label) => {
      const bar = make('div', 'bar')
      tint(bar, label, labels)
      const track = make('div', 'track', bar)
      track.setAttribute('aria-hidden', 'true')
      const head = make('th', '', label)
      head.scope = 'row'
      const value = make('data')
      const row = make('tr', '', head, make('td', '', track), make('td', '', value))
      return [label, { row, bar, value }]
    }),
  )
  byId('scores').replaceChildren(...[...rows.values()].map(({ row }) => row))
  const list = byId('heard')

  function show(emotion: string | null, scores: Readonly<Record<string, number>> | null) {
    byId('emotion').textContent = emotion ?? 'no speech'
    byId('emotion').classList.toggle('none', emotion === null)
    byId('confidence').textContent = emotion && scores ? percent(scores[emotion] ?? 0) : ''
    for (const [label, { row, bar, value }] of rows) {
      const score = scores?.[label]
      bar.style.width = `${100 * (score ?? 0)}%`
      value.textContent = score === undefined ? '' : percent(score)
      value.value = score === undefined ? '' : `${score}`
      row.classList.toggle('first', label === emotion)
    }
  }

  return {
    show,
    note(emotion, time) {
      const dot = make('span', 'dot')
      tint(dot, emotion, labels)
      const at = make('time', '', seconds(time))
      at.dateTime = `PT${time.toFixed(1)}S`
      list.prepend(make('li', '', dot, make('span', '', emotion), at))
      while (list.childElementCount > LISTED) list.lastElementChild?.remove()
      byId('heard-nothing').hidden = true
    },
    clear() {
      show(null, null)
      byId('emotion').textContent = '…'
      list.replaceChildren()
      byId('heard-nothing').hidden = false
    },
  }
}
