import { detectCorpus, inspectCorpus, loadCorpus, UndertoneError } from '../corpora/index.ts'
import { inspectionLines } from './inspection-lines.ts'
import { describe, type Output } from './output.ts'
import { progressBar } from './progress-bar.ts'

export interface CorpusInspectOptions {
  path: string
  corpus: string | undefined
  json: boolean
}

/**
 * Tells what a corpus holds.
 * @returns the exit status: 0 every clip can be read, 1 some cannot or there is no corpus, 2 no such
 *   corpus is known
 */
export async function corpusInspect(
  { path, corpus: name, json }: CorpusInspectOptions,
  output: Output,
): Promise<number> {
  const bar = progressBar()
  try {
    const corpus = await loadCorpus(name ?? (await detect(path)), path)
    const start = performance.now()
    const inspection = await inspectCorpus(corpus, {
      onProgress: (done, total) => bar.show('Decoding', done, total, `${done} of ${total} clips`),
    })
    bar.end()
    const elapsed = (performance.now() - start) / 1000
    if (json) output.answer(JSON.stringify({ path, ...inspection, elapsed }, undefined, 2))
    else for (const line of inspectionLines(inspection, elapsed, output.screen)) output.answer(line)
    return inspection.unreadable.length > 0 ? 1 : 0
  } catch (error) {
    bar.end()
    const { code, message } = describe(error)
    output.note(`undertone: ${message} (${code})`)
    return code === 'corpus-unknown' ? 2 : 1
  }
}

async function detect(path: string): Promise<string> {
  const name = await detectCorpus(path)
  if (name) return name
  throw new UndertoneError(
    'corpus-not-found',
    `No clip in ${path} is named like those of RAVDESS, CREMA-D, TESS, SAVEE or EMO-DB. List your own recordings in a CSV file with the header path,label,speaker, and name that.`,
  )
}
