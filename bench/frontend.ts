/**
 * The front end beside its peers, in one run, one thread, on the same speech: microseconds a
 * frame, least of interleaved rounds, and how far each is from librosa.
 *
 * Usage: npm run bench:frontend [--silent] -- [--json] [--rounds N] [--python PATH]
 *
 * Python peers need an interpreter that has them (test/golden/requirements.txt); without one they
 * are skipped by name.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import {
  barePffft,
  essentiaPeer,
  fftJsPeer,
  meydaPeer,
  type Peer,
  pffftPeer,
  type Settings,
} from './frontend-peers.ts'
import { measureStages } from './frontend-stages.ts'
import { pythonPeers } from './python-peers.ts'

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
  note?: string
}

interface Timed {
  row: Row
  time(): Promise<number>
}

const skipped: Row[] = []
const timed: Timed[] = []
let reference: Float32Array | undefined

const python = await pythonPeers(args.python, samples, mfcc40, folder)
for (const name of python.names) {
  const { data } = await python.run(name, true)
  if (name.startsWith('librosa')) reference = data
  const comparable = !name.startsWith('kaldi')
  timed.push({
    row: { name, us: null, difference: comparable ? differs(data) : null },
    time: async () => (await python.run(name)).us,
  })
}
for (const name of ['librosa', 'torchaudio', 'kaldi-native-fbank']) {
  if (!python.names.some((found) => found.startsWith(name))) skip(name, 'not installed')
}

const ours = async (name: string, feature: 'mfcc' | 'log-mel', s: Settings): Promise<Timed> => {
  const frontEnd = await undertone.createFrontEnd({ ...s, feature })
  const { frames, data } = frontEnd.compute(samples)
  return {
    row: { name, us: null, difference: s === mfcc40 ? differs(data) : null },
    time: async () => usAFrame(frames, () => frontEnd.compute(samples)),
  }
}
const fft = { small: '', large: '' }
const whole = 'undertone, MFCC-40 of 512/160/40'
const modelName = 'undertone, log-mel of 1024/256/128'
timed.unshift(
  await ours(whole, 'mfcc', mfcc40),
  await ours('undertone, MFCC-13', 'mfcc', mfcc13),
  await ours(modelName, 'log-mel', model),
)

await peers('pffft', async () => {
  const small = await barePffft(512, 1000)
  const large = await barePffft(1024, 1000)
  fft.small = small[0]?.name ?? ''
  fft.large = large[0]?.name ?? ''
  return [...small, ...large, await pffftPeer(samples, mfcc40)]
})
await peers('fft.js', async () => [await fftJsPeer(samples, mfcc40)])
await peers('Meyda', async () => [await meydaPeer(samples, mfcc40)])
await peers('essentia.js', async () => [await essentiaPeer(samples, mfcc40)])

for (let round = 0; round < rounds; ++round) {
  for (const { row, time } of timed) {
    // the slowest would take all the time of the others
    if (row.us !== null && row.us > 50 && round % 10 !== 0) continue
    row.us = Math.min(row.us ?? Infinity, await time())
  }
}
python.close()
rmSync(folder, { recursive: true })

const realtime = timePooled()
const stages = await measureStages([512, 160, 40, 40], rounds)

const us = (start: string) => timed.find(({ row }) => row.name.startsWith(start))?.row.us ?? null
const ratio = (a: number | null, b: number | null) => (a === null || b === null ? null : a / b)
const report = {
  ratio_to_fft: ratio(us(whole), us(fft.small)),
  ratio_to_fft_model: ratio(us(modelName), us(fft.large)),
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
    const off = row.difference === null ? '' : row.difference.toExponential(1)
    console.log(`${row.name.padEnd(40)}${time.padStart(9)}${times.padStart(11)}${off.padStart(10)}`)
  }
  for (const { name, note } of skipped) console.log(`${name.padEnd(40)}  skipped: ${note}`)
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

/** The least of some runs in a row: the first ones find what others left in the caches. */
async function usAFrame(frames: number, run: () => unknown): Promise<number> {
  let least = Infinity
  const end = performance.now() + 5
  do {
    const start = performance.now()
    run()
    least = Math.min(least, performance.now() - start)
  } while (performance.now() < end)
  return (least * 1000) / frames
}

async function peers(name: string, make: () => Promise<Peer[]>): Promise<void> {
  try {
    for (const peer of await make()) {
      const data = peer.run()
      timed.push({
        row: { name: peer.name, us: null, difference: peer.comparable ? differs(data) : null },
        time: async () => usAFrame(peer.frames, () => peer.run()),
      })
    }
  } catch (error) {
    skip(name, String(error).split('\n', 1)[0] as string)
  }
}

function skip(name: string, note: string): void {
  skipped.push({ name, us: null, difference: null, note })
}

/** Largest difference from librosa over the frames that both have whole. */
function differs(data: Float32Array | undefined): number | null {
  if (!data || !reference) return null
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
