/**
 * What the front end is measured against, in JavaScript. Each computes MFCC of the same samples
 * with the same window, FFT, mel and coefficient counts; pffft alone also a bare FFT. Run by
 * peer-process.ts with the name of a package, as frontend_peers.py is.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import type { FrontEndSettings } from '../src/frontend/index.ts'
import { melRest } from './mel-rest.ts'
import { usAFrame } from './us-a-frame.ts'

export type Settings = Required<Omit<FrontEndSettings, 'feature'>>

interface Peer {
  name: string
  /** Frames a call of `run` computes. */
  frames: number
  /** Computes them; row-major MFCC, where it computes MFCC at all. */
  run(): Float32Array | undefined
  /** How its definition of MFCC is not librosa's, where it is not. */
  definition?: string
}

// the peers are in bench/'s own package and have no types that agree with ours
// biome-ignore lint/suspicious/noExplicitAny: foreign modules
type Foreign = any
const require = createRequire(import.meta.url)
/** By path, since some packages do not export what they hold. */
const foreign = async (path: string): Promise<Foreign> =>
  import(new URL(`node_modules/${path}`, import.meta.url).href)

const framesOf = (samples: Float32Array, s: Settings) =>
  1 + Math.floor(samples.length / s.hopLength)

function padded(samples: Float32Array, s: Settings): Float32Array {
  const out = new Float32Array(samples.length + s.nFft)
  out.set(samples, s.nFft / 2)
  return out
}

async function pffft() {
  const module = await (await foreign('@echogarden/pffft-wasm/dist/simd/pffft.js')).default()
  return (size: number) => {
    const setup = module._pffft_new_setup(size, 0)
    const input = module._pffft_aligned_malloc(size * 4)
    const output = module._pffft_aligned_malloc(size * 4)
    const work = module._pffft_aligned_malloc(size * 4)
    return {
      input: module.HEAPF32.subarray(input >> 2, (input >> 2) + size) as Float32Array,
      output: module.HEAPF32.subarray(output >> 2, (output >> 2) + size) as Float32Array,
      ordered: () => module._pffft_transform_ordered(setup, input, output, work, 0),
      unordered: () => module._pffft_transform(setup, input, output, work, 0),
    }
  }
}

/** One real FFT of wasm SIMD and nothing else: no window, no copies. */
async function barePffft(size: number, times: number): Promise<Peer[]> {
  const fft = (await pffft())(size)
  for (let n = 0; n < size; ++n) fft.input[n] = Math.sin(n * n)
  const bare = (name: string, transform: () => void): Peer => ({
    name,
    frames: times,
    run() {
      for (let n = 0; n < times; ++n) transform()
      return undefined
    },
  })
  return [
    bare(`pffft SIMD, a bare FFT of ${size}`, fft.unordered),
    bare(`pffft SIMD, a bare FFT of ${size}, bins in order`, fft.ordered),
  ]
}

// Functions of their own, since V8 makes better code of them than of loops within a loop.

function applyWindow(
  signal: Float32Array,
  at: number,
  window: Float32Array,
  out: Float32Array,
): void {
  for (let n = 0; n < window.length; ++n)
    out[n] = (signal[at + n] as number) * (window[n] as number)
}

function toPower(bins: Float32Array, power: Float64Array): void {
  for (let k = 0; k < bins.length / 2; ++k) {
    const re = bins[2 * k] as number
    const im = bins[2 * k + 1] as number
    power[k] = re * re + im * im
  }
}

/** The same of fft.js' own kind of array. */
function arrayToPower(bins: number[], power: Float64Array): void {
  for (let k = 0; k < power.length; ++k) {
    const re = bins[2 * k] as number
    const im = bins[2 * k + 1] as number
    power[k] = re * re + im * im
  }
}

async function pffftPeer(samples: Float32Array, s: Settings): Promise<Peer> {
  const fft = (await pffft())(s.nFft)
  const rest = melRest(s)
  const signal = padded(samples, s)
  const frames = framesOf(samples, s)
  const half = s.nFft / 2
  return {
    name: 'pffft SIMD + JS',
    frames,
    run() {
      const out = new Float32Array(frames * s.nMfcc)
      const { power } = rest
      for (let t = 0; t < frames; ++t) {
        applyWindow(signal, t * s.hopLength, rest.window, fft.input)
        fft.ordered()
        toPower(fft.output, power)
        power[0] = (fft.output[0] as number) ** 2
        power[half] = (fft.output[1] as number) ** 2
        rest.mfcc(out, t * s.nMfcc)
      }
      return out
    },
  }
}

async function fftJsPeer(samples: Float32Array, s: Settings): Promise<Peer> {
  const FFT = (await foreign('fft.js/lib/fft.js')).default
  const fft = new FFT(s.nFft)
  const rest = melRest(s)
  const input = new Float32Array(s.nFft)
  const output = fft.createComplexArray()
  const signal = padded(samples, s)
  const frames = framesOf(samples, s)
  return {
    name: 'fft.js + JS',
    frames,
    run() {
      const out = new Float32Array(frames * s.nMfcc)
      for (let t = 0; t < frames; ++t) {
        applyWindow(signal, t * s.hopLength, rest.window, input)
        fft.realTransform(output, input)
        arrayToPower(output, rest.power)
        rest.mfcc(out, t * s.nMfcc)
      }
      return out
    },
  }
}

/** Meyda has its own filter bank, logarithm and DCT. */
async function meydaPeer(samples: Float32Array, s: Settings): Promise<Peer> {
  const meyda = (await foreign('meyda/dist/node/main.js')).default
  const Meyda = meyda.default ?? meyda
  Object.assign(Meyda, {
    bufferSize: s.nFft,
    sampleRate: s.sampleRate,
    melBands: s.nMels,
    numberOfMFCCCoefficients: s.nMfcc,
    windowingFunction: 'hanning',
  })
  const signal = padded(samples.subarray(0, 16000), s)
  const frames = framesOf(samples.subarray(0, 16000), s)
  return {
    name: 'Meyda',
    frames,
    definition: 'own mel bank and logarithm',
    run() {
      for (let t = 0; t < frames; ++t) {
        Meyda.extract('mfcc', signal.subarray(t * s.hopLength, t * s.hopLength + s.nFft))
      }
      return undefined
    },
  }
}

/** essentia.js (AGPL): stays in bench/'s own package. */
async function essentiaPeer(samples: Float32Array, s: Settings): Promise<Peer> {
  const { Essentia, EssentiaWASM } = require('essentia.js') as Foreign
  const essentia = new Essentia(EssentiaWASM)
  const part = samples.subarray(0, 8000)
  const signal = padded(part, s)
  const frames = framesOf(part, s)
  return {
    name: 'essentia.js',
    frames,
    run() {
      const out = new Float32Array(frames * s.nMfcc)
      for (let t = 0; t < frames; ++t) {
        const at = t * s.hopLength
        const frame = essentia.arrayToVector(signal.subarray(at, at + s.nFft))
        const windowed = essentia.Windowing(frame, false, s.nFft, 'hann', 0, false).frame
        const spectrum = essentia.Spectrum(windowed, s.nFft).spectrum
        const { bands, mfcc } = essentia.MFCC(
          spectrum,
          2, // dctType
          s.fMax,
          s.nFft / 2 + 1,
          0, // liftering
          'dbpow',
          s.fMin,
          'unit_tri',
          s.nMels,
          s.nMfcc,
          s.sampleRate,
          1e-10,
          'power',
          'slaneyMel',
          'linear',
        )
        out.set(essentia.vectorToArray(mfcc), t * s.nMfcc)
        for (const vector of [frame, windowed, spectrum, bands, mfcc]) vector.delete()
      }
      return out
    },
  }
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const next = async () => JSON.parse((await lines.next()).value ?? 'null')
const answer = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`)

const { settings, samples: path } = await next()
const samples = new Float32Array(new Uint8Array(readFileSync(path)).buffer)
const make: Record<string, () => Promise<Peer[]>> = {
  pffft: async () => [
    ...(await barePffft(512, 1000)),
    ...(await barePffft(1024, 1000)),
    await pffftPeer(samples, settings),
  ],
  'fft.js': async () => [await fftJsPeer(samples, settings)],
  Meyda: async () => [await meydaPeer(samples, settings)],
  'essentia.js': async () => [await essentiaPeer(samples, settings)],
}
try {
  const peers = (await make[process.argv[2] as string]?.()) ?? []
  for (const { frames, run } of peers) usAFrame(frames, run, 300) // until V8 has optimised
  answer({ peers: peers.map(({ name, definition }) => ({ name, definition })) })
  for (let request = await next(); request; request = await next()) {
    const { frames, run } = peers.find(({ name }) => name === request.peer) as Peer
    if (request.values) writeFileSync(request.values, run() ?? new Float32Array())
    answer({ us: usAFrame(frames, run) })
  }
} catch (error) {
  answer({ reason: String(error).split('\n', 1)[0] })
}
process.exit()
