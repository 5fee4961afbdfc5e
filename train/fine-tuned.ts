import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-node'
import type { Emotion } from 'undertone/corpora'
import {
  among,
  divide,
  type Features,
  measure,
  runFold,
  type Tested,
} from './evaluation/run-fold.ts'
import { scoreClips } from './evaluation/score-clips.ts'
import type { StartingPoint } from './fit/starting-point.ts'
import type { Training } from './load-training.ts'
import { commonLabels } from './protocols/cross-corpus.ts'
import type { Protocol } from './protocols/protocol.ts'

/**
 * Tells on stdout how a released model does on new voices as it is, and fine-tuned: on each fold's
 * speakers, whom neither heard, over the labels that both have.
 * @param folder of the released model as tfjs has it
 */
export async function fineTuned(
  { recipe, data, runs }: Training,
  protocol: Protocol,
  from: StartingPoint,
  folder: string,
  features: Features,
  seed: number,
): Promise<void> {
  const model = await tf.loadLayersModel(`file://${join(folder, 'model.json')}`)
  const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'))
  const known: Emotion[] = manifest.labels
  const readable = (await features.originals(data.clips)).map(({ clip }) => clip)
  const [before, after] = [[] as Tested[], [] as Tested[]]
  for (let fold = 1; fold <= protocol.folds; fold++) {
    const one = { protocol, fold, seed, clips: readable }
    const run = await runFold(recipe, one, divide(one), features, { from, runs })
    for (const { clips, scores, labels } of run.tested) {
      const common = commonLabels(known, clips).filter((label) => labels.includes(label))
      const some = clips.map((clip, i) => ({ clip, row: scores[i]! }))
      const kept = some.filter(({ clip }) => common.includes(clip.emotion))
      const examples = await features.originals(kept.map(({ clip }) => clip))
      const released = await scoreClips(model, examples, { ...recipe, ...manifest })
      const tested = { labels: common, clips: examples.map(({ clip }) => clip) }
      before.push({ ...tested, scores: released.map((row) => among(row, known, common)) })
      after.push({ ...tested, scores: kept.map(({ row }) => among(row, labels, common)) })
    }
    tf.dispose(run.model.weights.map((weight) => weight.read()))
  }
  tf.dispose(model.weights.map((weight) => weight.read()))
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const figure = (all: Tested[]) => {
    const measured = all.map(measure)
    return `UAR ${mean(measured.map(({ uar }) => uar)).toFixed(3)}  WA ${mean(measured.map(({ wa }) => wa)).toFixed(3)}`
  }
  console.log(protocol.description)
  console.log(`Over ${before[0]!.labels.join(', ')}; mean of ${protocol.folds} folds:`)
  console.log(`${manifest.name} as released  ${figure(before)}`)
  console.log(`fine-tuned  ${figure(after)}`)
}
