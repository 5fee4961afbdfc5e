/**
 * What Undertone takes of a device, measured in browsers: time of a window, load while it listens,
 * latency, time to the first answer, memory, bytes over the wire; and whether hours of it leave memory
 * as it is. Beside each figure, what it is meant to be.
 *
 * Usage: npm run bench:device [--silent] -- [--json] [--hours N] [--browser NAME]…
 *   --hours    of audio for the soak, fed faster than real time. Default 0.2; 0 for none
 *   --browser  chromium, firefox or webkit. Default: those that are there
 */
import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { decodeAudio, toMono } from '../src/audio/index.ts'
import { resample } from '../src/frontend/index.ts'
import { type EngineBrowser, type EnginePage, engines } from '../test/engines/index.ts'
import { type Site, startSite } from '../test/engines/site.ts'
import { type MeasuredChromium, type MeasuredPage, startChromium } from './device/chromium.ts'
import { spread } from './spread.ts'
import { aim, wireSizes } from './wire-sizes.ts'

interface Figure {
  where: string
  what: string
  value: number
  unit: 'ms' | '%' | 'MB' | 'kB' | 'windows'
  /** At most. */
  goal?: number
  /** The same with onnxruntime-web in the place of the engine of ours, in the same run. */
  withOrt?: number
}

interface SoakPoint {
  hours: number
  /** MB. */
  heap: number
  buffers: number
  wasm: number
}

const { json, hours, names } = readOptions()
const clip = fileURLToPath(new URL('../samples/1003_TSI_HAP_then_SAD.wav', import.meta.url))
const figures: Figure[] = []
const soak: SoakPoint[] = []

const site = await openSite()
try {
  for (const engine of engines) {
    const name = engine.name.toLowerCase()
    if (names.length > 0 && !names.includes(name)) continue
    if (!engine.isThere()) {
      console.error(`${engine.name} is not there. ${engine.advice}.`)
      continue
    }
    console.error(`Measuring in ${engine.name} …`)
    const browser = await engine.start()
    try {
      await measureEverywhere(engine.name, browser)
    } finally {
      await browser.close()
    }
    if (engine.name === 'Chromium') await measureInChromium()
  }
} finally {
  await site.close()
}
addWireSizes()

const machine = { cpu: cpus()[0]?.model, cpus: cpus().length, node: process.version }
if (json) console.log(JSON.stringify({ figures, soak, machine }))
else print()

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        json: { type: 'boolean', default: false },
        hours: { type: 'string', default: '0.2' },
        browser: { type: 'string', multiple: true, default: [] },
      },
    })
    const hours = Number(values.hours)
    if (!(hours >= 0 && hours < 1000)) {
      throw new Error(`--hours is "${values.hours}": give a number from 0 to 1000.`)
    }
    const known = engines.map(({ name }) => name.toLowerCase())
    const names = values.browser.map((name) => name.toLowerCase())
    const unknown = names.find((name) => !known.includes(name))
    if (unknown) throw new Error(`--browser is "${unknown}": name one of ${known.join(', ')}.`)
    return { json: values.json, hours, names }
  } catch (error) {
    console.error(`bench: ${error instanceof Error ? error.message : error}`)
    return process.exit(2)
  }
}

/** The measured pages, under the policy that pages may have. */
async function openSite(): Promise<Site> {
  const file = readFileSync(clip)
  const speech = toMono((await decodeAudio(file)).channels)
  const bytes = (samples: Float32Array) => new Uint8Array(samples.buffer.slice(0))
  const script = (name: string) => readFileSync(new URL(`device/${name}`, import.meta.url))
  const page = (scripts: string) =>
    `<!doctype html><meta charset="utf-8"><title>Bench</title>${scripts}`
  return startSite({
    '/clip.wav': file,
    '/16000.f32': bytes(speech),
    '/48000.f32': bytes(await resample(speech, 16000, 48000)),
    '/memories.js': script('memories.js'),
    '/page.js': script('page.js'),
    '/first-answer.js': script('first-answer.js'),
    '/device.html': page(
      '<script src="/memories.js"></script><script type="module" src="/page.js"></script>',
    ),
    '/first.html': page('<script type="module" src="/first-answer.js"></script>'),
  })
}

async function measureEverywhere(where: string, browser: EngineBrowser) {
  const page = await open(browser)
  const { lite, ort } = await page.run<{ lite: number[]; ort: number[] }>(
    'return probe.windows(40, 10)',
  )
  figures.push({
    where,
    what: 'one window of 3 s, front end and model, one thread',
    value: spread(lite).median,
    unit: 'ms',
    goal: 8,
    withOrt: spread(ort).median,
  })
  figures.push({
    where,
    what: 'a stream at 48 kHz, a window every 0.5 s, of one core',
    value: 100 * (await page.run<number>('return probe.load(120)')),
    unit: '%',
    goal: 2,
  })
  await page.close()

  const firsts: number[] = []
  for (let time = 0; time < 7; time++) {
    const page = await browser.open(`${site.url}first.html`)
    firsts.push(
      await page.run<number>(`
        while (!globalThis.first) await new Promise((resolve) => setTimeout(resolve, 20))
        return first.ms`),
    )
    await page.close()
  }
  figures.push({
    where,
    what: 'page open to first answer, nothing cached',
    value: spread(firsts).median,
    unit: 'ms',
    goal: 800,
  })
}

/** Opens the page whose parts are called. */
async function open<Page extends EnginePage | MeasuredPage>(browser: {
  open(url: string): Promise<Page>
}): Promise<Page> {
  const page = await browser.open(`${site.url}device.html`)
  await page.run(
    'while (!globalThis.probe) await new Promise((resolve) => setTimeout(resolve, 20))',
  )
  return page
}

async function measureInChromium() {
  const browser = await startChromium(clip)
  try {
    await measureProcessor(browser)
    await measureLatency(browser)
    await measureListening(browser)
    await measureMemory(browser)
    if (hours > 0) await measureSoak(browser)
  } finally {
    await browser.close()
  }
}

/** What a window takes of a processor, whatever else it has to do. */
async function measureProcessor(browser: MeasuredChromium) {
  const page = await open(browser)
  await page.run('await probe.repeat(100)')
  const calls = 400
  const before = await browser.processorTime()
  await page.run(`await probe.repeat(${calls})`)
  const value = (1000 * ((await browser.processorTime()) - before)) / calls
  await page.close()
  const what = 'the same in processor time, the mean of all its process took'
  figures.push({ where: 'Chromium', what, value, unit: 'ms', goal: 8 })
}

async function measureLatency(browser: MeasuredChromium) {
  const page = await open(browser)
  const { median, p90 } = spread(await page.run<number[]>('return probe.latencies(20)'))
  await page.close()
  const what = "a window's last sample to its label on screen"
  figures.push({ where: 'Chromium', what, value: median, unit: 'ms', goal: 150 })
  figures.push({
    where: 'Chromium',
    what: `${what}, nine of ten below`,
    value: p90,
    unit: 'ms',
    goal: 150,
  })
}

/** Processor time of the page's whole process: its thread, the worker and the audio graph. */
async function measureListening(browser: MeasuredChromium) {
  const shares = []
  for (const what of ['graphAlone', 'listen']) {
    const page = await open(browser)
    await page.run(`await probe.${what}()`)
    await seconds(5)
    const before = await browser.processorTime()
    await seconds(20)
    shares.push((await browser.processorTime()) - before)
    await page.close()
  }
  const [alone = 0, listening = 0] = shares.map((share) => (100 * share) / 20)
  figures.push({
    where: 'Chromium',
    what: 'listening to a microphone: its process, beyond an empty audio graph',
    value: listening - alone,
    unit: '%',
  })
  figures.push({ where: 'Chromium', what: 'that empty audio graph', value: alone, unit: '%' })
}

async function measureMemory(browser: MeasuredChromium) {
  const held = async (options: string) => {
    const page = await open(browser)
    const before = await memoryOf(page)
    await page.run(`await probe.hold(${options})`)
    const after = await memoryOf(page)
    const wasm = await page.run<number[]>('return probe.wasmBytes()')
    await page.close()
    return { before, after, largest: megabytes(Math.max(...wasm)) }
  }
  // On the page's thread, where one heap has all of it.
  const lite = await held('{ worker: false }')
  const ort = await held("{ worker: false, engine: 'ort' }")
  const grown = ({ before, after }: typeof lite) => total(after) - total(before)
  const figure = (what: string, value: number, more: Partial<Figure> = {}) =>
    figures.push({ where: 'Chromium', what, value, unit: 'MB', ...more })
  figure('memory of the page, a model loaded and used', total(lite.after), {
    withOrt: total(ort.after),
  })
  figure('  that it adds: heap, array buffers, wasm memories', grown(lite), {
    goal: 16,
    withOrt: grown(ort),
  })
  for (const part of ['heap', 'buffers', 'wasm'] as const) {
    figure(`    ${part}`, lite.after[part] - lite.before[part], {
      withOrt: ort.after[part] - ort.before[part],
    })
  }
  // Its heap, too, has what is onnxruntime-web's in it.
  figure("  with onnxruntime-web, less the runtime's own wasm memory", grown(ort) - ort.largest, {
    goal: 4,
  })
}

function megabytes(bytes: number): number {
  return bytes / 1e6
}

/** MB. */
async function memoryOf(page: MeasuredPage): Promise<Omit<SoakPoint, 'hours'>> {
  const { heap, buffers } = await page.memory()
  const wasm = await page.run<number[]>('return probe.wasmBytes()')
  return {
    heap: megabytes(heap),
    buffers: megabytes(buffers),
    wasm: megabytes(wasm.reduce((sum, bytes) => sum + bytes, 0)),
  }
}

function total({ heap, buffers, wasm }: Omit<SoakPoint, 'hours'>): number {
  return heap + buffers + wasm
}

async function measureSoak(browser: MeasuredChromium) {
  const steps = 16
  const page = await open(browser)
  await page.run('await probe.soak()')
  let heard = { windows: 0, dropped: 0, end: 0 }
  for (let step = 1; step <= steps; step++) {
    // In turns of ten minutes at most, so that no call takes long.
    for (let left = (hours * 3600) / steps; left > 0; left -= 600) {
      heard = await page.run(`return feed(${Math.min(left, 600)})`)
    }
    soak.push({ hours: (hours * step) / steps, ...(await memoryOf(page)) })
    console.error(`soak: ${((hours * step) / steps).toFixed(2)} of ${hours} hours`)
  }
  await page.close()
  const rest = Math.floor((hours * 3600 - heard.end) / 0.5)
  const figure = (what: string, value: number, unit: Figure['unit'], goal?: number) =>
    figures.push({ where: 'Chromium', what, value, unit, ...(goal !== undefined && { goal }) })
  figure(`${hours} h of audio: windows heard`, heard.windows, 'windows')
  figure(`${hours} h of audio: windows left out`, heard.dropped + Math.max(0, rest), 'windows', 0)
  // The last quarter beside the second: by then, what is made once is there.
  const mean = (points: SoakPoint[]) =>
    points.reduce((sum, point) => sum + total(point), 0) / points.length
  const quarter = steps / 4
  figure(
    `${hours} h of audio: memory, its last quarter less its second`,
    mean(soak.slice(-quarter)) - mean(soak.slice(quarter, 2 * quarter)),
    'MB',
    0.1,
  )
}

function addWireSizes() {
  const parts = wireSizes()
  const kilobytes = (bytes: number) => bytes / 1000
  for (const { name, bytes, budget } of parts) {
    const [value, goal] = [kilobytes(bytes), kilobytes(budget)]
    figures.push({ where: 'on the wire, by brotli', what: name, value, unit: 'kB', goal })
  }
  const ours = parts.filter(({ ours }) => ours).reduce((sum, { bytes }) => sum + bytes, 0)
  figures.push({
    where: 'on the wire, by brotli',
    what: 'all of ours that is always loaded',
    value: kilobytes(ours),
    unit: 'kB',
    goal: kilobytes(aim),
  })
}

function print() {
  const digits = { ms: 1, '%': 2, MB: 2, kB: 1, windows: 0 }
  let where = ''
  for (const { where: here, what, value, unit, goal, withOrt } of figures) {
    if (here !== where) console.log(`\n${here}`)
    where = here
    const shown = (amount: number) => amount.toFixed(digits[unit])
    const remarks = [
      goal !== undefined && `${value <= goal ? 'within' : 'ABOVE'} ${goal}`,
      withOrt !== undefined && `${shown(withOrt)} by onnxruntime-web`,
    ].filter(Boolean)
    console.log(
      `  ${what.padEnd(68)}${shown(value).padStart(9)} ${unit.padEnd(8)}${remarks.join('; ')}`,
    )
  }
  if (soak.length > 0) {
    console.log('\nChromium, MB after hours of audio: heap, array buffers, wasm memories, all')
    for (const point of soak) {
      const columns = [point.heap, point.buffers, point.wasm, total(point)]
      console.log(
        `  ${point.hours.toFixed(2).padStart(7)}${columns.map((value) => value.toFixed(2).padStart(9)).join('')}`,
      )
    }
  }
  console.log(`\n${machine.cpu}, ${machine.cpus} cores`)
}

function seconds(count: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1000 * count))
}
