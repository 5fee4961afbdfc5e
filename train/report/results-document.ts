import type { Assessment } from '../evaluation/assessment.ts'
import { caveats } from '../evaluation/caveats.ts'
import {
  type CorpusMatrix,
  corpusMatrices,
  pairOf,
  withLanguage,
} from '../evaluation/corpus-matrix.ts'
import { count, figure, interval, many, points, sentence } from '../evaluation/figures.ts'
import { nearnesses } from '../evaluation/listeners.ts'
import { type ClassScores, classMeans } from '../evaluation/metrics.ts'
import { recipes } from '../recipes/index.ts'

const introduction = `# What was measured

\`npm run results -- --write docs/results.md\` writes this page from the results of single folds in
\`train/results/\`; \`npm run --silent results -- --json\` prints the same figures for programs, and
\`npm run results -- --report DIR\` makes a page of plots of each.

UAR is the unweighted average recall, the mean of the emotions' recalls; WA the share of clips that
are right. Both are means over the folds of a protocol, then over the seeds. Precision, F1 and the
calibration error (15 bins of equally many clips) are of all clips of all folds and seeds at once, and
so are the 95 % intervals: the speakers drawn anew 2,000 times, since clips of one voice are right or
wrong together. For few speakers they are rather too narrow; for fewer than five there is none.
Results of different settings are never averaged.`

/**
 * The document of all measurements, as Markdown.
 * @param mixed sentences on tables whose results have different settings
 */
export function resultsDocument(
  assessments: readonly Assessment[],
  mixed: readonly string[],
): string {
  const names = [...new Set(assessments.map(({ recipe }) => recipe))]
  return `${[
    introduction,
    ...mixed.map((sentence) => `**${sentence}**`),
    ...overview(assessments.filter(within)),
    ...names.flatMap((name) => recipeSection(name, assessments)),
  ].join('\n\n')}\n`
}

/** Not of one corpus by models of another. */
const within = ({ protocolFacts }: Assessment) => !protocolFacts.betweenCorpora

function overview(assessments: readonly Assessment[]): string[] {
  if (assessments.length === 0) return []
  const rows = assessments.map((assessment) => {
    const { recipe, protocol, corpus, testedOn, leak, labels, protocolFacts } = assessment
    const { uar, wa, folds } = assessment
    const whole = folds.length === protocolFacts.folds
    return [
      recipe,
      `\`${protocol}\`${whole ? '' : ` (fold ${folds.join(', ')} of ${protocolFacts.folds} alone)`}`,
      testedOn ?? corpus,
      count(labels.length),
      leak ? `**yes, and clips too: ${leak}**` : protocolFacts.sharesSpeakers ? '**yes**' : 'no',
      figure(uar),
      figure(wa),
    ]
  })
  const shared = 'speakers of the test in training'
  const head = ['recipe', 'protocol', 'corpus', 'classes', shared, 'UAR', 'WA']
  return ['## All of it', table(head, rows)]
}

function recipeSection(name: string, assessments: readonly Assessment[]): string[] {
  const own = assessments.filter(({ recipe }) => recipe === name)
  const recipe = recipes.find((recipe) => recipe.name === name)
  return [
    `## ${name}`,
    ...(recipe ? [sentence(recipe.description)] : []),
    ...own.filter(within).flatMap(experimentSection),
    ...corpusMatrices(own).flatMap(matrixSection),
  ]
}

function experimentSection(assessment: Assessment): string[] {
  const { recipe, protocol, corpus, testedOn, leak, protocolFacts, note, classes } = assessment
  const warning = leak ? ': LEAKING' : protocolFacts.sharesSpeakers ? ': SHARES SPEAKERS' : ''
  return [
    `### ${recipe} on ${testedOn ?? corpus} by \`${protocol}\`${warning}`,
    headline(assessment),
    classTable(classes, [['clips', ...classes.map(({ clips }) => count(clips)), '']]),
    ...shippedTable(assessment),
    ...listenersTable(assessment),
    [
      protocolFacts.description,
      ...(testedOn ? [`Tested on ${testedOn} alone.`] : []),
      leak
        ? `Leaking, to show what that feigns: ${leak}. No figure of it tells how well the model hears.`
        : protocolFacts.sharesSpeakers
          ? 'Speakers are shared between training and test.'
          : 'No speaker is shared between training and test.',
      ...caveats(assessment),
      ...pretraining(assessment),
      ...(note ? [`The audio: ${note}.`] : []),
      ...claim(assessment),
      ...publication(assessment),
    ].join(' '),
    command(assessment),
  ]
}

/** @param further rows */
function classTable(classes: readonly ClassScores[], further: string[][] = []): string {
  const means = classMeans(classes)
  const row = (name: string, of: keyof typeof means) => [
    ...[name, ...classes.map((one) => figure(one[of])), figure(means[of])],
  ]
  return table(
    ['', ...classes.map(({ label }) => label), 'mean'],
    [row('precision', 'precision'), row('recall', 'recall'), row('F1', 'f1'), ...further],
  )
}

/** The same table again, from files as a device does. */
function shippedTable({ shipped }: Assessment): string[] {
  if (!shipped?.classes) return []
  const runs = `${shipped.runs} of ${many(shipped.of, 'run')}`
  return [`From files, as a device does (${runs}):`, classTable(shipped.classes)]
}

function listenersTable({ listeners }: Assessment): string[] {
  if (!listeners) return []
  const { clips, runs, of } = listeners
  return [
    `Beside one listener, each left out of the crowd by turns (${runs} of ${many(of, 'run')}, ${count(clips)} clips with votes); the distance is the total variation between shares:`,
    table(
      ['', 'hears what most others do', 'distance from their votes'],
      nearnesses(listeners).map(({ name, agreement, distance }) => [
        ...[name, figure(agreement), figure(distance)],
      ]),
    ),
  ]
}

function headline(assessment: Assessment): string {
  const { uar, wa, folds, seeds, pooled, sexes, shipped, conditions, twins } = assessment
  const { calibration, authors, published } = assessment
  const { intervals } = pooled
  const rows: string[][] = [
    [
      `mean of ${many(folds.length, 'fold')}, ${many(seeds.length, 'seed')}`,
      ...[`**${figure(uar)}**`, `**${figure(wa)}**`],
    ],
  ]
  if (intervals) {
    rows.push(['95 % interval, all clips at once', interval(intervals.uar), interval(intervals.wa)])
  }
  if (seeds.length > 1) {
    for (const { seed, uar, wa } of seeds) rows.push([`seed ${seed}`, figure(uar), figure(wa)])
  }
  if (assessment.uarBeyondDesign !== undefined) {
    const { designFolds } = assessment.protocolFacts
    rows.push([
      `without folds ${designFolds.join(' and ')}`,
      figure(assessment.uarBeyondDesign),
      '',
    ])
  }
  if (sexes.length > 1) {
    for (const { name, uar, wa } of sexes) rows.push([name, figure(uar), figure(wa)])
  }
  if (shipped) {
    rows.push([
      `from files, as a device does (${shipped.runs} of ${many(shipped.of, 'run')})`,
      `${figure(shipped.uar)} (${points(shipped.uarPoints)})`,
      `${figure(shipped.wa)} (${points(shipped.waPoints)})`,
    ])
  }
  for (const { description, ...again } of conditions) {
    rows.push([
      `through ${description} (${again.runs} of ${many(again.of, 'run')})`,
      `${figure(again.uar)} (${points(again.uarPoints)})`,
      `${figure(again.wa)} (${points(again.waPoints)})`,
    ])
  }
  if (twins) {
    const range = twins.interval ? ` (${interval(twins.interval)})` : ''
    rows.push([
      `${many(twins.clips, 'clip')} and other recordings of them: heard alike`,
      '',
      `${figure(twins.same)}${range}`,
    ])
    rows.push(['WA of these clips', '', figure(twins.wa)])
    rows.push(['WA of the other recordings', '', figure(twins.twinWa)])
  }
  for (const { leak, uar, wa } of assessment.leaks ?? []) {
    rows.push([`leaking: ${leak}`, figure(uar), figure(wa)])
  }
  if (authors?.shortfall !== undefined) {
    rows.push(['its authors claim', '', `≥ ${figure(authors.accuracy)}`])
    rows.push(['shortfall', '', shortBy(authors.shortfall)])
  }
  if (published) {
    rows.push([`published: ${published.source}`, figure(published.uar), ''])
    rows.push(['shortfall', shortBy(published.shortfall), ''])
  }
  const { ece, fitted } = calibration
  rows.push([`calibration error${byTemperature(fitted)}`, figure(ece), ''])
  return table(['', 'UAR', 'WA'], rows)
}

const shortBy = (shortfall: number): string =>
  shortfall > 0 ? `${shortfall.toFixed(1)} points` : 'none'

const byTemperature = ({ runs, of, temperature }: Assessment['calibration']['fitted']): string =>
  temperature === undefined
    ? ', certainty as the network has it'
    : `, by temperatures fitted to validation clips (mean ${temperature.toFixed(2)}; ${runs} of ${many(of, 'run')})`

const pretraining = ({ pretrainedOn }: Assessment): string[] =>
  pretrainedOn ? [`Pre-trained on ${pretrainedOn.join(', ')}.`] : []

function claim({ authors, leak, leaks = [] }: Assessment): string[] {
  if (!authors) return []
  const { claim, accuracy, shortfall, why } = authors
  if (shortfall === undefined) {
    return [`Its authors claim ${claim}, by a split of their own that shares speakers.`]
  }
  const how = leak ? 'with this leak' : 'without a leak'
  const feigned = leaks.map((one) => {
    const missing = 100 * (accuracy - one.wa)
    const reach = missing > 0 ? `${missing.toFixed(1)} points short of it` : 'there'
    return `With a leak (${one.leak}) it seems to be ${reach}.`
  })
  return [
    shortfall > 0
      ? `It falls ${shortfall.toFixed(1)} points short of what its authors claim, ${how}.`
      : `It reaches what its authors claim, ${how}.`,
    ...feigned,
    ...(why && !leak ? [why] : []),
  ]
}

function publication({ published }: Assessment): string[] {
  if (!published || published.shortfall === 0) return []
  const { source, uar, shortfall, why } = published
  return [
    `It falls ${shortfall.toFixed(1)} points short of the published ${figure(uar)} (${source}). ${why}`,
  ]
}

function matrixSection(matrix: CorpusMatrix): string[] {
  const { recipe, protocol, settings, leak, trainedOn, testedOn, pairs } = matrix
  const first = pairs[0]!
  return [
    `### ${recipe} by \`${protocol}\`${leak ? ': LEAKING' : ''}`,
    ...(pairs.length > testedOn.length
      ? [
          'UAR, trained on the corpus of the row and tested on that of the column:',
          table(
            ['', ...testedOn.map((corpus) => withLanguage(matrix, corpus))],
            trainedOn.map((trained) => [
              withLanguage(matrix, trained),
              ...testedOn.map((tested) => {
                const pair = pairOf(matrix, trained, tested)
                return pair ? figure(pair.uar) : '–'
              }),
            ]),
          ),
        ]
      : []),
    'What each figure is measured over; chance is one in the number of labels:',
    table(
      ['trained on', 'tested on', 'UAR', '95 % interval', 'chance', 'WA', 'clips', 'labels'],
      pairs.map(({ corpus, testedOn, uar, wa, pooled, labels, clips }) => [
        ...[corpus, withLanguage(matrix, testedOn!), figure(uar)],
        pooled.intervals ? interval(pooled.intervals.uar) : '–',
        ...[figure(1 / labels.length), figure(wa), count(clips), labels.join(', ')],
      ]),
    ),
    [
      first.protocolFacts.description,
      'No speaker is shared between training and test.',
      ...(leak ? [`Leaking, to show what that feigns: ${leak}.`] : []),
      ...new Set(pairs.flatMap(caveats)),
      ...pretraining(first),
      ...[...new Set(pairs.flatMap(({ note }) => note ?? []))].map((note) => `The audio: ${note}.`),
      `Means of ${many(first.seeds.length, 'seed')}; settings \`${settings}\`.`,
    ].join(' '),
    command(first),
  ]
}

const command = ({ command, settings, params }: Assessment): string =>
  `Settings \`${settings}\`, ${count(params)} parameters:\n\n    ${command}`

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  const isFigure = (cell: string) => /^(\**[\d≥–].*|none|)$/.test(cell)
  const align = head.map((_, i) => (rows.every((row) => isFigure(row[i]!)) ? '---:' : '---'))
  return [line(head), line(align), ...rows.map(line)].join('\n')
}
