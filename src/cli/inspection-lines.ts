import type { Inspection } from '../corpora/index.ts'
import { bar, percent, printable, type Screen, styles } from './lines.ts'

/** Most files that are named, of those that cannot be read. */
const NAMED = 50

/**
 * What a corpus holds, for people.
 * @param elapsed time that decoding took, seconds
 */
export function inspectionLines(inspection: Inspection, elapsed: number, screen: Screen): string[] {
  const { title, name, licence, page, citation, note, length, speakers } = inspection
  const { bold, dim } = styles(screen)
  const rows: [string, string | undefined][] = [
    ['clips', clips(inspection)],
    ['length', lengthText(length)],
    ['speakers', speakersText(speakers)],
    ['language', list(inspection.languages, languageName)],
    ['statements', statementsText(inspection.statements)],
    ['intensity', list(inspection.intensities)],
    [
      'audio',
      [
        list(inspection.sampleRates, (rate) => `${Number(rate) / 1000} kHz`),
        list(inspection.channels, channelsName),
        list(inspection.formats),
      ].join('; '),
    ],
    ['licence', licence === 'unstated' ? 'not stated: see where the recordings are from' : licence],
    ['published', page],
    ['cite', citation],
    ['note', note],
  ]
  const known = rows.filter((row): row is [string, string] => Boolean(row[1]))
  return [
    title === name ? bold(title) : `${bold(printable(title))}  ${dim(name)}`,
    '',
    ...known.flatMap(([key, text]) => wrapped(key, printable(text), screen)),
    '',
    ...emotionLines(inspection, screen),
    '',
    ...troubles(inspection),
    dim(
      `Every ${inspection.unreadable.length > 0 ? 'other ' : ''}clip was decoded, in ${seconds(elapsed)}.`,
    ),
  ]
}

function clips({ found, publishedAs, page, unreadable, otherFiles }: Inspection): string {
  const missing = publishedAs - found
  return [
    `${whole(found)}${page ? ` of the ${whole(publishedAs)} published` : ''}`,
    ...(missing > 0 ? [`${whole(missing)} missing`] : []),
    ...(unreadable.length > 0 ? [`${whole(unreadable.length)} unreadable`] : []),
    ...(otherFiles > 0
      ? [
          `beside ${whole(otherFiles)} audio ${otherFiles === 1 ? 'file of another name' : 'files of other names'}`,
        ]
      : []),
  ].join(', ')
}

function lengthText({ total, shortest, median, longest }: Inspection['length']): string {
  return `${(total / 3600).toFixed(2)} h; a clip has ${shortest.toFixed(1)} s to ${longest.toFixed(1)} s, median ${median.toFixed(1)} s`
}

function speakersText({ all, female, male }: Inspection['speakers']): string {
  for (const [sex, count] of Object.entries({ female, male })) {
    if (count === all) return `${whole(all)}, all ${sex}`
  }
  const unknown = all - female - male
  const parts = Object.entries({ female, male, unknown }).filter(([, count]) => count > 0)
  if (unknown === all) return whole(all)
  return `${whole(all)}: ${parts.map(([sex, count]) => `${count} ${sex}`).join(', ')}`
}

function statementsText(statements: Record<string, number>): string | undefined {
  const names = Object.keys(statements)
  if (names.length === 0) return undefined
  if (names.length > 12) return whole(names.length)
  return `${names.length}: ${names.sort().join(', ')}`
}

/** What there is, the most frequent first, with counts where there is more than one. */
function list(counts: Record<string, number>, name = (value: string) => value): string | undefined {
  const entries = Object.entries(counts).sort(([, a], [, b]) => b - a)
  if (entries.length < 2) return entries[0] && name(entries[0][0])
  return entries.map(([value, clips]) => `${name(value)} ${whole(clips)}`).join(', ')
}

function emotionLines({ emotions, readable }: Inspection, { columns }: Screen): string[] {
  const entries = Object.entries(emotions)
  const most = Math.max(...entries.map(([, clips]) => clips))
  const labels = Math.max(...entries.map(([emotion]) => emotion.length))
  const width = Math.max(8, Math.min(40, columns - labels - 18))
  return entries.map(([emotion, clips]) =>
    `  ${emotion.padEnd(labels)} ${whole(clips).padStart(6)} ${percent(clips / readable)}  ${bar(clips / most, width)}`.trimEnd(),
  )
}

function troubles({ unreadable, silent, emotions }: Inspection): string[] {
  const named = (files: { path: string; reason?: string }[]) => [
    ...files
      .slice(0, NAMED)
      .map(({ path, reason }) => printable(`  ${path}${reason ? `: ${reason}` : ''}`)),
    ...(files.length > NAMED
      ? [`  and ${whole(files.length - NAMED)} more: --json names all.`]
      : []),
    '',
  ]
  const kinds = Object.keys(emotions).length
  return [
    ...(unreadable.length > 0
      ? [`${plural(unreadable.length, 'clip')} cannot be read:`, ...named(unreadable)]
      : []),
    ...(silent.length > 0
      ? [`In ${plural(silent.length, 'clip')} nothing can be heard:`, ...named(silent)]
      : []),
    ...(kinds === 1 ? ['There is one emotion alone: nothing can be learned from it.', ''] : []),
  ]
}

/** A row, its text below itself where it is longer than the screen is wide. */
function wrapped(key: string, text: string, { columns }: Screen): string[] {
  const room = Math.max(30, columns - 12)
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const line = lines.at(-1)
    if (line !== undefined && line.length + 1 + word.length <= room) {
      lines[lines.length - 1] = `${line} ${word}`
    } else lines.push(word)
  }
  return lines.map((line, index) => `${(index === 0 ? key : '').padEnd(12)}${line}`)
}

function languageName(code: string): string {
  try {
    return new Intl.DisplayNames('en', { type: 'language' }).of(code) ?? code
  } catch {
    // A CSV file's own word.
    return code
  }
}

function channelsName(channels: string): string {
  if (channels === '1') return 'mono'
  return channels === '2' ? 'stereo' : `${channels} channels`
}

const whole = (count: number) => count.toLocaleString('en')
const plural = (count: number, word: string) => `${whole(count)} ${word}${count === 1 ? '' : 's'}`
const seconds = (time: number) => (time < 10 ? `${time.toFixed(1)} s` : `${time.toFixed(0)} s`)
