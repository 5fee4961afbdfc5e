import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

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
  /** Probabilities of every test clip, by the clip's own name, in the order of the labels. */
  scores: Record<string, number[]>
  minutes: number
  command: string
  versions: Record<string, string>
}

export async function writeFoldResult(folder: string, result: FoldResult): Promise<string> {
  const place = join(folder, result.recipe)
  await mkdir(place, { recursive: true })
  const { protocol, settings, fold, seed } = result
  const path = join(place, `${protocol}-${settings}-fold-${fold}-seed-${seed}.json`)
  const { scores, ...rest } = result
  // A line a clip, so that a difference between two runs can be read.
  const lines = Object.entries(scores).map(
    ([id, row]) => `${JSON.stringify(id)}:${JSON.stringify(row)}`,
  )
  const text = `${JSON.stringify(rest).slice(0, -1)},"scores":{\n${lines.join(',\n')}\n}}\n`
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
