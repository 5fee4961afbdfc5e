/**
 * The engine beside onnxruntime-web, on one thread, in one process, in turns: milliseconds of the
 * processor a window (medians; what else works on the machine counts little), how long a start takes,
 * memory, bytes, and where the time goes.
 *
 * Usage: npm run [--silent] bench:engine -- [--json] [--model NAME]… [--rounds N] [--browsers]
 *   --model     a released model, or the folder of one's own; default: all of this checkout
 *   --browsers  the first model in Chromium, Firefox and WebKit too, as far as they are there
 */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { env, InferenceSession, Tensor } from 'onnxruntime-web/wasm'
import { readPackage } from '../src/bundle/bundle-files.ts'
import { folderBundle } from '../src/bundle/folder-bundle.ts'
import type { LayerTime, Network, Numbers } from '../src/engine/index.ts'
import { createFrontEnd } from '../src/frontend/index.ts'
import { defaultModel } from '../src/index.ts'
import { parseManifest } from '../src/model/manifest.ts'
import { measureInBrowsers } from './engine-browsers.ts'
import { compileLimit, measureLimit } from './engine-limit.ts'
import { spread } from './spread.ts'
import { brotliBytes, wireSizes } from './wire-sizes.ts'

const { values: args } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    model: { type: 'string', multiple: true, default: [] as string[] },
    rounds: { type: 'string', default: '40' },
    browsers: { type: 'boolean', default: false },
  },
})
const rounds = Math.max(1, Math.trunc(Number(args.rounds)) || 1)
const starts = Math.min(9, rounds)
/** Runs timed as one: clocks tick coarsely. */
const runsAtOnce = 3

// What users run is measured, not the sources.
const dist = new URL('../dist/', import.meta.url)
const { createNetwork, hasRelaxedSimd }: typeof import('../src/engine/index.ts') = await import(
  new URL('engine.node.js', dist).href
)
// Node 20 has it behind a flag.
if (!hasRelaxedSimd()) setFlagsFromString('--experimental-wasm-relaxed-simd')
const relaxedIsThere = hasRelaxedSimd()

env.wasm.numThreads = 1
env.logLevel = 'error'
env.wasm.wasmBinary = new Uint8Array(
  readFileSync(new URL('ort-wasm-simd-threaded.wasm', dist)),
).buffer

const limit = {
  plain: measureLimit(await compileLimit(false)),
  relaxed: relaxedIsThere ? measureLimit(await compileLimit(true)) : null,
}
const released = readdirSync(new URL('../models/', import.meta.url)).sort()
const names = args.model.length > 0 ? args.model : released
const models: (Measured & { model: string })[] = []
for (const model of names) models.push({ model, ...(await measure(await modelOf(model))) })
const first = models[0] as Measured
const bytesOf = (name: string) => readFileSync(new URL(name, dist)).length

const report = {
  // Of the first model, by plain SIMD.
  ratio_to_ort: first.ratio_to_ort,
  ratio_to_ort_relaxed: first.ratio_to_ort_relaxed,
  ready_ms: first.start.lite.ready_ms,
  answer_ms: first.start.lite.answer_ms,
  memory_bytes: first.memory_bytes,
  wasm_bytes: bytesOf('undertone-engine.wasm') + bytesOf('undertone-frontend.wasm'),
  ...(await bundleBytes()),
  limit_gmacs: limit,
  models,
  browsers: args.browsers
    ? await measureInBrowsers(await modelOf(names[0] as string), rounds)
    : undefined,
  machine: {
    cpu: cpus()[0]?.model,
    cpus: cpus().length,
    node: process.version,
    load: loadavg()[0],
  },
}
if (args.json) console.log(JSON.stringify(report))
else print()
// onnxruntime-web may keep the process.
process.exit(0)

/** A model's file, and what goes into it. */
export interface MeasuredModel {
  file: URL
  input: string
  output: string
  shape: number[]
}

/** Medians, and the least of what others on the machine made longer. */
interface Start {
  /** Its code, from the disk. */
  import_ms: number
  /** From the bytes of WebAssembly and model in memory until both are ready for inputs of a shape. */
  ready_ms: number
  least_ready_ms: number
  /** From nothing to the first answer. */
  answer_ms: number
  rss_growth_bytes: number
}

interface Measured {
  /** How many times onnxruntime-web's time is ours: the median of the rounds' ratios. */
  ratio_to_ort: number
  ratio_to_ort_relaxed: number | null
  /** Milliseconds of the processor a window. */
  ms: { lite: number; relaxed: number | null; ort: number }
  /** The same of the least times, which nobody disturbed. */
  of_least: Pick<Measured, 'ratio_to_ort' | 'ratio_to_ort_relaxed' | 'ms'>
  /** The furthest that a score is from onnxruntime-web's. */
  most_apart: number
  /** Milliseconds that a window's features take from the front end's module into the engine's. */
  copy_ms: number
  /** Of the engine's WebAssembly, weights included. */
  memory_bytes: number
  start: { lite: Start; ort: Start }
  layers: { layer: string; ms: number; share: number; gmacs: number | null }[]
}

async function modelOf(name: string): Promise<MeasuredModel> {
  const folder = name.includes('/')
    ? pathToFileURL(`${name.replace(/\/$/, '')}/`)
    : new URL(`models/${name}/`, dist)
  const text = readFileSync(new URL('manifest.json', folder), 'utf8')
  const { files, graph, frontEnd, window } = parseManifest(text, name)
  const { bins } = await createFrontEnd(frontEnd)
  const { input, output } = graph
  return { file: new URL(files.model.path, folder), input, output, shape: [1, window.frames, bins] }
}

async function measure({ file, input, output, shape }: MeasuredModel): Promise<Measured> {
  const onnx = new Uint8Array(readFileSync(file))
  const size = shape.reduce((product, count) => product * count)
  const data = Float32Array.from({ length: size }, (_, n) => -40 + 20 * Math.sin(n * n))
  const given = { [input]: { data, shape } }
  const plain = await createNetwork(onnx)
  const relaxed = relaxedIsThere ? await createNetwork(onnx, { relaxed: true }) : undefined
  const session = await InferenceSession.create(onnx, { executionProviders: ['wasm'] })
  const runOrt = () => session.run({ [input]: new Tensor('float32', data, shape) })
  const runners = {
    lite: () => plain.run(given),
    relaxed: relaxed && (() => relaxed.run(given)),
    ort: runOrt,
  }
  const times: Record<keyof typeof runners, number[]> = { lite: [], relaxed: [], ort: [] }
  for (let round = -5; round < rounds; ++round) {
    for (const [name, run] of Object.entries(runners)) {
      if (!run) continue
      const start = process.cpuUsage()
      for (let n = 0; n < runsAtOnce; ++n) await run()
      const { user, system } = process.cpuUsage(start)
      const each = (user + system) / 1000 / runsAtOnce
      if (round >= 0) times[name as keyof typeof runners].push(each)
    }
  }
  const theirs = (await runOrt())[output]?.data as Float32Array
  const ours = plain.run(given)[output] as Numbers
  const compare = (
    of: (times: number[]) => number,
    ratio: (theirs: number[], ours: number[]) => number,
  ) => {
    const ms = {
      lite: of(times.lite),
      relaxed: relaxed ? of(times.relaxed) : null,
      ort: of(times.ort),
    }
    return {
      ratio_to_ort: ratio(times.ort, times.lite),
      ratio_to_ort_relaxed: relaxed ? ratio(times.ort, times.relaxed) : null,
      ms,
    }
  }
  const measured: Measured = {
    // Ratios round by round: what else works on the machine slows both down.
    ...compare(
      (list) => spread(list).median,
      (theirs, ours) => spread(theirs.map((time, n) => time / (ours[n] as number))).median,
    ),
    of_least: compare(
      (list) => Math.min(...list),
      (theirs, ours) => Math.min(...theirs) / Math.min(...ours),
    ),
    most_apart: Math.max(...theirs.map((score, n) => Math.abs(score - (ours.data[n] as number)))),
    copy_ms: copyTime(data),
    memory_bytes: plain.memory,
    start: {
      lite: startOf('lite', file, input, shape),
      ort: startOf('ort', file, input, shape),
    },
    layers: layersOf(plain, given),
  }
  plain.dispose()
  relaxed?.dispose()
  await session.release()
  return measured
}

/** As it goes: out of one module's memory, and into the other's. */
function copyTime(data: Float32Array): number {
  const [array, memory] = [new Float32Array(data.length), new Float32Array(data.length)]
  const times = Array.from({ length: rounds }, () => {
    const start = performance.now()
    for (let n = 0; n < 100; ++n) {
      array.set(data)
      memory.set(array)
    }
    return (performance.now() - start) / 100
  })
  return spread(times).median
}

/** Starts in processes of their own: the medians. */
function startOf(engine: string, file: URL, input: string, shape: number[]): Start {
  const script = fileURLToPath(new URL('engine-start.js', import.meta.url))
  const told = Array.from({ length: starts }, (): Omit<Start, 'least_ready_ms'> => {
    const given = [script, engine, fileURLToPath(file), input, ...shape.map(String)]
    return JSON.parse(execFileSync(process.execPath, given, { encoding: 'utf8' }))
  })
  const list = (name: keyof (typeof told)[number]) => told.map((start) => start[name])
  const median = (name: keyof (typeof told)[number]) => spread(list(name)).median
  return {
    import_ms: median('import_ms'),
    ready_ms: median('ready_ms'),
    least_ready_ms: Math.min(...list('ready_ms')),
    answer_ms: median('answer_ms'),
    rss_growth_bytes: median('rss_growth_bytes'),
  }
}

/** Where the time goes, by the graph's nodes, the longest first. */
function layersOf(network: Network, given: Record<string, Numbers>): Measured['layers'] {
  const seen = new Map<string, { ms: number[]; work: number }>()
  for (let round = 0; round < rounds; ++round) {
    const times = new Map<string, Pick<LayerTime, 'milliseconds' | 'work'>>()
    for (const { from, milliseconds, work } of network.profile(given)) {
      const before = times.get(from) ?? { milliseconds: 0, work: 0 }
      times.set(from, {
        milliseconds: before.milliseconds + milliseconds,
        work: before.work + work,
      })
    }
    for (const [from, { milliseconds, work }] of times) {
      const known = seen.get(from) ?? { ms: [], work }
      known.ms.push(milliseconds)
      seen.set(from, known)
    }
  }
  const layers = Array.from(seen, ([layer, { ms, work }]) => ({
    layer,
    ms: spread(ms).median,
    work,
  }))
  const whole = layers.reduce((sum, { ms }) => sum + ms, 0)
  return layers
    .sort((a, b) => b.ms - a.ms)
    .map(({ layer, ms, work }) => ({
      layer,
      ms,
      share: ms / whole,
      gmacs: work > 0 ? work / ms / 1e6 : null,
    }))
}

/** Of the bundle with the default model, each file by brotli. */
async function bundleBytes() {
  const parts = wireSizes({ runtime: false })
  const sum = (list: typeof parts) => list.reduce((bytes, part) => bytes + part.bytes, 0)
  const files = [...(await folderBundle(await readPackage(defaultModel)))]
  return {
    // Page, library with worklet and worker, front end, engine, model: what every use takes.
    bundle_brotli_bytes: sum(parts.filter(({ name, ours }) => ours || name === "kiosk's page")),
    bundle_brotli_bytes_of_model: sum(parts.filter(({ name }) => name === 'model')),
    // With decoders, the relaxed build, icons and notices.
    bundle_folder_brotli_bytes: files.reduce((bytes, [, file]) => bytes + brotliBytes(file), 0),
  }
}

function print() {
  const { machine } = report
  const times = (ratio: number | null) => (ratio === null ? 'not there' : `${ratio.toFixed(2)} ×`)
  const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`
  console.log(
    `${machine.cpu}, ${machine.cpus} CPUs of load ${machine.load?.toFixed(1)}, Node ${machine.node}; medians of ${rounds} rounds`,
  )
  console.log(
    `limit by multiply-adds alone: ${limit.plain.toFixed(1)} GMAC/s, relaxed ${limit.relaxed?.toFixed(1) ?? 'not there'}`,
  )
  console.log(
    `wasm with the front end: ${kilobytes(report.wasm_bytes)}; bundle by brotli: ${kilobytes(report.bundle_brotli_bytes)}, of which the model ${kilobytes(report.bundle_brotli_bytes_of_model)}; with decoders, icons and notices ${kilobytes(report.bundle_folder_brotli_bytes)}`,
  )
  for (const { model, ms, start, layers, ...measured } of models) {
    console.log(`\n${model}`)
    console.log(
      `  a window: ${ms.lite.toFixed(2)} ms, relaxed ${ms.relaxed?.toFixed(2) ?? '–'} ms, onnxruntime-web ${ms.ort.toFixed(2)} ms: ${times(measured.ratio_to_ort)}, relaxed ${times(measured.ratio_to_ort_relaxed)} its speed; scores ${measured.most_apart.toExponential(1)} apart at most`,
    )
    const { of_least } = measured
    console.log(
      `  the least: ${of_least.ms.lite.toFixed(2)} ms, relaxed ${of_least.ms.relaxed?.toFixed(2) ?? '–'} ms, onnxruntime-web ${of_least.ms.ort.toFixed(2)} ms: ${times(of_least.ratio_to_ort)}, relaxed ${times(of_least.ratio_to_ort_relaxed)}`,
    )
    for (const [name, told] of Object.entries(start)) {
      const { ready_ms, least_ready_ms, answer_ms, import_ms, rss_growth_bytes } = told
      console.log(
        `  start of ${name}: ready in ${ready_ms.toFixed(0)} ms (the least: ${least_ready_ms.toFixed(0)}), with its code (${import_ms.toFixed(0)} ms) ${answer_ms.toFixed(0)} ms to the first answer; ${megabytes(rss_growth_bytes)} more memory (RSS)`,
      )
    }
    console.log(`  features from module to module: ${measured.copy_ms.toFixed(3)} ms`)
    console.log(`  memory of the engine's WebAssembly: ${megabytes(measured.memory_bytes)}`)
    console.log('      ms  share  GMAC/s  node')
    for (const { layer, ms, share, gmacs } of layers.filter(({ share }) => share >= 0.005)) {
      const percent = `${(100 * share).toFixed(1)} %`
      console.log(
        `  ${ms.toFixed(3)} ${percent.padStart(6)} ${(gmacs?.toFixed(1) ?? '').padStart(7)}  ${layer}`,
      )
    }
  }
  for (const [name, told] of Object.entries(report.browsers ?? {})) {
    console.log(
      typeof told === 'string'
        ? `${name}: ${told}`
        : `${name}: ${told.ms.lite.toFixed(2)} ms, relaxed ${told.ms.relaxed?.toFixed(2) ?? '–'} ms, onnxruntime-web ${told.ms.ort.toFixed(2)} ms: ${times(told.ratio_to_ort)}, relaxed ${times(told.ratio_to_ort_relaxed)}`,
    )
  }
}
