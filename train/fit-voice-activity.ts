/**
 * Fits the small network that tells speech from other sounds, and writes its weights where the
 * recognizer has them. Speech is heard clean and in noise; noises and made-up tones are what is
 * no speech. `npm run bench:voice` measures it.
 *
 * Usage: npm run fit:voice -- --noise FOLDER --speech FOLDER [--speech FOLDER …] [--without TEXT …]
 *   --noise    recordings without speech, named CLASS_FOLD-…; folds 1 to 3 are heard
 *   --speech   recordings of speech
 *   --without  speech whose file name begins so is left out, to be tested on
 */
import './tensorflow-settings.ts'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import * as tf from '@tensorflow/tfjs-node'
import seedrandom from 'seedrandom'
import { decodeAudio, toMono } from 'undertone/audio'
import { loadModule, resample } from 'undertone/frontend'
import { audioFiles } from '../src/corpora/audio-files.ts'
import { CONTEXT_BINS, VoiceContext } from '../src/recognizer/voice-context.ts'
import { VoiceFeatures } from '../src/recognizer/voice-features.ts'
import { noiseRecordings } from './augmentation/noise-recordings.ts'

const RATE = 16000
const HIDDEN = 8
/** Every so manieth frame: neighbours are alike. */
const STRIDE = 3
/** Frames at a clip's start whose context is too short. */
const WARM_UP = 6

const { values } = parseArgs({
  options: {
    noise: { type: 'string' },
    speech: { type: 'string', multiple: true, default: [] },
    without: { type: 'string', multiple: true, default: [] },
  },
})
if (!values.noise || values.speech.length === 0) {
  console.error('Give --noise FOLDER and --speech FOLDER.')
  process.exit(2)
}
const random = seedrandom('voice')
const wasm = await loadModule()
const inputs: number[][] = []
const targets: number[] = []

const noises = await Promise.all(
  (await noiseRecordings(values.noise, 'train')).map((path) => load(path)),
)
for (const noise of noises) {
  addNoise(noise)
  addNoise(amplified(await narrow(noise), -30 * random()))
}
for (let clip = 0; clip < 60; clip++) addNoise(tones())

const files = (await Promise.all(values.speech.map(audioFiles)))
  .flat()
  .filter(({ name }) => !values.without.some((start) => name.startsWith(start)))
  .sort((a, b) => (a.path < b.path ? -1 : 1))
for (const { path } of files) {
  const whole = amplified(await load(path), -30 * random())
  const clean = random() < 1 / 3 ? await narrow(whole) : whole
  addSpeech(clean, clean)
  addSpeech(clean, inNoise(clean, noises[Math.floor(random() * noises.length)]!, 20 * random()))
}
const speechFrames = targets.reduce((sum, target) => sum + target, 0)
console.log(
  `${files.length} clips of speech, ${noises.length} of noise: ${speechFrames} and ${targets.length - speechFrames} frames`,
)
await fit()

async function load(path: string): Promise<Float32Array> {
  const { channels, sampleRate } = await decodeAudio(readFileSync(path))
  return resample(toMono(channels), sampleRate, RATE)
}

/** As a telephone has it: nothing above 4 kHz. */
async function narrow(samples: Float32Array): Promise<Float32Array> {
  return resample(await resample(samples, RATE, RATE / 2), RATE / 2, RATE)
}

function amplified(samples: Float32Array, decibels: number): Float32Array {
  return samples.map((sample) => sample * 10 ** (decibels / 20))
}

/** The clip with a noise, its powers so many dB above the noise's. */
function inNoise(clean: Float32Array, noise: Float32Array, decibels: number): Float32Array {
  const power = (samples: Float32Array) =>
    samples.reduce((sum, sample) => sum + sample * sample, 1e-12) / samples.length
  const gain = Math.sqrt(power(clean) / power(noise)) * 10 ** (-decibels / 20)
  return clean.map((sample, n) => sample + gain * noise[n % noise.length]!)
}

/** Hums, beeps and glides in faint noise, 4 s: they have a pitch as voices do. */
function tones(): Float32Array {
  const frequency = 50 * 40 ** random()
  const harmonics = 1 + Math.floor(random() * 12)
  const glide = random() < 0.3 ? random() - 0.5 : 0
  const [period, share] = random() < 0.5 ? [0.2 + 2 * random(), 0.5 * random()] : [4, 1]
  const level = 10 ** (-2.5 * random())
  let phase = 0
  return Float32Array.from({ length: 4 * RATE }, (_, n) => {
    const time = n / RATE
    phase += (2 * Math.PI * frequency * 2 ** (glide * time)) / RATE
    let sum = 0
    for (let k = 1; k <= harmonics; k++) sum += Math.sin(k * phase) / k
    const sounds = (time % period) / period < share
    return (level / 2) * (sounds ? sum : 0) + 1e-4 * (random() - 0.5)
  })
}

/** Each frame with its context, and its level. */
function frames(samples: Float32Array): { values: number[]; level: number }[] {
  const context = new VoiceContext()
  const rows: { values: number[]; level: number }[] = []
  new VoiceFeatures(wasm, RATE).push(samples, (row, level) => {
    rows.push({ values: [...context.push(row)], level })
  })
  return rows
}

function addNoise(samples: Float32Array) {
  for (const [n, { values }] of frames(samples).entries()) {
    if (n < WARM_UP || n % STRIDE > 0) continue
    inputs.push(values)
    targets.push(0)
  }
}

/** Frames within 25 dB of the clip's loud ones: the others are its pauses. */
function addSpeech(clean: Float32Array, heard: Float32Array) {
  const levels = frames(clean).map(({ level }) => level)
  const loud = [...levels].sort((a, b) => a - b)[Math.floor(0.95 * levels.length)]!
  for (const [n, { values }] of frames(heard).entries()) {
    if (n < WARM_UP || n % STRIDE > 0 || levels[n]! < loud - 25) continue
    inputs.push(values)
    targets.push(1)
  }
}

async function fit() {
  const x = tf.tensor2d(inputs)
  const { mean, variance } = tf.moments(x, 0)
  const deviation = variance.sqrt().add(1e-6)
  const regularizer = () => tf.regularizers.l2({ l2: 0.0005 })
  const layers = [
    tf.layers.dense({
      units: HIDDEN,
      activation: 'relu',
      inputShape: [CONTEXT_BINS],
      kernelInitializer: tf.initializers.glorotUniform({ seed: 1 }),
      kernelRegularizer: regularizer(),
    }),
    tf.layers.dense({
      units: 1,
      activation: 'sigmoid',
      kernelInitializer: tf.initializers.glorotUniform({ seed: 2 }),
      kernelRegularizer: regularizer(),
    }),
  ]
  const model = tf.sequential({ layers })
  model.compile({ optimizer: tf.train.adam(0.003), loss: 'binaryCrossentropy' })
  // Shuffled here, by the seed: the order is the only other chance in it.
  const order = inputs.map((_, n) => n)
  for (let n = order.length - 1; n > 0; n--) {
    const other = Math.floor(random() * (n + 1))
    ;[order[n], order[other]] = [order[other]!, order[n]!]
  }
  const standardized = x.sub(mean).div(deviation).gather(order)
  const y = tf.tensor2d(
    order.map((n) => targets[n]!),
    [order.length, 1],
  )
  const none = targets.length - speechFrames
  const { history } = await model.fit(standardized, y, {
    epochs: 60,
    batchSize: 256,
    shuffle: false,
    verbose: 0,
    classWeight: { 0: targets.length / (2 * none), 1: targets.length / (2 * speechFrames) },
  })
  console.log(`loss ${(history.loss!.at(-1) as number).toFixed(4)}`)

  // The standardisation goes into the weights.
  const [w1, b1, w2, b2] = model.getWeights() as [
    tf.Tensor2D,
    tf.Tensor1D,
    tf.Tensor2D,
    tf.Tensor1D,
  ]
  const scaled = w1.div(deviation.expandDims(1)) as tf.Tensor2D
  const bias = b1.sub(mean.expandDims(0).matMul(scaled).squeeze([0]))
  const rounded = (values: number[]) => values.map((value) => Number(value.toPrecision(5)))
  const hidden = (scaled.transpose().arraySync() as number[][]).map(rounded)
  const text = `// Written by \`npm run fit:voice\`: see train/fit-voice-activity.ts.

/** Of each hidden unit, its weights of the ${CONTEXT_BINS} inputs. */
export const hiddenWeights = ${JSON.stringify(hidden)}
export const hiddenBias = ${JSON.stringify(rounded(bias.arraySync() as number[]))}
export const outputWeights = ${JSON.stringify(rounded((w2.arraySync() as number[][]).flat()))}
export const outputBias = ${JSON.stringify(rounded(b2.arraySync())[0])}
`
  const file = fileURLToPath(new URL('../src/recognizer/voice-weights.ts', import.meta.url))
  writeFileSync(file, text)
  spawnSync('npx', ['biome', 'format', '--write', file], { stdio: ['ignore', 'ignore', 'inherit'] })
}
