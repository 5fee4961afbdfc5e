/**
 * How long a 3 s, 48 kHz stereo WAV takes from its bytes to the answer, after warm-up, and which
 * part takes how much of it.
 *
 * Usage: npm run bench [--silent] -- [--json] [--model NAME] [--runs N]
 */
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { defaultModel } from '../src/index.ts'
import { speechWav } from './speech-wav.ts'
import { type Spread, spread } from './spread.ts'

const { json, model, runs } = readOptions()
const warmUp = 30
const [seconds, sampleRate, channels] = [3, 48000, 2]

// What users run is measured, not the sources.
const dist = new URL('../dist/index.node.js', import.meta.url).href
const undertone: typeof import('../src/index.ts') = await import(dist)

const loadStart = performance.now()
const recognizer = await undertone.createRecognizer({ model }).catch(refuse)
const load = performance.now() - loadStart
const wav = speechWav(seconds, sampleRate, channels)

const measured: Record<string, number[]> = {}
const note = (part: string, milliseconds: number) => {
  measured[part] ??= []
  measured[part].push(milliseconds)
}
for (let run = -warmUp; run < runs; run++) {
  const start = performance.now()
  const { timings } = await recognizer.recognize(wav)
  const total = performance.now() - start
  if (run < 0) continue
  for (const [part, milliseconds] of Object.entries(timings)) note(part, milliseconds)
  note('whole', total)
}
await recognizer.dispose()

const parts: Record<string, Spread> = Object.fromEntries(
  Object.entries(measured).map(([part, times]) => [part, spread(times)]),
)
const report = {
  model: recognizer.manifest.name,
  parameters: recognizer.manifest.graph.parameters,
  input: { seconds, sampleRate, channels },
  runs,
  warmUp,
  loadMs: load,
  ms: parts,
  machine: { cpu: cpus()[0]?.model, cpus: cpus().length, node: process.version },
}
if (json) console.log(JSON.stringify(report))
else print()

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        json: { type: 'boolean', default: false },
        model: { type: 'string', default: defaultModel },
        runs: { type: 'string', default: '200' },
      },
    })
    const runs = Number(values.runs)
    if (Number.isInteger(runs) && runs >= 1) return { ...values, runs }
    throw new Error(`--runs is "${values.runs}": give a whole number of 1 or more.`)
  } catch (error) {
    return refuse(error)
  }
}

/** Ends it with a line that says why. */
function refuse(error: unknown): never {
  console.error(`bench: ${error instanceof Error ? error.message : error}`)
  process.exit(2)
}

function print() {
  const { cpu, node } = report.machine
  console.log(`${seconds} s, ${sampleRate / 1000} kHz, ${channels} channels, as WAV, to its answer`)
  console.log(
    `model ${report.model} (${report.parameters} parameters), ${runs} runs; ${cpu}, Node ${node}`,
  )
  console.log(`loading, once: ${load.toFixed(0)} ms\n`)
  console.log('part          median ms    p10–p90 ms    share')
  const whole = parts.whole as Spread
  for (const [part, { median, p10, p90 }] of Object.entries(parts)) {
    const range = `${p10.toFixed(2)}–${p90.toFixed(2)}`
    const share = `${((100 * median) / whole.median).toFixed(0)} %`
    console.log(
      `${part.padEnd(12)}${median.toFixed(2).padStart(11)}${range.padStart(14)}${share.padStart(9)}`,
    )
  }
}
