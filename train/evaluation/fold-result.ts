import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clip } from 'undertone/corpora'
import type { EpochRecord } from '../fit/checkpoint.ts'

/** What one run on one fold gave, as it is kept in `results/`. */
export interface FoldResult {
  recipe: string
  /** The experiment's fingerprint: results of others are never averaged with it. */
  settings: string
  corpus: string
  /** How the corpus's audio differs from the published one, if it does. */
  note?: string
  /** Corpora that the starting point heard. */
  pretrainedOn?: string[]
  protocol: string
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
  shipped?: { uar: number; wa: number }
  /** Each epoch of the training. */
  history: EpochRecord[]
  /** Every test clip. */
  tested: TestedClip[]
  minutes: number
  command: string
  versions: Record<string, string>
}

export interface TestedClip
  extends Pick<Clip, 'corpus' | 'id' | 'speaker' | 'emotion' | 'sex' | 'statement'> {
  /** Probabilities, in the order of the labels. */
  scores: number[]
}

/** A clip with its scores, to four decimals. */
export function testedClip(
  { corpus, id, speaker, emotion, sex, statement }: Clip,
  scores: Iterable<number>,
): TestedClip {
  return {
    ...{ corpus, id, speaker, emotion },
    ...(sex ? { sex } : {}),
    ...(statement ? { statement } : {}),
    scores: Array.from(scores, (score) => Number(score.toFixed(4))),
  }
}

export async function writeFoldResult(folder: string, result: FoldResult): Promise<string> {
  const place = join(folder, result.recipe)
  await mkdir(place, { recursive: true })
  const { protocol, settings, fold, seed } = result
  const path = join(place, `${protocol}-${settings}-fold-${fold}-seed-${seed}.json`)
  const { tested, ...rest } = result
  // A line a clip, so that a difference between two runs can be read.
  const lines = tested.map((clip) => JSON.stringify(clip)).join(',\n')
  const text = `${JSON.stringify(rest).slice(0, -1)},"tested":[\n${lines}\n]}\n`
  await writeFile(`${path}.partial`, text)
  await rename(`${path}.partial`, path)
  return path
}

/** Every result below a folder. */
export async function readFoldResults(folder: string): Promise<FoldResult[]> {
  const paths = await readdir(folder, { recursive: true }).catch((error) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const texts = paths
    .filter((path) => path.endsWith('.json'))
    .sort()
    .map((path) => readFile(join(folder, path), 'utf8'))
  return (await Promise.all(texts)).map((text) => JSON.parse(text))
}
