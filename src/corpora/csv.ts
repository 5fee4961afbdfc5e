import { access, readFile } from 'node:fs/promises'
import { basename, dirname, extname, isAbsolute, relative, resolve } from 'node:path'
import { type CsvError, type InfoRecord, parse } from 'csv-parse/sync'
import { UndertoneError } from '../error.ts'
import { type Clip, type Corpus, type Emotion, emotions } from './clip.ts'

const needed = ['path', 'label', 'speaker'] as const
type Row = Partial<Record<string, string>>

// Words and codes of published corpora. What means another emotion to some (excited, frustrated)
// is not among them.
const synonyms: Record<Emotion, string> = {
  neutral: 'neu',
  calm: 'cal calmness',
  happy: 'hap happiness joy joyful',
  sad: 'sadness',
  angry: 'ang anger',
  fearful: 'fea fear afraid scared',
  disgust: 'dis disgusted',
  surprised: 'sur ps surprise pleasant_surprise pleasant_surprised',
  bored: 'bor boredom',
}
const emotionOf = new Map(
  emotions.flatMap((emotion) =>
    [emotion, ...synonyms[emotion].split(' ')].map((word) => [word, emotion] as const),
  ),
)
const sexOf = new Map<string, 'female' | 'male'>([
  ...['female', 'f', 'woman'].map((word) => [word, 'female'] as const),
  ...['male', 'm', 'man'].map((word) => [word, 'male'] as const),
])

/**
 * Loads a corpus that a CSV file lists: a header with `path`, `label` and `speaker`, in any order,
 * and, where they are known, `sex`, `statement`, `intensity` and `language`; separated by commas,
 * semicolons or tabs, quoted as in RFC 4180. Paths are relative to the file's own folder.
 * @throws {UndertoneError} `corpus-not-found`, `corpus-invalid` with the line that is wrong
 */
export async function loadCsv(file: string, note?: string): Promise<Corpus> {
  const shown = basename(file)
  const corpus = `csv-${basename(file, extname(file))}`
  const lineOf = new Map<string, number>()
  const clips = readRows(await readText(file), shown).map(({ line, row }): Clip => {
    const invalid = (what: string) =>
      new UndertoneError('corpus-invalid', `${shown}, line ${line}: ${what}`)
    const cell = (column: string) => row[column]?.trim() || undefined
    const [path, label, speaker] = needed.map((column) => {
      const value = cell(column)
      if (!value) throw invalid(`the ${column} is missing.`)
      return value
    }) as [string, string, string]
    const emotion = emotionOf.get(label.toLowerCase().replaceAll(/[\s-]+/g, '_'))
    if (!emotion) {
      throw invalid(
        `the label "${label}" is not known. Use ${emotions.join(', ')}, or another word for one of them, such as anger or joy.`,
      )
    }
    const sex = cell('sex')
    if (sex && !sexOf.has(sex.toLowerCase())) {
      throw invalid(`the sex "${sex}" is not known. Use female or male, or leave it empty.`)
    }
    const id = idOf(path, file)
    const before = lineOf.get(id)
    if (before) throw invalid(`${path} is the same clip as in line ${before}. Remove one of them.`)
    lineOf.set(id, line)
    return {
      corpus,
      id,
      path: resolve(dirname(file), path),
      speaker,
      emotion,
      ...(sex ? { sex: sexOf.get(sex.toLowerCase())! } : {}),
      ...optional('statement', cell('statement')),
      ...optional('intensity', cell('intensity')),
      ...optional('language', cell('language')),
    }
  })
  if (clips.length === 0) {
    throw new UndertoneError(
      'corpus-invalid',
      `${shown} names no clip: below its header, path,label,speaker, it needs a line for each.`,
    )
  }
  await refuseAllMissing(clips, shown)
  return {
    name: corpus,
    title: shown,
    licence: 'unstated',
    ...(note ? { note } : {}),
    publishedAs: clips.length,
    found: clips.length,
    otherFiles: 0,
    clips,
  }
}

const optional = <Name extends string>(name: Name, value: string | undefined) =>
  (value ? { [name]: value } : {}) as { [key in Name]?: string }

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    throw new UndertoneError(
      'corpus-not-found',
      code === 'ENOENT'
        ? `There is no file ${file}.`
        : code === 'EISDIR'
          ? `${file} is a folder. Name the CSV file in it.`
          : `${file} cannot be read: ${message}.`,
      { cause },
    )
  }
}

/** The rows below the header, each with the number of its line. */
function readRows(text: string, shown: string): { line: number; row: Row }[] {
  const header = text.split(/[\r\n]/, 1)[0]!
  const delimiter = [',', ';', '\t'].find((mark) => header.includes(mark)) ?? ','
  try {
    const records = parse(text, {
      bom: true,
      delimiter,
      record_delimiter: ['\r\n', '\n', '\r'],
      info: true,
      skip_empty_lines: true,
      columns: (names: string[]) => checkHeader(names, shown),
    }) as unknown as { info: InfoRecord; record: Row }[]
    return records.map(({ info, record }) => ({ line: info.lines, row: record }))
  } catch (cause) {
    if (cause instanceof UndertoneError) throw cause
    throw new UndertoneError(
      'corpus-invalid',
      `${shown} is not valid CSV: ${(cause as CsvError).message}.`,
      { cause },
    )
  }
}

function checkHeader(names: string[], shown: string): string[] {
  const header = names.map((name) => name.trim().toLowerCase())
  const missing = needed.filter((name) => !header.includes(name))
  if (missing.length > 0) {
    throw new UndertoneError(
      'corpus-invalid',
      `${shown} has no column ${missing.join(', ')}: its first line has to be path,label,speaker (and may add sex, statement, intensity, language). It is: ${names.join(',').slice(0, 200)}`,
    )
  }
  return header
}

/** The path without extension, from the file's folder: the same wherever both lie together. */
function idOf(path: string, file: string): string {
  const folder = dirname(resolve(file))
  const here = isAbsolute(path) ? relative(folder, path) : path
  return relative(folder, resolve(folder, here))
    .replaceAll('\\', '/')
    .slice(0, -extname(path).length || undefined)
}

/** One file that is missing is an unreadable clip; when all are, the paths are wrong. */
async function refuseAllMissing(clips: readonly Clip[], shown: string): Promise<void> {
  for (const { path } of clips) {
    try {
      await access(path)
      return
    } catch {
      // not there; the next may be
    }
  }
  throw new UndertoneError(
    'corpus-invalid',
    `None of the ${clips.length} files that ${shown} names is there; the first is ${clips[0]?.path}. Paths are relative to the CSV file's own folder.`,
  )
}
