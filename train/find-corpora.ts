import { statSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Corpus,
  corpusNames,
  detectCorpus,
  loadCorpus,
  makeSynthetic,
} from 'undertone/corpora'
import { type CommonValues, UsageError, userPath } from './command-line.ts'
import { TrainingError } from './training-error.ts'

/** Corpora together, as one. */
export interface Data {
  /** Their names with plus signs between. */
  name: string
  corpora: Corpus[]
  clips: Corpus['clips']
  note?: string
  publishedAs: number
  found: number
}

/**
 * Loads the corpora that a command line names.
 * @param wanted the recipe's own
 * @param folder where made-up data may go
 */
export async function findCorpora(
  {
    data = [],
    corpus,
    note = [],
    synthetic,
  }: Pick<CommonValues, 'data' | 'corpus' | 'note' | 'synthetic'>,
  wanted: readonly string[],
  folder: string,
): Promise<Data> {
  if (synthetic) {
    if (data.length > 0 || corpus) throw new UsageError('--synthetic takes no --data or --corpus.')
    console.error('Made-up data: no figure of it says anything about real voices.')
    await mkdir(folder, { recursive: true })
    return joined([await makeSynthetic(folder)])
  }
  if (data.length === 0) {
    throw new UsageError('Say where the corpus is: --data PATH. Without one: --synthetic.')
  }
  const [named, plain] = [new Map<string, string>(), [] as string[]]
  for (const given of data) {
    const [, name, path] = /^([\w-]+)=(.+)$/.exec(given) ?? []
    if (name && path) named.set(name, userPath(path))
    else plain.push(userPath(given))
  }
  if (plain.length > 1) {
    throw new UsageError('Of several corpora, name each: --data NAME=PATH --data NAME=PATH.')
  }
  const path = plain[0]
  const names = corpus
    ? corpus.split(',').filter(Boolean)
    : named.size > 0
      ? [...named.keys()]
      : path
        ? await namesWithin(path, wanted)
        : wanted
  const notes = new Map<string | undefined, string>()
  for (const given of note) {
    const [, name, text] = /^([\w-]+)=(.+)$/.exec(given) ?? []
    const known = name && names.includes(name)
    notes.set(known ? name : undefined, known ? text! : given)
  }
  const corpora: Corpus[] = []
  for (const name of names) {
    const place = named.get(name) ?? within(path, name) ?? (names.length === 1 ? path : undefined)
    if (!place) {
      throw new TrainingError(
        `Where is ${name}? Say it by --data ${name}=PATH, or put it into a folder of that name within --data.`,
      )
    }
    corpora.push(await loadCorpus(name, place, notes.get(name) ?? notes.get(undefined)))
  }
  for (const { name, found, publishedAs } of corpora) {
    if (found < publishedAs) {
      console.error(`${name}: ${found} clips are here of the ${publishedAs} that the corpus has.`)
    }
  }
  return joined(corpora)
}

/** A corpus's folder within a folder of corpora. */
function within(path: string | undefined, name: string): string | undefined {
  if (!path || !corpusNames.includes(name)) return undefined
  const place = join(path, name)
  return isFolder(path) && isFolder(place) ? place : undefined
}

const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false

/** The corpora wanted where the path holds them by name, else the one that it is by its files. */
async function namesWithin(path: string, wanted: readonly string[]): Promise<readonly string[]> {
  if (wanted.some((name) => within(path, name))) return wanted
  const found = await detectCorpus(path)
  return found && (wanted.length === 1 || found === 'csv') ? [found] : wanted
}

function joined(corpora: Corpus[]): Data {
  const note = corpora
    .filter((corpus) => corpus.note)
    .map((corpus) => (corpora.length > 1 ? `${corpus.name}: ${corpus.note}` : corpus.note))
    .join('; ')
  return {
    name: corpora.map(({ name }) => name).join('+'),
    corpora,
    clips: corpora.flatMap(({ clips }) => clips),
    ...(note ? { note } : {}),
    publishedAs: corpora.reduce((sum, corpus) => sum + corpus.publishedAs, 0),
    found: corpora.reduce((sum, corpus) => sum + corpus.found, 0),
  }
}
