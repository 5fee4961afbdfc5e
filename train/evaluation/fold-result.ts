import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clip } from 'undertone/corpora'
import type { EpochRecord } from '../fit/checkpoint.ts'
import type { Protocol } from '../protocols/protocol.ts'
import { TrainingError } from '../training-error.ts'
import type { ConditionName } from './conditions.ts'
import type { Listeners } from './listeners.ts'

/** What a reader has to know of a protocol. */
export type ProtocolFacts = Pick<
  Protocol,
  'description' | 'sharesSpeakers' | 'folds' | 'designFolds' | 'classes' | 'betweenCorpora'
>

/** What one run on one fold gave, as it is kept in `results/`. */
export interface FoldResult {
  recipe: string
  /** The experiment's fingerprint: results of others are never averaged with it. */
  settings: string
  /** Trained on, and tested on where `testedOn` is absent. */
  corpus: string
  /** The corpus tested on, where it is another one than is trained on, or one of several. */
  testedOn?: string
  /** How the corpus's audio differs from the published one, if it does. */
  note?: string
  /** Corpora that the starting point heard. */
  pretrainedOn?: string[]
  protocol: string
  /** What the protocol is, where its name alone does not say: a recipe's own, a corpus's own. */
  protocolFacts?: ProtocolFacts
  /**
   * How tested clips got into training, where they did: a figure that shows what that feigns, and
   * is never taken for a measurement.
   */
  leak?: string
  fold: number
  seed: number
  epochs: number
  parameters: number
  labels: string[]
  clips: { train: number; validation: number; test: number }
  testSpeakers: string[]
  uar: number
  wa: number
  recalls: Record<string, number>
  /** `confusion[truth][prediction]`. */
  confusion: number[][]
  /**
   * The same from files on the device's road: decoded, resampled and scored by `recognize()` with
   * the model as converted. Absent where that was not run.
   */
  shipped?: Scored
  /** The same test clips, made harder to hear. Absent where that was not asked for. */
  conditions?: Partial<Record<ConditionName, Scored>>
  /** Where votes of listeners were given. */
  listeners?: Listeners
  /** Of all scores, fitted to the validation clips; absent in results of before it was. */
  temperature?: number
  /** Each epoch of the training. */
  history: EpochRecord[]
  /** Every test clip. */
  tested: TestedClip[]
  minutes: number
  command: string
  versions: Record<string, string>
}

/** The figures of a test that was repeated otherwise. */
export interface Scored {
  uar: number
  wa: number
  /** As of a {@link FoldResult}; absent in results of before it was kept. */
  confusion?: number[][]
}

export interface TestedClip
  extends Pick<Clip, 'corpus' | 'id' | 'speaker' | 'emotion' | 'sex' | 'statement' | 'language'> {
  /** Probabilities, in the order of the labels. */
  scores: number[]
  /** Those of another recording of it. */
  twin?: number[]
}

/** A clip with its scores, and another recording's, to four decimals; the highest stays the highest. */
export function testedClip(
  { corpus, id, speaker, emotion, sex, statement, language }: Clip,
  scores: Iterable<number>,
  twin?: Iterable<number>,
): TestedClip {
  return {
    ...{ corpus, id, speaker, emotion },
    ...(sex ? { sex } : {}),
    ...(statement ? { statement } : {}),
    ...(language ? { language } : {}),
    scores: rounded(scores),
    ...(twin ? { twin: rounded(twin) } : {}),
  }
}

function rounded(scores: Iterable<number>): number[] {
  const exact = Array.from(scores)
  const short = exact.map((score) => Number(score.toFixed(4)))
  const winner = exact.indexOf(Math.max(...exact))
  if (short.indexOf(Math.max(...short)) !== winner) {
    short[winner] = Number((short[winner]! + 1e-4).toFixed(4))
  }
  return short
}

/** A file's name for what all folds and seeds of an experiment have in common, less the recipe. */
export function experimentName({
  protocol,
  corpus,
  testedOn,
  leak,
  settings,
}: Pick<FoldResult, 'protocol' | 'corpus' | 'testedOn' | 'leak' | 'settings'>): string {
  return [
    protocol,
    ...(testedOn ? [corpus, 'on', testedOn] : []),
    ...(leak ? ['leak', leak] : []),
    settings,
  ]
    .join('-')
    .replace(/[^\w-]+/g, '-')
}

export async function writeFoldResult(folder: string, result: FoldResult): Promise<string> {
  const place = join(folder, result.recipe)
  await mkdir(place, { recursive: true })
  const path = join(place, `${experimentName(result)}-fold-${result.fold}-seed-${result.seed}.json`)
  const { tested, ...rest } = result
  // A line a clip, so that a difference between two runs can be read.
  const lines = tested.map((clip) => JSON.stringify(clip)).join(',\n')
  const text = `${JSON.stringify(rest).slice(0, -1)},"tested":[\n${lines}\n]}\n`
  await writeFile(`${path}.partial`, text)
  await rename(`${path}.partial`, path)
  return path
}

/**
 * Every result below a folder; none where it is not there.
 * @throws {TrainingError} when a file is no whole result
 */
export async function readFoldResults(folder: string): Promise<FoldResult[]> {
  const paths = await readdir(folder, { recursive: true }).catch((error) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  return Promise.all(
    paths
      .filter((path) => path.endsWith('.json'))
      .sort()
      .map((path) => readFoldResult(join(folder, path))),
  )
}

async function readFoldResult(path: string): Promise<FoldResult> {
  const text = await readFile(path, 'utf8')
  try {
    const result = JSON.parse(text)
    if (result.recipe && result.settings && Array.isArray(result.tested)) return result
  } catch {}
  throw new TrainingError(`${path} is no whole result of a fold. Delete it, and measure it again.`)
}
