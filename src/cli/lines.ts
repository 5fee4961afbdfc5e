import type { Recognition } from '../index.ts'
import { joinWindows } from './segments.ts'

/** Where lines go: how wide it is, and whether it shows colours. */
export interface Screen {
  columns: number
  color: boolean
}

const barWidth = 8

/**
 * One clip's answer, readable at a glance: name, emotion, confidence, the other labels with a bar
 * each, length and time taken; for a clip of several windows, a line for each segment below.
 * @param nameWidth columns for the name
 * @param elapsed from file to answer, milliseconds
 */
export function answerLines(
  name: string,
  nameWidth: number,
  answer: Recognition,
  elapsed: number,
  screen: Screen,
): string[] {
  const labels = Object.keys(answer.scores)
  const labelWidth = Math.max(...labels.map((label) => label.length))
  const { bold, dim } = styles(screen)
  const head = (emotion: string, confidence: number) =>
    `${bold(emotion.padEnd(labelWidth))} ${percent(confidence)} ${bar(confidence, barWidth)}`
  const headWidth = labelWidth + 1 + 5 + 1 + barWidth
  const tail = `${answer.duration.toFixed(1).padStart(5)} s in ${elapsed.toFixed(0).padStart(3)} ms`
  const room = screen.columns - nameWidth - headWidth - tail.length - 6
  // The same width for each clip of a model, whichever label it leaves out.
  const othersWidth = Math.min(room, showLevels(Object.entries(answer.scores)).length)
  const line = [
    truncate(name, nameWidth),
    head(answer.emotion, answer.confidence),
    ...(room > 0 ? [dim(otherLabels(answer, room).padEnd(othersWidth))] : []),
    ...(room > -2 ? [dim(tail)] : []),
  ].join('  ')
  if (answer.timeline.length < 2) return [line]
  const segments = joinWindows(answer.timeline).map(({ start, end, emotion, confidence }) => {
    const span = `${start.toFixed(1).padStart(7)} – ${end.toFixed(1)} s`
    return `${dim(span.padEnd(Math.max(nameWidth, 20)))}  ${head(emotion, confidence)}`
  })
  return [line, ...segments]
}

/** All labels but the first, in their own order if they fit, else as many of the strongest as do. */
function otherLabels({ emotion, scores }: Recognition, room: number): string {
  const entries = Object.entries(scores).filter(([label]) => label !== emotion)
  if (showLevels(entries).length <= room) return showLevels(entries)
  const strongest = entries.sort(([, a], [, b]) => b - a)
  while (showLevels(strongest).length > room) strongest.pop()
  return showLevels(strongest)
}

const showLevels = (scores: [label: string, score: number][]) =>
  scores.map(([label, score]) => `${label} ${level(score)}`).join('  ')

export const percent = (share: number) => `${(share * 100).toFixed(0).padStart(3)} %`

/** A horizontal bar, in eighths of a character. */
export function bar(share: number, width: number): string {
  const eighths = Math.round(share * width * 8)
  const rest = eighths % 8
  const blocks = '█'.repeat(Math.floor(eighths / 8)) + (rest ? '▏▎▍▌▋▊▉'[rest - 1] : '')
  return blocks.padEnd(width)
}

/** A bar one character high. */
const level = (share: number) => '▁▂▃▄▅▆▇█'[Math.min(7, Math.floor(share * 8))]

/** Cuts a name at its start: its end tells more. */
const truncate = (name: string, width: number) =>
  (name.length > width ? `…${name.slice(name.length - width + 1)}` : name).padEnd(width)

/** Columns for the names of all files, so that answers stand below each other. */
export function nameColumn(names: readonly string[], { columns }: Screen): number {
  const longest = Math.max(...names.map((name) => name.length))
  return Math.min(longest, Math.max(12, Math.floor(columns * 0.35)))
}

/** A name as it can be shown: control characters could move the cursor or worse. */
export const printable = (name: string) => name.replace(/\p{Cc}/gu, '\ufffd')

export function styles({ color }: Screen) {
  const style = (code: number) => (text: string) => (color ? `\x1b[${code}m${text}\x1b[0m` : text)
  return { bold: style(1), dim: style(2) }
}
