import type { EmotionEvent } from '../index.ts'
import type { Screen } from './lines.ts'

/**
 * What is heard now, in one line: the time, how loud it is, the emotion and the other labels.
 * @param level root mean square of full scale 1; none to leave it out
 */
export function liveLine(
  event: EmotionEvent | undefined,
  level: number | undefined,
  { columns, color }: Screen,
): string {
  const style = (code: number, text: string) => (color ? `\x1b[${code}m${text}\x1b[0m` : text)
  const time = event ? `${event.end.toFixed(1).padStart(7)} s` : '         '
  const parts = [time, ...(level === undefined ? [] : [meter(level)])]
  let width = parts.join('  ').length
  if (!event) return parts.join('  ')
  if (event.emotion === null) return [...parts, style(2, 'no speech')].join('  ')
  const labels = Object.entries(event.scores)
  const longest = Math.max(...labels.map(([label]) => label.length))
  const share = `${(100 * event.confidence).toFixed(0).padStart(3)} %`
  width += 2 + longest + 1 + share.length
  const others = labels.map(([label, score]) => `${label} ${bar(score)}`).join('  ')
  return [
    ...parts,
    `${style(1, event.emotion.padEnd(longest))} ${share}`,
    ...(width + 2 + others.length < columns ? [style(2, others)] : []),
  ].join('  ')
}

/** A bar one character high. */
const bar = (share: number) => '▁▂▃▄▅▆▇█'[Math.min(7, Math.floor(share * 8))]

/** From −60 dBFS to 0, ten characters. */
function meter(level: number): string {
  const decibels = 20 * Math.log10(Math.max(1e-3, level))
  return '█'.repeat(Math.round(Math.min(10, (decibels + 60) / 6))).padEnd(10, '·')
}
