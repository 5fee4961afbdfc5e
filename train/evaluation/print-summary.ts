import type { Assessment } from './assessment.ts'
import { caveats } from './caveats.ts'
import { type CorpusMatrix, pairOf } from './corpus-matrix.ts'
import { count, figure, interval, many, points } from './figures.ts'
import { nearnesses } from './listeners.ts'
import type { ClassScores } from './metrics.ts'

/** An experiment's figures, for people. */
export function printAssessment(assessment: Assessment): void {
  const { recipe, corpus, testedOn, leak, note, pretrainedOn, protocolFacts } = assessment
  console.log(`${recipe} (${count(assessment.params)} parameters)`)
  if (leak) console.log(`LEAKING, to show what that feigns: ${leak}.`)
  console.log(protocolFacts.description)
  if (testedOn) console.log(`Trained on ${corpus}, tested on ${testedOn}.`)
  console.log(`${many(assessment.clips, 'clip')} of ${testedOn ?? corpus} tested.`)
  for (const caveat of caveats(assessment)) console.log(caveat)
  if (note) console.log(`The audio: ${note}.`)
  if (pretrainedOn) console.log(`Pre-trained on ${pretrainedOn.join(', ')}.`)
  printFigures(assessment)
}

function printFigures(assessment: Assessment): void {
  const { uar, wa, uarSpread, seeds, folds, protocolFacts, pooled } = assessment
  for (const { seed, uar, wa, folds } of seeds) {
    const byFold = folds.length > 1 ? `  by fold ${folds.map(figure).join(' ')}` : ''
    console.log(`seed ${seed}  ${both({ uar, wa })}${byFold}`)
  }
  const runs = `mean of ${many(folds.length, 'fold')} and ${many(seeds.length, 'seed')}`
  const spread = seeds.length > 1 ? `; UAR differs by ${figure(uarSpread)} from seed to seed` : ''
  console.log(`${both({ uar, wa })}  ${runs}${spread}`)
  if (assessment.uarBeyondDesign !== undefined) {
    const design = protocolFacts.designFolds.join(' and ')
    console.log(`without folds ${design}  UAR ${figure(assessment.uarBeyondDesign)}`)
  }
  const { intervals, f1 } = pooled
  console.log(
    `all clips at once  UAR ${figure(pooled.uar)}${within(intervals?.uar)}  WA ${figure(pooled.wa)}${within(intervals?.wa)}  F1 ${figure(f1)}  calibration error ${figure(assessment.calibration.ece)}`,
  )
  if (intervals) {
    console.log(
      `(95 % intervals: the ${intervals.speakers} speakers drawn anew ${count(intervals.resamples)} times)`,
    )
  }
  const {
    classes,
    sexes,
    shipped,
    conditions,
    listeners,
    twins,
    authors,
    published,
    leaks = [],
  } = assessment
  console.log(
    `\n${'emotion'.padEnd(12)}precision  recall     F1${shipped?.classes ? '   from files, as a device does' : ''}`,
  )
  for (const one of classes) {
    const again = shipped?.classes?.find(({ label }) => label === one.label)
    console.log(`${one.label.padEnd(12)}${row(one)}${again ? `   ${row(again)}` : ''}`)
  }
  console.log('')
  if (sexes.length > 1) {
    console.log(sexes.map(({ name, uar }) => `${name}  UAR ${figure(uar)}`).join('  '))
  }
  if (shipped) {
    console.log(
      `from files as a device does (${shipped.runs} of ${many(shipped.of, 'run')})  UAR ${figure(shipped.uar)} (${points(shipped.uarPoints)})  WA ${figure(shipped.wa)} (${points(shipped.waPoints)})`,
    )
  }
  for (const { name, uar, uarPoints } of conditions) {
    console.log(`under ${name}  UAR ${figure(uar)} (${points(uarPoints)})`)
  }
  if (listeners) {
    const { runs, of } = listeners
    console.log(`beside one listener, by what the others heard (${runs} of ${many(of, 'run')}):`)
    for (const { name, agreement, distance } of nearnesses(listeners)) {
      console.log(
        `  ${name.padEnd(30)}hears what most do ${figure(agreement)}  distance from votes ${figure(distance)}`,
      )
    }
  }
  if (twins) {
    console.log(
      `${many(twins.clips, 'clip')} and other recordings of them  heard alike ${figure(twins.same)}${within(twins.interval)}  WA ${figure(twins.wa)}, of the others ${figure(twins.twinWa)}`,
    )
  }
  for (const one of leaks) console.log(`leaking (${one.leak})  ${both(one)}`)
  if (authors?.shortfall !== undefined) {
    const { claim, shortfall } = authors
    const how = shortfall > 0 ? `WA falls short by ${shortfall.toFixed(1)} points` : 'reached'
    console.log(`its authors claim ${claim}: ${how}`)
    if (authors.why) console.log(authors.why)
  }
  if (published) {
    const { source, uar, shortfall, why } = published
    const how = shortfall > 0 ? `falls short by ${shortfall.toFixed(1)} points. ${why}` : 'reached'
    console.log(`published: UAR ${figure(uar)} (${source}): ${how}`)
  }
}

const row = ({ precision, recall, f1 }: Pick<ClassScores, 'precision' | 'recall' | 'f1'>) =>
  `    ${figure(precision)}   ${figure(recall)}  ${figure(f1)}`

const both = ({ uar, wa }: { uar: number; wa: number }) => `UAR ${figure(uar)}  WA ${figure(wa)}`

/** How well a recipe trained on one corpus hears others. */
export function printMatrix(matrix: CorpusMatrix): void {
  const { recipe, settings, trainedOn, testedOn } = matrix
  console.log(`${recipe}, settings ${settings}: UAR trained on the row, tested on the column`)
  const width = Math.max(...[...trainedOn, ...testedOn].map(({ length }) => length)) + 2
  const line = (cells: string[]) => console.log(cells.map((cell) => cell.padEnd(width)).join(''))
  line(['', ...testedOn])
  for (const trained of trainedOn) {
    const uars = testedOn.map((tested) => pairOf(matrix, trained, tested)?.uar)
    line([trained, ...uars.map((uar) => (uar === undefined ? '–' : figure(uar)))])
  }
}

const within = (range?: [number, number]) => (range ? ` (${interval(range)})` : '')
