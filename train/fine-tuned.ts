import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-node'
import { type Emotion, labelsOf } from 'undertone/corpora'
import { divide, type Features, measure, runFold, type ScoredClips } from './evaluation/run-fold.ts'
import { among, scoreClips } from './evaluation/score-clips.ts'
import type { StartingPoint } from './fit/starting-point.ts'
import type { Training } from './load-training.ts'
import { commonLabels } from './protocols/cross-corpus.ts'
import type { Protocol } from './protocols/protocol.ts'

/** Means over the folds of a protocol, of a released model and of what it was fine-tuned to. */
export interface FineTuned {
  released: string
  protocol: Protocol
  /** Both were measured over these alone. */
  labels: Emotion[]
  /** What the released model tells and the data have no clip of: the fine-tuned one can't. */
  unlearned: Emotion[]
  corpus: string
  seed: number
  before: { uar: number; wa: number }
  after: { uar: number; wa: number }
}

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
): Promise<FineTuned> {
  const model = await tf.loadLayersModel(`file://${join(folder, 'model.json')}`)
  const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'))
  const known: Emotion[] = manifest.labels
  const readable = (await features.originals(data.clips)).map(({ clip }) => clip)
  const [before, after] = [[] as ScoredClips[], [] as ScoredClips[]]
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
  const means = (all: ScoredClips[]) => {
    const measured = all.map(measure)
    return { uar: mean(measured.map(({ uar }) => uar)), wa: mean(measured.map(({ wa }) => wa)) }
  }
  const found: FineTuned = {
    released: manifest.name,
    protocol,
    labels: before[0]!.labels,
    unlearned: known.filter((label) => !labelsOf(readable).includes(label)),
    corpus: data.name,
    seed,
    before: means(before),
    after: means(after),
  }
  const both = ({ uar, wa }: FineTuned['after']) => `UAR ${uar.toFixed(3)}  WA ${wa.toFixed(3)}`
  console.log(protocol.description)
  console.log(`Over ${found.labels.join(', ')}; mean of ${protocol.folds} folds:`)
  console.log(`${found.released} as released  ${both(found.before)}`)
  console.log(`fine-tuned  ${both(found.after)}`)
  if (found.after.uar < found.before.uar) {
    console.error(
      `On these voices the fine-tuned model is worse than ${found.released} as it was released: keep that one, or give more clips and speakers, or other --epochs.`,
    )
  }
  if (found.unlearned.length > 0) {
    console.error(
      `${found.released} also tells ${found.unlearned.join(', ')}, of which these data have no clip: the fine-tuned model never answers so.`,
    )
  }
  return found
}
