import type { Protocol } from '../protocols/protocol.ts'
import { type Summary, uarBeyondDesign } from './summary.ts'

/** A protocol's figures, for people. */
export function printSummary(summary: Summary, protocol: Protocol): void {
  const figure = (value: number) => value.toFixed(3)
  console.log(`${summary.recipe} (${summary.params.toLocaleString('en')} parameters)`)
  console.log(protocol.description)
  console.log(`${summary.clips} clips.`)
  if (summary.folds.length < protocol.folds) {
    console.log(`Not complete: fold ${summary.folds.join(', ')} of ${protocol.folds} alone.`)
  }
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
    `UAR ${figure(summary.uar)}  WA ${figure(summary.wa)}  mean of ${summary.folds.length} fold(s) and ${summary.seeds.length} seed(s); UAR differs by ${figure(summary.uarSpread)} from seed to seed`,
  )
}
