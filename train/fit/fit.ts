import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-node'
import seedrandom from 'seedrandom'
import type { Emotion } from 'undertone/corpora'
import { mixup, shuffled } from '../augmentation/mixup.ts'
import { specAugment } from '../augmentation/spec-augment.ts'
import type { Votes } from '../evaluation/listeners.ts'
import { metrics } from '../evaluation/metrics.ts'
import { scoreClips, winner } from '../evaluation/score-clips.ts'
import type { Example } from '../features/example.ts'
import { silentFrame } from '../features/silent-frame.ts'
import { framesFed, framesSeen, windowOf } from '../features/window.ts'
import { buildNetwork } from '../network/network.ts'
import { SeededDropout } from '../network/seeded-dropout.ts'
import { trainingLogits } from '../network/training-logits.ts'
import type { Recipe } from '../recipes/recipe.ts'
import { TrainingError } from '../training-error.ts'
import { AdamW } from './adam-w.ts'
import { type Checkpoint, type EpochRecord, readCheckpoint, writeCheckpoint } from './checkpoint.ts'
import { drawn, drawOrder } from './draws.ts'
import { setWeights, weightsOf } from './model-weights.ts'
import { standardize } from './standardize.ts'
import { type StartingPoint, startFrom } from './starting-point.ts'
import { targetsOf } from './targets.ts'

export interface FitOptions {
  recipe: Recipe
  labels: readonly Emotion[]
  train: readonly Example[]
  /** What the choices look at; empty where there are none to make. */
  validation: readonly Example[]
  /** Of listeners, for recipes that learn from them. */
  votes?: Votes
  /** Fixes initial weights, order and augmentation. */
  seed: number
  /** Instead of random weights; the last layer's are random all the same. */
  from?: StartingPoint
  /** Holds the checkpoint and TensorBoard's logs; a run found there goes on. */
  folder: string
  onStep?: (progress: { epoch: number; step: number; steps: number; loss: number }) => void
  onEpoch?: (record: EpochRecord) => void
}

/**
 * Trains a recipe's network on windows of the examples.
 * Every epoch draws its order, windows and augmentation from a source seeded by run and epoch,
 * so a run that goes on from a checkpoint takes the very steps that it would have taken.
 */
export async function fit(options: FitOptions): Promise<{
  model: tf.LayersModel
  history: EpochRecord[]
}> {
  const { recipe, labels, train, validation, seed, folder } = options
  const settings = recipe.fit
  const bins = train[0]?.bins
  if (!bins) throw new TrainingError('There is nothing to train on.')
  if (recipe.transfer !== (options.from !== undefined)) {
    throw new TrainingError(
      recipe.transfer
        ? `The recipe ${recipe.name} starts from a trained model: name one by --from.`
        : `The recipe ${recipe.name} starts from random weights: leave --from out.`,
    )
  }
  if (
    validation.length === 0 &&
    (settings.keep === 'best' || settings.schedule.kind === 'plateau')
  ) {
    throw new TrainingError(
      'Keeping the best epoch and reducing the rate on a plateau need validation clips.',
    )
  }
  const { window, pooled } = recipe
  if (!pooled && (window.atLeast ?? window.frames) < window.frames) {
    throw new TrainingError(
      'Windows of different lengths do not fit into one batch: leave atLeast out, or set pooled.',
    )
  }
  if (settings.precision === 'bfloat16' && recipe.network.kind !== 'residual-cnn') {
    throw new TrainingError(
      `A network of kind ${recipe.network.kind} is trained in float32: leave precision out.`,
    )
  }
  if (settings.votes && !options.votes) {
    throw new TrainingError(
      `The recipe ${recipe.name} learns from listeners' votes too: name them by --votes CSV.`,
    )
  }
  const targets = targetsOf(train, labels, options.votes ?? new Map(), settings.votes ?? 0)
  await mkdir(folder, { recursive: true })
  const path = join(folder, 'checkpoint.bin')
  const fingerprint = fingerprintOf(options, targets)

  const model = buildNetwork(
    recipe.network,
    { frames: pooled ? null : window.frames, bins, labels: labels.length },
    seed,
  )
  const trained = settings.frames
    ? buildNetwork(recipe.network, { frames: settings.frames, bins, labels: labels.length }, seed)
    : model
  const logits = trainingLogits(trained, settings.precision)
  const dropouts = trained.layers.filter((layer) => layer instanceof SeededDropout)
  if (options.from) startFrom(trained, options.from, labels)
  else standardize(trained, train, pooled)
  const variables = trained.trainableWeights.map((weight) => weight.read() as tf.Variable)
  const optimizer = new AdamW(variables)
  const inOrder = (random: () => number) =>
    settings.draws || settings.oneOfCopies
      ? drawOrder(train, settings, random)
      : shuffled(train.length, random)
  const steps = Math.ceil(drawn(train, settings) / settings.batchSize)
  const foreign = settings.ownLabelsAlone ? foreignLabels(train, labels) : undefined
  const silent = silentFrame(recipe.frontEnd)

  let state: Omit<Checkpoint, 'arrays' | 'step'> = {
    fingerprint,
    epoch: 0,
    plateau: { best: Number.MAX_VALUE, waited: 0, factor: 1 },
    history: [],
    best: { epoch: 0, uar: -1 },
  }
  let bestWeights: Float32Array = new Float32Array(0)
  const saved = await readCheckpoint(path)
  if (saved) {
    if (saved.fingerprint !== fingerprint) {
      throw new TrainingError(
        `${folder} holds a run of other data, settings or seed. Delete it, or choose another folder.`,
      )
    }
    const { arrays, step, ...rest } = saved
    state = rest
    setWeights(trained, arrays.weights)
    optimizer.restore(step, arrays.first, arrays.second)
    bestWeights = new Float32Array(arrays.bestWeights)
  }

  const board = tf.node.summaryFileWriter(join(folder, 'tensorboard'))
  const truths = validation.map((example) => labels.indexOf(example.clip.emotion))
  while (state.epoch < settings.epochs) {
    const epoch = state.epoch + 1
    const started = performance.now()
    const random = seedrandom.alea(`${seed}/${epoch}`)
    for (const layer of dropouts) layer.random = random
    const order = inOrder(random)
    let rate = 0
    let total = 0
    for (let step = 0; step < steps; step++) {
      rate = learningRate(settings, optimizer.step, steps * settings.epochs, state.plateau.factor)
      const chosen = order.subarray(step * settings.batchSize, (step + 1) * settings.batchSize)
      const { input, target, hidden } = makeBatch(options, silent, chosen, random, targets, foreign)
      const loss = tf.tidy(() => {
        const x = tf.tensor3d(input, [chosen.length, input.length / chosen.length / bins, bins])
        const y = tf.tensor2d(target, [chosen.length, labels.length])
        const { value, grads } = tf.variableGrads(
          () =>
            tf.losses.softmaxCrossEntropy(
              y,
              without(logits(x), hidden),
              undefined,
              hidden ? 0 : (settings.labelSmoothing ?? 0),
            ) as tf.Scalar,
          variables,
        )
        optimizer.apply(grads, rate, settings.weightDecay ?? 0)
        return value.dataSync()[0]!
      })
      if (!Number.isFinite(loss)) {
        throw new TrainingError(
          `The loss became ${loss} in epoch ${epoch}: lower the learning rate.`,
        )
      }
      total += loss
      options.onStep?.({ epoch, step: step + 1, steps, loss })
      // Lets a signal through: tfjs-node computes without ever yielding.
      await new Promise((resolve) => setImmediate(resolve))
    }

    const record: EpochRecord = {
      epoch,
      learningRate: rate,
      loss: total / steps,
      validationLoss: Number.NaN,
      validationUar: Number.NaN,
      seconds: 0,
    }
    if (trained !== model) setWeights(model, weightsOf(trained))
    if (validation.length > 0) {
      const scores = scoreClips(model, validation, recipe)
      record.validationUar = metrics(labels, truths, scores.map(winner)).uar
      record.validationLoss =
        scores.reduce((sum, row, i) => sum - Math.log(Math.max(row[truths[i]!]!, 1e-12)), 0) /
        scores.length
      if (record.validationUar > state.best.uar) {
        state.best = { epoch, uar: record.validationUar }
        if (settings.keep === 'best') bestWeights = weightsOf(model)
      }
      if (settings.schedule.kind === 'plateau') {
        const plateau = state.plateau
        if (record.validationLoss < plateau.best) {
          plateau.best = record.validationLoss
          plateau.waited = 0
        } else if (++plateau.waited >= settings.schedule.patience) {
          plateau.factor *= settings.schedule.factor
          plateau.waited = 0
        }
      }
    }
    record.seconds = (performance.now() - started) / 1000
    state.epoch = epoch
    state.history.push(record)
    board.scalar('loss/train', record.loss, epoch)
    board.scalar('learning rate', record.learningRate, epoch)
    if (validation.length > 0) {
      board.scalar('loss/validation', record.validationLoss, epoch)
      board.scalar('UAR/validation', record.validationUar, epoch)
    }
    board.flush()
    const [first, second] = optimizer.moments()
    await writeCheckpoint(path, {
      ...state,
      step: optimizer.step,
      arrays: { weights: weightsOf(model), bestWeights, first, second },
    })
    options.onEpoch?.(record)
  }
  optimizer.dispose()
  if (trained !== model) setWeights(model, weightsOf(trained))
  if (settings.keep === 'best') setWeights(model, bestWeights)
  if (trained !== model) tf.dispose(trained.weights.map((weight) => weight.read()))
  return { model, history: state.history }
}

function learningRate(
  { schedule, learningRate }: Recipe['fit'],
  step: number,
  steps: number,
  plateauFactor: number,
): number {
  if (schedule.kind !== 'one-cycle') return learningRate * plateauFactor
  const rise = 0.15 * steps
  if (step < rise) return (learningRate * (step + 1)) / rise
  return (learningRate * (1 + Math.cos((Math.PI * (step - rise)) / (steps - rise)))) / 2
}

/** Of each corpus, 1 for the labels that it has no clip of. */
function foreignLabels(
  train: readonly Example[],
  labels: readonly Emotion[],
): Map<string, Float32Array> {
  const all = new Map<string, Float32Array>()
  for (const { clip } of train) {
    const row = all.get(clip.corpus) ?? new Float32Array(labels.length).fill(1)
    row[labels.indexOf(clip.emotion)] = 0
    all.set(clip.corpus, row)
  }
  return all
}

/** Label smoothing, of which hidden labels get nothing. */
function smoothOverShown(
  target: Float32Array,
  hidden: Float32Array,
  labels: number,
  smoothing: number,
): void {
  for (let row = 0; row < target.length; row += labels) {
    let shown = 0
    for (let i = row; i < row + labels; i++) shown += 1 - hidden[i]!
    for (let i = row; i < row + labels; i++) {
      target[i] = (1 - smoothing) * target[i]! + (smoothing * (1 - hidden[i]!)) / shown
    }
  }
}

/** Logits, of which the hidden ones are so low that softmax gives them nothing. */
function without(logits: tf.Tensor2D, hidden: Float32Array | undefined): tf.Tensor2D {
  return hidden ? logits.sub(tf.tensor2d(hidden, logits.shape).mul(1e4)) : logits
}

/** A window at random of each clip, augmented. */
function makeBatch(
  { recipe: { fit, ...rest }, labels, train }: FitOptions,
  silent: Float32Array,
  chosen: Uint32Array,
  random: () => number,
  targets: Float32Array,
  foreign: ReadonlyMap<string, Float32Array> | undefined,
) {
  const { gain = 0, specAugment: masks, mixupAlpha = 0, frames = rest.window.frames } = fit
  const recipe = { ...rest, window: { ...rest.window, frames } }
  const bins = silent.length
  const size = framesFed(recipe) * bins
  const input = new Float32Array(chosen.length * size)
  const target = new Float32Array(chosen.length * labels.length)
  const hidden = foreign && new Float32Array(target.length)
  chosen.forEach((index, i) => {
    const example = train[index]!
    // Anywhere within a longer clip; a shorter one anywhere within the window.
    const slack = example.frames - framesSeen(example.frames, recipe.window)
    const start = Math.floor(random() * (Math.abs(slack) + 1)) * Math.sign(slack)
    const window = windowOf(example, start, recipe, silent)
    const louder = (2 * random() - 1) * gain
    if (louder !== 0) {
      for (let j = 0; j < size; j++) window[j] = Math.max(window[j]! + louder, silent[j % bins]!)
    }
    if (masks) specAugment(window, bins, masks, random)
    input.set(window, i * size)
    const own = targets.subarray(index * labels.length, (index + 1) * labels.length)
    target.set(own, i * labels.length)
    hidden?.set(foreign!.get(example.clip.corpus)!, i * labels.length)
  })
  if (mixupAlpha > 0) {
    mixup([input, target, ...(hidden ? [hidden] : [])], chosen.length, mixupAlpha, random)
    // What either of two mixed clips may be stays: only shares of 1 are hidden from both.
    hidden?.forEach((value, at) => {
      hidden[at] = value > 1 - 1e-6 ? 1 : 0
    })
  }
  if (hidden) smoothOverShown(target, hidden, labels.length, fit.labelSmoothing ?? 0)
  return { input, target, hidden }
}

function fingerprintOf(
  { recipe, labels, train, validation, seed, from }: FitOptions,
  targets: Float32Array,
): string {
  const { preparation, copies, frontEnd, window, pooled, network, fit } = recipe
  const settings = JSON.stringify({
    ...{ preparation, copies, frontEnd, window, pooled, network, fit },
    ...{ labels, seed },
  })
  const hash = createHash('sha256').update(settings)
  // Else they are what the labels are.
  if (fit.votes) hash.update(bytesOf(targets))
  for (const [name, values] of from?.weights ?? []) hash.update(name).update(bytesOf(values))
  if (from?.labels) hash.update(from.labels.join())
  for (const { clip, features } of [...train, ...validation]) {
    hash.update(`${clip.id}:${clip.emotion}:`)
    hash.update(bytesOf(features))
  }
  return hash.digest('hex')
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) =>
  new Uint8Array(buffer, byteOffset, byteLength)
