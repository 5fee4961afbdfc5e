/**
 * The front end beside its peers, in one run, one thread, on the same speech: microseconds a
 * frame, least of interleaved rounds, and how far each is from librosa.
 *
 * Usage: npm run [--silent] bench:frontend -- [--json] [--rounds N] [--python PATH]
 *
 * Python peers need an interpreter that has them (test/golden/requirements.txt); without one they
 * are skipped by name.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Settings } from './frontend-peers.ts'
import { measureStages } from './frontend-stages.ts'
import { bundledPeers, peerProcess } from './peer-process.ts'
import { usAFrame } from './us-a-frame.ts'

const { values: args } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '30' },
    python: { type: 'string', default: process.env.UNDERTONE_PYTHON ?? 'python3' },
  },
})
const rounds = Math.max(1, Math.trunc(Number(args.rounds)) || 1)
const folder = mkdtempSync(join(tmpdir(), 'undertone-bench-'))

// What users run is measured, not the sources.
const dist = new URL('../dist/', import.meta.url)
const undertone: typeof import('../src/frontend/index.ts') = await import(
  new URL('frontend.node.js', dist).href
)
const wasm = readFileSync(new URL('undertone-frontend.wasm', dist))

const clip = speech()
const readyMs = timeReady()
const samples = new Float32Array(10 * 16000).map((_, n) => clip[n % clip.length] as number)
const base = { sampleRate: 16000, fMin: 0, fMax: 8000, center: true, ref: 1, amin: 1e-10 }
const mfcc40: Settings = {
  ...base,
  nFft: 512,
  winLength: 512,
  hopLength: 160,
  nMels: 40,
  nMfcc: 40,
}
const mfcc13: Settings = { ...mfcc40, nMfcc: 13 }
const model: Settings = {
  ...base,
  nFft: 1024,
  winLength: 1024,
  hopLength: 256,
  nMels: 128,
  nMfcc: 40,
}

interface Row {
  name: string
  us: number | null
  /** Largest difference from librosa, MFCC units; null where there is none to tell. */
  difference: number | null
  /** Why it was skipped, or why no difference is told. */
  note?: string
}

interface Timed {
  row: Row
  time(): Promise<number>
}

const skipped: Row[] = []
const timed: Timed[] = []
let reference: Float32Array | undefined

const ours = async (name: string, feature: 'mfcc' | 'log-mel', s: Settings): Promise<Timed> => {
  const frontEnd = await undertone.createFrontEnd({ ...s, feature })
  const { frames, data } = frontEnd.compute(samples)
  usAFrame(frames, () => frontEnd.compute(samples), 300) // until V8 has optimised
  return {
    row: { name, us: null, difference: s === mfcc40 ? differs(data) : null },
    time: async () => usAFrame(frames, () => frontEnd.compute(samples)),
  }
}
const bareFft = (size: number) => `pffft SIMD, a bare FFT of ${size}`
const whole = 'undertone, MFCC-40 of 512/160/40'
const modelName = 'undertone, log-mel of 1024/256/128'

const closers: (() => void)[] = []
const pythonPeers = ['librosa', 'torchaudio', 'kaldi-native-fbank']
await peers(pythonPeers, args.python, [
  fileURLToPath(new URL('frontend_peers.py', import.meta.url)),
])
timed.unshift(
  await ours(whole, 'mfcc', mfcc40),
  await ours('undertone, MFCC-13', 'mfcc', mfcc13),
  await ours(modelName, 'log-mel', model),
)
const bundle = bundledPeers(folder)
for (const name of ['pffft', 'fft.js', 'Meyda', 'essentia.js']) {
  await peers([name], process.execPath, [bundle, name])
}

for (let round = 0; round < rounds; ++round) {
  for (const { row, time } of timed) {
    // the slowest would take all the time of the others
    if (row.us !== null && row.us > 50 && round % 10 !== 0) continue
    row.us = Math.min(row.us ?? Infinity, await time())
  }
}
for (const close of closers) close()
rmSync(folder, { recursive: true })

const realtime = timePooled()
const stages = await measureStages([512, 160, 40, 40], rounds)

const us = (start: string) => timed.find(({ row }) => row.name.startsWith(start))?.row.us ?? null
const ratio = (a: number | null, b: number | null) => (a === null || b === null ? null : a / b)
const report = {
  ratio_to_fft: ratio(us(whole), us(bareFft(512))),
  ratio_to_fft_model: ratio(us(modelName), us(bareFft(1024))),
  ratio_to_librosa: ratio(us('librosa'), us(whole)),
  ratio_to_torchaudio: ratio(us('torchaudio'), us(whole)),
  ratio_to_pffft_js: ratio(us('pffft SIMD + JS'), us(whole)),
  ratio_to_meyda: ratio(us('Meyda'), us(whole)),
  realtime_180: realtime,
  wasm_bytes: wasm.length,
  ready_ms: readyMs,
  rounds,
  us_a_frame: Object.fromEntries(timed.map(({ row }) => [row.name.trim(), row.us])),
  difference_from_librosa: Object.fromEntries(
    timed.flatMap(({ row }) => (row.difference === null ? [] : [[row.name, row.difference]])),
  ),
  stages_us: stages,
  own_definition: timed.flatMap(({ row }) => (row.note ? [`${row.name}: ${row.note}`] : [])),
  skipped: skipped.map(({ name, note }) => `${name}: ${note}`),
  machine: { cpu: cpus()[0]?.model, cpus: cpus().length, node: process.version },
}
if (args.json) console.log(JSON.stringify(report))
else print()
process.exit(0)

function print() {
  const least = us(whole) as number
  console.log('µs a frame, one thread, 10 s of 16 kHz speech; times our MFCC-40; off librosa by\n')
  for (const { row } of timed) {
    const time = (row.us as number).toFixed(row.us !== null && row.us < 10 ? 3 : 0)
    const times = `${((row.us as number) / least).toFixed(2)} x`
    const off = row.difference === null ? (row.note ?? '') : row.difference.toExponential(1)
    console.log(`${row.name.padEnd(46)}${time.padStart(9)}${times.padStart(11)}   ${off}`)
  }
  for (const { name, note } of skipped) console.log(`${name.padEnd(46)}  skipped: ${note}`)
  console.log('\nwhere our MFCC-40 goes, µs a frame:')
  for (const [stage, time] of Object.entries(stages))
    console.log(`  ${stage.padEnd(18)}${time.toFixed(3)}`)
  console.log(
    `\n180 features (40 MFCC, 12 chroma, 128 mel, their means): ${realtime.toFixed(0)} x real time`,
  )
  console.log(`wasm ${wasm.length} bytes, compiled and ready in ${readyMs.toFixed(2)} ms`)
}

/** Seconds of audio a second, of the features that much of the field pools: 2048/512. */
function timePooled(): number {
  const frontEnd = new undertone.FrontEnd(new WebAssembly.Module(wasm), {
    feature: ['mfcc', 'chroma', 'mel'],
    nFft: 2048,
    hopLength: 512,
    nMels: 128,
    nMfcc: 40,
  })
  let least = Infinity
  for (let run = 0; run < 30; ++run) {
    const start = performance.now()
    undertone.pool(frontEnd.compute(samples), ['mean'])
    least = Math.min(least, performance.now() - start)
  }
  return samples.length / 16000 / (least / 1000)
}

function timeReady(): number {
  const start = performance.now()
  const frontEnd = new undertone.FrontEnd(new WebAssembly.Module(wasm), { feature: 'mfcc' })
  frontEnd.compute(clip.subarray(0, 160))
  return performance.now() - start
}

/** Starts a process of peers, of which `wanted` should be there. */
async function peers(wanted: string[], command: string, args: string[]): Promise<void> {
  const { peers, reason, run, close } = await peerProcess(command, args, samples, mfcc40, folder)
  closers.push(close)
  for (const { name, definition } of peers) {
    const { data } = await run(name, true)
    if (name.startsWith('librosa')) reference = data
    timed.push({
      row: {
        name,
        us: null,
        difference: definition ? null : differs(data),
        ...(definition && { note: definition }),
      },
      time: async () => (await run(name)).us,
    })
  }
  for (const name of wanted) {
    if (!peers.some((peer) => peer.name.startsWith(name))) skip(name, reason ?? 'not installed')
  }
}

function skip(name: string, note: string): void {
  skipped.push({ name, us: null, difference: null, note })
}

/** Largest difference from librosa over the frames that both have whole. */
function differs(data: Float32Array | undefined): number | null {
  if (!data?.length || !reference) return null
  let worst = 0
  // a peer of a shorter clip sees silence where librosa sees speech
  const end = Math.min(data.length, reference.length) - 4 * mfcc40.nMfcc
  for (let i = 0; i < end; ++i) {
    worst = Math.max(worst, Math.abs((data[i] as number) - (reference[i] as number)))
  }
  return worst
}

/** A sample clip, 16 kHz. */
function speech(): Float32Array {
  const file = readFileSync(new URL('../samples/1001_ITS_HAP_XX.wav', import.meta.url))
  const from = file.indexOf('data', 12, 'latin1') + 8
  const count = file.readUInt32LE(from - 4) / 2
  return Float32Array.from({ length: count }, (_, n) => file.readInt16LE(from + 2 * n) / 32768)
}
