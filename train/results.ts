import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, runCommand, userPath } from './command-line.ts'
import { type FoldResult, readFoldResults } from './evaluation/fold-result.ts'
import { printSummary } from './evaluation/print-summary.ts'
import { type Summary, summarize } from './evaluation/summary.ts'
import { protocolNamed } from './protocols/index.ts'

const help = `Prints what was measured, from the results of single folds.

  npm run results

  --json             one JSON array on stdout
  --results DIR      where the results lie (default train/results)`

await runCommand(help, async (args) => {
  const { values } = parseArgs({
    args,
    options: { json: { type: 'boolean', default: false }, results: { type: 'string' } },
  })
  const folder = values.results
    ? userPath(values.results)
    : join(dirname(fileURLToPath(import.meta.url)), 'results')
  const results = await readFoldResults(folder)
  const runs = new Map<string, FoldResult[]>()
  for (const result of results) {
    const key = `${result.settings} ${result.protocol}`
    runs.set(key, [...(runs.get(key) ?? []), result])
  }
  const summaries: Summary[] = []
  for (const group of runs.values()) {
    const protocol = protocolNamed(group[0]!.protocol)
    const summary = summarize(group)
    summaries.push(summary)
    if (values.json) continue
    printSummary(summary, protocol)
    console.log()
  }
  if (results.length === 0) console.error(`Nothing is measured yet in ${folder}.`)
  if (values.json) console.log(JSON.stringify(summaries))
})
