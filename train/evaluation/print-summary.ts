import type { Assessment } from './assessment.ts'
import { caveats } from './caveats.ts'
import { type CorpusMatrix, pairOf } from './corpus-matrix.ts'
import { count, figure, interval, many, points } from './figures.ts'
import type { ProtocolFacts } from './fold-result.ts'
import { type Summary, uarBeyondDesign } from './summary.ts'

/** A protocol's figures, for people. */
export function printSummary(summary: Summary, protocol: ProtocolFacts): void {
  const { testedOn, corpus, leak } = summary
  console.log(`${summary.recipe} (${count(summary.params)} parameters)`)
  if (leak) console.log(`LEAKING, to show what that feigns: ${leak}.`)
  console.log(protocol.description)
  if (testedOn) console.log(`Trained on ${corpus}, tested on ${testedOn}.`)
  console.log(`${many(summary.clips, 'clip')} of ${testedOn ?? corpus} tested.`)
  for (const caveat of caveats({ ...summary, protocolFacts: protocol })) console.log(caveat)
  if (summary.note) console.log(`The audio: ${summary.note}.`)
  if (summary.pretrainedOn) console.log(`Pre-trained on ${summary.pretrainedOn.join(', ')}.`)
  for (const { seed, uar, wa, folds } of summary.seeds) {
    console.log(
      `seed ${seed}  UAR ${figure(uar)}  WA ${figure(wa)}  by fold ${folds.map(figure).join(' ')}`,
    )
  }
  const beyond = uarBeyondDesign(summary, protocol)
  if (beyond !== undefined) {
    console.log(`without folds ${protocol.designFolds.join(' and ')}  UAR ${figure(beyond)}`)
  }
  console.log(
    `UAR ${figure(summary.uar)}  WA ${figure(summary.wa)}  mean of ${many(summary.folds.length, 'fold')} and ${many(summary.seeds.length, 'seed')}; UAR differs by ${figure(summary.uarSpread)} from seed to seed`,
  )
}

/** The same, and what the clips say. */
export function printAssessment(assessment: Assessment): void {
  printSummary(assessment, assessment.protocolFacts)
  const { pooled, calibration, sexes, shipped, authors } = assessment
  const { uar, wa, f1, intervals } = pooled
  console.log(
    `all clips at once  UAR ${figure(uar)}${within(intervals?.uar)}  WA ${figure(wa)}${within(intervals?.wa)}  F1 ${figure(f1)}  calibration error ${figure(calibration.ece)}`,
  )
  if (intervals) {
    console.log(
      `(95 % intervals: the ${intervals.speakers} speakers drawn anew ${intervals.resamples} times)`,
    )
  }
  if (sexes.length > 1) {
    console.log(sexes.map(({ name, uar }) => `${name}  UAR ${figure(uar)}`).join('  '))
  }
  if (shipped) {
    console.log(
      `from files as a device does (${shipped.runs} of ${shipped.of} runs)  UAR ${figure(shipped.uar)} (${points(shipped.uarPoints)})  WA ${figure(shipped.wa)} (${points(shipped.waPoints)})`,
    )
  }
  if (authors?.shortfall !== undefined) {
    console.log(
      `its authors claim ${authors.claim}: ${authors.shortfall > 0 ? `WA falls short by ${authors.shortfall.toFixed(1)} points` : 'reached'}`,
    )
  }
}

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
