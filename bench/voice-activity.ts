/**
 * How well speech is told from noise, beside Silero's network through the same onnxruntime: how
 * many windows of noise are taken for speech, how many clips of speech get an emotion, clean and
 * in noise, and what it costs.
 *
 * Usage: npm run bench:voice -- --noise FOLDER --speech FOLDER [--speech FOLDER …]
 *          [--only TEXT …] [--every N] [--json]
 *   --noise   recordings without speech, named CLASS_FOLD-…; the detector was fitted to folds 1 to 3
 *   --speech  recordings of speech, one row each
 *   --only    of the speech, files whose name begins so
 *   --every   of the speech, every Nth file
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { defaultAssets } from '../src/assets.node.ts'
import { decodeAudio, toMono } from '../src/audio/index.ts'
import { audioFiles } from '../src/corpora/audio-files.ts'
import { loadModule, resample } from '../src/frontend/index.ts'
import { loadSilero } from '../src/model/silero.ts'
import { SileroActivity } from '../src/recognizer/silero-activity.ts'
import { VoiceActivity } from '../src/recognizer/voice-activity.ts'

const RATE = 16000
/** The released models' windows, seconds. */
const [WINDOW, HOP] = [3, 0.5]
/** Signal above noise in the noisy rows, dB. */
const SNR = 10

interface Detector {
  name: string
  /** Whether there is speech in each window of a clip. */
  windows(samples: Float32Array): Promise<boolean[]>
}

const options = readOptions()
const wasm = await loadModule()
const detectors: Detector[] = [ours(), await silero()]
const noises = await Promise.all(
  (await audioFiles(options.noise)).sort(byPath).map(async ({ path, name }) => ({
    samples: await load(path),
    heard: /_[123]-/.test(name),
  })),
)
const unheard = noises.filter(({ heard }) => !heard)

interface Row {
  what: string
  /** What is counted: windows taken for speech, or clips that get an emotion. */
  of: 'windows' | 'clips'
  count: number
  shares: Record<string, number>
}
const rows: Row[] = []
const seconds: Record<string, number> = Object.fromEntries(detectors.map(({ name }) => [name, 0]))
let audioSeconds = 0

for (const heard of [true, false]) {
  const clips = noises.filter((noise) => noise.heard === heard).map(({ samples }) => samples)
  const what = `noise, ${heard ? 'fitted to' : 'never heard'}`
  if (clips.length > 0) rows.push(await measure(what, 'windows', clips))
}
for (const folder of options.speech) {
  const files = (await audioFiles(folder))
    .sort(byPath)
    .filter(({ name }) => options.only.length === 0 || options.only.some((t) => name.startsWith(t)))
    .filter((_, n) => n % options.every === 0)
  const clips = await Promise.all(files.map(({ path }) => load(path)))
  rows.push(await measure(basename(folder), 'clips', clips))
  if (unheard.length === 0) continue
  const noisy = clips.map((clip, n) => mixed(clip, unheard[n % unheard.length]?.samples))
  rows.push(await measure(`${basename(folder)}, ${SNR} dB above noise`, 'clips', noisy))
}
const cost = Object.fromEntries(
  detectors.map(({ name }) => [name, (1000 * (seconds[name] as number)) / audioSeconds]),
)
if (options.json) console.log(JSON.stringify({ rows, msPerSecondOfAudio: cost }))
else print()
process.exit()

async function measure(what: string, of: Row['of'], clips: Float32Array[]): Promise<Row> {
  const shares: Record<string, number> = {}
  let count = 0
  audioSeconds += clips.reduce((sum, clip) => sum + clip.length / RATE, 0)
  for (const { name, windows } of detectors) {
    const start = process.cpuUsage()
    const found: boolean[][] = []
    for (const clip of clips) found.push(await windows(clip))
    const { user, system } = process.cpuUsage(start)
    seconds[name] = (seconds[name] as number) + (user + system) / 1e6
    const all = of === 'windows' ? found.flat() : found.map((clip) => clip.some(Boolean))
    count = all.length
    shares[name] = all.filter(Boolean).length / count
  }
  return { what, of, count, shares }
}

function spans(samples: Float32Array): { start: number; end: number }[] {
  const duration = samples.length / RATE
  const count = 1 + Math.max(0, Math.floor((duration - WINDOW) / HOP))
  return Array.from({ length: count }, (_, n) => ({
    start: n * HOP,
    end: Math.min(duration, n * HOP + WINDOW),
  }))
}

function ours(): Detector {
  return {
    name: 'undertone',
    async windows(samples) {
      const activity = new VoiceActivity(wasm, RATE)
      activity.push(samples)
      return spans(samples).map(({ start, end }) => activity.hears(start, end))
    },
  }
}

async function silero(): Promise<Detector> {
  const file = createRequire(import.meta.url).resolve('@ricky0123/vad-web/dist/silero_vad_v5.onnx')
  const network = await loadSilero(file, defaultAssets())
  return {
    name: 'silero v5',
    async windows(samples) {
      const activity = new SileroActivity(network)
      await activity.push(samples)
      return spans(samples).map(({ start, end }) => activity.hears(start, end))
    },
  }
}

async function load(path: string): Promise<Float32Array> {
  const { channels, sampleRate } = await decodeAudio(readFileSync(path))
  return resample(toMono(channels), sampleRate, RATE)
}

function mixed(clip: Float32Array, noise: Float32Array = new Float32Array(1)): Float32Array {
  const power = (samples: Float32Array) =>
    samples.reduce((sum, sample) => sum + sample * sample, 1e-12) / samples.length
  const gain = Math.sqrt(power(clip) / power(noise)) * 10 ** (-SNR / 20)
  return clip.map((sample, n) => sample + gain * (noise[n % noise.length] as number))
}

function byPath(a: { path: string }, b: { path: string }) {
  return a.path < b.path ? -1 : 1
}

function print() {
  const names = detectors.map(({ name }) => name)
  console.log(`${''.padEnd(40)}${names.map((name) => name.padStart(12)).join('')}`)
  for (const { what, of, count, shares } of rows) {
    const title = `${what}: ${of === 'windows' ? 'taken for speech' : 'get an emotion'}`
    const cells = names.map((name) => `${(100 * (shares[name] as number)).toFixed(2)} %`)
    console.log(
      `${title.padEnd(52)} ${cells.map((cell) => cell.padStart(12)).join('')}   of ${count} ${of}`,
    )
  }
  const cells = names.map((name) => `${(cost[name] as number).toFixed(2)} ms`)
  console.log(
    `${'a second of audio takes'.padEnd(52)} ${cells.map((c) => c.padStart(12)).join('')}`,
  )
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      noise: { type: 'string' },
      speech: { type: 'string', multiple: true, default: [] },
      only: { type: 'string', multiple: true, default: [] },
      every: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  })
  const every = Number(values.every)
  if (values.noise && Number.isInteger(every) && every >= 1) {
    return { ...values, noise: values.noise, every }
  }
  console.error('bench: give --noise FOLDER, and --every as a whole number if at all.')
  process.exit(2)
}
