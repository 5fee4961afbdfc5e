// Run as a process of its own by resume.test.ts, which kills it:
// fit-tiny.ts FOLDER KEEP SCHEDULE NETWORK
import '../tensorflow-settings.ts'
import { createHash } from 'node:crypto'
import { scoreClips } from '../evaluation/score-clips.ts'
import { fit } from '../fit/fit.ts'
import { weightsOf } from '../fit/model-weights.ts'
import { tinyDenseRecipe, tinyExamples, tinyLabels, tinyLstmRecipe, tinyRecipe } from './tiny.ts'

const [folder, keep, schedule, network] = process.argv.slice(2)
const validation = tinyExamples(12, 'validation')
const of = { dense: tinyDenseRecipe, 'lstm-attention': tinyLstmRecipe }[network!] ?? tinyRecipe
const recipe = {
  ...of,
  fit: {
    ...of.fit,
    keep: keep as 'last' | 'best',
    schedule:
      schedule === 'plateau'
        ? ({ kind: 'plateau', patience: 1, factor: 0.5 } as const)
        : ({ kind: 'one-cycle' } as const),
  },
}
const { model, history } = await fit({
  recipe,
  labels: tinyLabels,
  train: tinyExamples(40, 'train'),
  validation,
  seed: 7,
  folder: folder!,
  onStep: ({ epoch, step }) => {
    console.log(`step ${epoch} ${step}`)
    // Small networks would be done before the signal comes.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50)
  },
})
console.log(
  JSON.stringify({
    weights: createHash('sha256').update(weightsOf(model)).digest('hex'),
    scores: scoreClips(model, validation, recipe).map((row) => Array.from(row)),
    history: history.map(({ seconds, ...rest }) => rest),
  }),
)
