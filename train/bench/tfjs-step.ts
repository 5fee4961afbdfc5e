// Training steps of the residual CNN in tfjs-node, as fit.ts takes them, for step.ts to time:
//   tfjs-step.ts FOLDER BATCH PRECISION
// Leaves in FOLDER what residual_cnn.py needs to be the same network. Says in a line of JSON what
// it is; then, for each line with a number, takes as many steps and gives the milliseconds of each,
// elapsed and of all threads' processor time.
import '../tensorflow-settings.ts'
import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import * as tf from '@tensorflow/tfjs-node'
import seedrandom from 'seedrandom'
import { AdamW } from '../fit/adam-w.ts'
import { buildNetwork } from '../network/network.ts'
import { type Precision, trainingLogits } from '../network/training-logits.ts'
import { residualCnnRecipe as recipe } from '../recipes/residual-cnn.ts'

const [folder, batch] = [process.argv[2]!, Number(process.argv[3])]
const precision = process.argv[4] as Precision
const labels = 8
const { frames } = recipe.window
const bins = recipe.frontEnd.nMels
const { labelSmoothing = 0, learningRate, weightDecay = 0 } = recipe.fit
const random = seedrandom.alea('step')
const decibels = (windows: number) =>
  Float32Array.from({ length: windows * frames * bins }, () => -80 * random())

const model = buildNetwork(recipe.network, { frames, bins, labels }, 1)
// Biases and statistics of some size, so that one taken for another shows.
for (const weight of model.weights.filter(({ shape }) => shape.length === 1)) {
  weight.write(tf.tensor1d(Array.from({ length: weight.shape[0]! }, () => 0.5 + random())))
}
const logits = tf.model({
  inputs: model.inputs,
  outputs: model.getLayer('logits').output as tf.SymbolicTensor,
})
const some = decibels(2)
const answer = logits.predict(tf.tensor3d(some, [2, frames, bins])) as tf.Tensor
await model.save(`file://${folder}`)
writeFileSync(join(folder, 'features.f32'), some)
writeFileSync(join(folder, 'logits.f32'), answer.dataSync())
const { network } = recipe
const settings = { network, precision, batch, frames, bins, labels, labelSmoothing }
writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings))

const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable)
const optimizer = new AdamW(variables)
const training = trainingLogits(model, precision)
const features = decibels(batch)
const targets = Float32Array.from({ length: batch * labels }, (_, i) =>
  i % labels === Math.floor(i / labels) % labels ? 1 : 0,
)

function step(): [elapsed: number, processor: number] {
  const start = performance.now()
  const busy = process.cpuUsage()
  tf.tidy(() => {
    const x = tf.tensor3d(features, [batch, frames, bins])
    const y = tf.tensor2d(targets, [batch, labels])
    const { value, grads } = tf.variableGrads(
      () => tf.losses.softmaxCrossEntropy(y, training(x), undefined, labelSmoothing) as tf.Scalar,
      variables,
    )
    optimizer.apply(grads, learningRate, weightDecay)
    value.dataSync()
  })
  const elapsed = performance.now() - start
  const { user, system } = process.cpuUsage(busy)
  return [elapsed, (user + system) / 1000]
}

console.log(
  JSON.stringify({
    name: `tfjs-node ${tf.version['tfjs-node']}`,
    parameters: variables.reduce((sum, { size }) => sum + size, 0),
    threads: Number(process.env.TF_NUM_INTRAOP_THREADS ?? availableParallelism()),
  }),
)
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(Array.from({ length: Number(line) }, step)))
}
