/**
 * What the front end is measured against, in JavaScript. Each computes MFCC of the same samples
 * with the same window, FFT, mel and coefficient counts; pffft alone also a bare FFT.
 */
import { createRequire } from 'node:module'
import type { FrontEndSettings } from '../src/frontend/index.ts'
import { type MelRest, melRest } from './mel-rest.ts'

export type Settings = Required<Omit<FrontEndSettings, 'feature'>>

export interface Peer {
  name: string
  /** Frames a call of `run` computes. */
  frames: number
  /** Computes them; row-major MFCC, where it computes MFCC at all. */
  run(): Float32Array | undefined
  /** Whether its definition is librosa's, so that a difference means something. */
  comparable: boolean
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
export async function barePffft(size: number, times: number): Promise<Peer[]> {
  const fft = (await pffft())(size)
  for (let n = 0; n < size; ++n) fft.input[n] = Math.sin(n * n)
  const bare = (name: string, transform: () => void): Peer => ({
    name,
    frames: times,
    comparable: false,
    run() {
      for (let n = 0; n < times; ++n) transform()
      return undefined
    },
  })
  return [
    bare(`pffft SIMD, a bare FFT of ${size}`, fft.unordered),
    bare(`  the same, bins in order`, fft.ordered),
  ]
}

export async function pffftPeer(samples: Float32Array, s: Settings): Promise<Peer> {
  const fft = (await pffft())(s.nFft)
  const rest: MelRest = melRest(s)
  const signal = padded(samples, s)
  const frames = framesOf(samples, s)
  const half = s.nFft / 2
  return {
    name: 'pffft SIMD + JS',
    frames,
    comparable: true,
    run() {
      const out = new Float32Array(frames * s.nMfcc)
      const { input, output } = fft
      const { window, power } = rest
      for (let t = 0; t < frames; ++t) {
        const at = t * s.hopLength
        for (let n = 0; n < s.nFft; ++n)
          input[n] = (signal[at + n] as number) * (window[n] as number)
        fft.ordered()
        power[0] = (output[0] as number) ** 2
        power[half] = (output[1] as number) ** 2
        for (let k = 1; k < half; ++k) {
          const re = output[2 * k] as number
          const im = output[2 * k + 1] as number
          power[k] = re * re + im * im
        }
        rest.mfcc(out, t * s.nMfcc)
      }
      return out
    },
  }
}

export async function fftJsPeer(samples: Float32Array, s: Settings): Promise<Peer> {
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
    comparable: true,
    run() {
      const out = new Float32Array(frames * s.nMfcc)
      const { window, power } = rest
      for (let t = 0; t < frames; ++t) {
        const at = t * s.hopLength
        for (let n = 0; n < s.nFft; ++n)
          input[n] = (signal[at + n] as number) * (window[n] as number)
        fft.realTransform(output, input)
        for (let k = 0; k <= s.nFft / 2; ++k) power[k] = output[2 * k] ** 2 + output[2 * k + 1] ** 2
        rest.mfcc(out, t * s.nMfcc)
      }
      return out
    },
  }
}

/** Meyda has its own filter bank, logarithm and DCT. */
export async function meydaPeer(samples: Float32Array, s: Settings): Promise<Peer> {
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
    comparable: false,
    run() {
      for (let t = 0; t < frames; ++t) {
        Meyda.extract('mfcc', signal.subarray(t * s.hopLength, t * s.hopLength + s.nFft))
      }
      return undefined
    },
  }
}

/** essentia.js (AGPL): stays in bench/'s own package. */
export async function essentiaPeer(samples: Float32Array, s: Settings): Promise<Peer> {
  const { Essentia, EssentiaWASM } = require('essentia.js') as Foreign
  const essentia = new Essentia(EssentiaWASM)
  const part = samples.subarray(0, 8000)
  const signal = padded(part, s)
  const frames = framesOf(part, s)
  return {
    name: 'essentia.js',
    frames,
    comparable: true,
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
