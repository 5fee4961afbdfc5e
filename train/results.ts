import { rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, runCommand, UsageError, userPath } from './command-line.ts'
import { type Assessment, assess } from './evaluation/assessment.ts'
import { corpusMatrices } from './evaluation/corpus-matrix.ts'
import { type Experiment, experimentsOf, mixedSettings } from './evaluation/experiments.ts'
import { readFoldResults } from './evaluation/fold-result.ts'
import { withLeaks } from './evaluation/leaks.ts'
import { printAssessment, printMatrix } from './evaluation/print-summary.ts'
import { findCorpora } from './find-corpora.ts'
import { resultsDocument } from './report/results-document.ts'
import { TrainingError } from './training-error.ts'

const help = `Prints what was measured, from the results of single folds.

  npm run results
  npm run results -- --recipe NAME --protocol NAME

  --recipe NAME      of this recipe alone
  --protocol NAME    by this protocol alone; with --recipe, results of different settings are an error
  --settings ID      of these settings alone
  --results DIR      where the results lie; several times, to gather them (default train/results)
  --json             one JSON array on stdout
  --write FILE       writes all as Markdown, as docs/results.md is
  --report DIR       writes a page with plots, and a JSON, of each experiment
  --data PATH        the corpora, to show clips in these pages: as of \`npm run evaluate\``

await runCommand(help, async (args) => {
  const { values } = parseArgs({
    args,
    options: {
      recipe: { type: 'string' },
      protocol: { type: 'string' },
      settings: { type: 'string' },
      results: { type: 'string', multiple: true },
      json: { type: 'boolean', default: false },
      write: { type: 'string' },
      report: { type: 'string' },
      data: { type: 'string', multiple: true },
    },
  })
  if (values.data && !values.report) throw new UsageError('--data is for --report.')
  const own = join(dirname(fileURLToPath(import.meta.url)), 'results')
  const folders = values.results?.map(userPath) ?? [own]
  const found = (await Promise.all(folders.map(readFoldResults))).flat()
  const asked = (['recipe', 'protocol', 'settings'] as const).filter((key) => values[key])
  const results = found.filter((result) => asked.every((key) => result[key] === values[key]))
  if (results.length === 0 && asked.length > 0) {
    const what = asked.map((key) => `${key} ${values[key]}`).join(', ')
    throw new TrainingError(`There is no result of ${what} in ${folders.join(', ')}.`)
  }
  const experiments = experimentsOf(results)
  const mixed = mixedSettings(experiments)
  if (values.recipe && values.protocol && mixed.length > 0) {
    throw new TrainingError(`${mixed.join('\n')}\nName one by --settings.`)
  }
  const assessments = withLeaks(experiments.map(({ results }) => assess(results)))

  if (values.json) console.log(JSON.stringify(assessments.map(record)))
  else if (!values.write && !values.report) print(assessments, mixed)
  if (results.length === 0) console.error(`Nothing is measured yet in ${folders.join(', ')}.`)
  if (values.write) {
    const path = userPath(values.write)
    await writeFile(`${path}.partial`, resultsDocument(assessments, mixed))
    await rename(`${path}.partial`, path)
  }
  if (values.report)
    await writeReports(userPath(values.report), experiments, assessments, values.data)
})

/**
 * An experiment for programs: a leaking one has a name of its own, so that nobody takes it for a
 * measurement by that protocol.
 */
function record(assessment: Assessment) {
  const { seeds, uarSpread, protocol, leak, folds, protocolFacts } = assessment
  return {
    ...assessment,
    protocol: leak ? `${protocol}-leaking` : protocol,
    seeds: seeds.map(({ seed }) => seed),
    bySeed: seeds,
    // One seed tells nothing of the spread.
    uarSpread: seeds.length > 1 ? uarSpread : null,
    complete: folds.length === protocolFacts.folds,
  }
}

function print(assessments: readonly Assessment[], mixed: readonly string[]): void {
  for (const sentence of mixed) console.log(`${sentence}\n`)
  for (const assessment of assessments) {
    printAssessment(assessment)
    console.log()
  }
  for (const matrix of corpusMatrices(assessments)) {
    printMatrix(matrix)
    console.log()
  }
}

async function writeReports(
  folder: string,
  experiments: readonly Experiment[],
  assessments: readonly Assessment[],
  data: string[] | undefined,
): Promise<void> {
  // What draws is loaded by those alone who want it.
  const { writeReport } = await import('./report/report.ts')
  const { audioOf } = await import('./report/audio-of.ts')
  const clips = experiments.flatMap(({ results }) => results.flatMap(({ tested }) => tested))
  const corpora = [...new Set(clips.map(({ corpus }) => corpus))].sort()
  const sounds = data
    ? {
        audioOf: audioOf(
          (await findCorpora({ data, note: [], synthetic: false }, corpora, '')).clips,
        ),
      }
    : {}
  for (const [i, { results }] of experiments.entries()) {
    const { html, json } = await writeReport(folder, results, {
      assessment: assessments[i]!,
      ...sounds,
    })
    console.error(`${html}\n${json}`)
  }
}
