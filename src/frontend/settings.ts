import { UndertoneError } from '../error.ts'
import { isWithin, show, withDefaults } from './options.ts'

/**
 * What is computed of a frame, and how many values each is. All are librosa 0.11's, with its
 * defaults, but for `flux`.
 *
 * | feature | values | |
 * | --- | --- | --- |
 * | `log-mel` | `nMels` | mel spectrogram, dB: `power_to_db(melspectrogram())` |
 * | `mfcc` | `nMfcc` | `feature.mfcc`, from log-mel, with `lifter` |
 * | `mel` | `nMels` | mel spectrogram, power: `feature.melspectrogram` |
 * | `magnitude` | `nFft / 2 + 1` | spectrogram: `abs(stft())` |
 * | `chroma` | 12 | `feature.chroma_stft`, with `tuning` |
 * | `contrast` | 7 | `feature.spectral_contrast`, dB |
 * | `tonnetz` | 6 | `feature.tonnetz` of that chroma |
 * | `zero-crossing-rate` | 1 | `feature.zero_crossing_rate`, share of samples |
 * | `rms` | 1 | `feature.rms` of the samples |
 * | `centroid` | 1 | `feature.spectral_centroid`, Hz |
 * | `bandwidth` | 1 | `feature.spectral_bandwidth`, Hz |
 * | `rolloff` | 1 | `feature.spectral_rolloff`, 85 %, Hz |
 * | `flatness` | 1 | `feature.spectral_flatness` |
 * | `flux` | 1 | half-wave rectified gain of the magnitudes since the frame before (Dixon 2006) |
 * | `f0` | 2 | `yin`, Hz, from `f0Min` to `f0Max`; then 1 where it is voiced (a trough below 0.1), else 0 |
 */
export type FeatureKind = keyof typeof featureCodes

// the numbers by which assembly/frontend/index.ts knows them
export const featureCodes = {
  'log-mel': 0,
  mfcc: 1,
  mel: 2,
  chroma: 3,
  contrast: 4,
  tonnetz: 5,
  'zero-crossing-rate': 6,
  rms: 7,
  centroid: 8,
  bandwidth: 9,
  rolloff: 10,
  flatness: 11,
  flux: 12,
  f0: 13,
  magnitude: 14,
} as const

/**
 * Settings of a front end. Names and meanings are librosa 0.11's
 * (`librosa.feature.melspectrogram`, `librosa.power_to_db`, `librosa.feature.mfcc`).
 */
export interface FrontEndSettings {
  /** What a frame becomes: `nMels` decibels or `nMfcc` coefficients. */
  feature: 'log-mel' | 'mfcc'
  /** Samples a second of what is fed in, Hz: 100 to 1e7. */
  sampleRate: number
  /** Length of the FFT, samples: a power of two, 32 to 32768. */
  nFft: number
  /** Length of the periodic Hann window in the middle of the FFT, samples; `nFft` when absent. */
  winLength?: number
  /** Samples from one frame to the next. */
  hopLength: number
  /** Bands of the Slaney mel filter bank. */
  nMels: number
  /** Lower edge of the lowest band, Hz. */
  fMin: number
  /** Upper edge of the highest band, Hz; at most half the sample rate. */
  fMax: number
  /** Coefficients of the orthonormal DCT-II; used by `mfcc` alone, at most `nMels`. */
  nMfcc: number
  /** Frames centred on their samples, zeros beyond both ends (librosa's `center=True`). */
  center: boolean
  /** Power that is 0 dB. */
  ref: number
  /** Power below which the logarithm sees this instead. */
  amin: number
}

/** The same with every feature, of which a model uses but one. */
export interface FeatureSettings extends Omit<FrontEndSettings, 'feature'> {
  /** What a frame becomes; of several, their values one after the other. */
  feature: FeatureKind | readonly FeatureKind[]
  /** Liftering of MFCC; 0, when absent, is none. */
  lifter?: number
  /** Deviation of chroma's tuning from A = 440 Hz, semitones; 0 when absent. */
  tuning?: number
  /** Lowest fundamental frequency, Hz; 65 when absent. */
  f0Min?: number
  /** Highest fundamental frequency, Hz; 500 when absent. */
  f0Max?: number
}

/** 25 ms-scale frames of 16 kHz speech, as log-mel; `fMax` follows the sample rate. */
export const defaultFrontEndSettings: Readonly<FrontEndSettings> = Object.freeze({
  feature: 'log-mel',
  sampleRate: 16000,
  nFft: 512,
  hopLength: 160,
  nMels: 40,
  fMin: 0,
  fMax: 8000,
  nMfcc: 40,
  center: true,
  ref: 1,
  amin: 1e-10,
})

/** What is optional in a model's manifest. */
const optional = { winLength: 0, lifter: 0, tuning: 0, f0Min: 65, f0Max: 500 }

const maxFft = 32768
const maxHop = 65536
const maxMels = 1024

/**
 * Fills in what is left out: `fMax` with half the sample rate, `nMfcc` with the lesser of its
 * default and `nMels`, `winLength` with `nFft`, the rest from {@link defaultFrontEndSettings}.
 * @throws {UndertoneError} `settings-invalid`, saying which setting makes no sense and why
 */
export function resolveSettings(given: Partial<FeatureSettings> = {}): Required<FeatureSettings> {
  const known = { ...defaultFrontEndSettings, ...optional }
  const all = withDefaults(given, known, 'The settings of a front end')
  const { center, feature, ...numbers } = all
  for (const [name, value] of Object.entries(numbers)) {
    if (typeof value === 'number') continue
    throw invalid(`${name} is ${show(value)}; it must be a number`)
  }
  if (given.winLength === undefined) all.winLength = all.nFft
  if (given.fMax === undefined) all.fMax = all.sampleRate / 2
  if (given.nMfcc === undefined) all.nMfcc = Math.min(all.nMfcc, all.nMels)
  // a list stays what it was when it was checked
  if (Array.isArray(feature)) all.feature = Object.freeze([...feature])
  check(all)
  return all
}

function check(s: Required<FeatureSettings>): void {
  const { center, feature } = s
  const features = typeof feature === 'string' ? [feature] : feature
  if (!Array.isArray(features) || !features.every(isFeature)) {
    const wrong = Array.isArray(features) ? features.find((one) => !isFeature(one)) : feature
    const known = Object.keys(featureCodes).join(', ')
    throw invalid(`feature is ${show(wrong)}; it must be one or a list of ${known}`)
  }
  if (features.length === 0) throw invalid('feature is empty')
  if (new Set(features).size < features.length) throw invalid('feature names one twice')
  if (!isWithin(s.sampleRate, 100, 1e7)) {
    throw invalid(`sampleRate is ${s.sampleRate}; it must be from 100 to 1e7 Hz`)
  }
  if (!isWithin(s.nFft, 32, maxFft) || !Number.isInteger(Math.log2(s.nFft))) {
    throw invalid(
      `nFft is ${s.nFft}; it must be a power of two from 32 to ${maxFft} (a shorter window, such as 400, is winLength)`,
    )
  }
  whole('winLength', s.winLength, 2, s.nFft, 'nFft')
  whole('hopLength', s.hopLength, 1, maxHop)
  whole('nMels', s.nMels, 1, maxMels)
  whole('nMfcc', s.nMfcc, 1, s.nMels, 'nMels')
  const nyquist = s.sampleRate / 2
  if (!(Number.isFinite(s.fMin) && s.fMin >= 0)) {
    throw invalid(`fMin is ${s.fMin}; it must be 0 Hz or more`)
  }
  if (!(Number.isFinite(s.fMax) && s.fMax <= nyquist)) {
    throw invalid(`fMax is ${s.fMax}; it must not exceed half the sample rate, ${nyquist} Hz`)
  }
  if (s.fMin >= s.fMax) throw invalid(`fMin (${s.fMin} Hz) must be below fMax (${s.fMax} Hz)`)
  const width = s.sampleRate / s.nFft
  if (s.fMax - s.fMin < width) {
    throw invalid(
      `fMin (${s.fMin} Hz) and fMax (${s.fMax} Hz) are less than a bin, ${width} Hz, apart`,
    )
  }
  if (typeof center !== 'boolean') {
    throw invalid(`center is ${show(center)}; it must be true or false`)
  }
  if (s.lifter !== 0 && !isWithin(s.lifter, 0.01, 1e6)) {
    throw invalid(`lifter is ${s.lifter}; it must be 0, or from 0.01 to 1e6`)
  }
  if (!isWithin(s.tuning, -1, 1)) {
    throw invalid(`tuning is ${s.tuning}; it must be from -1 to 1 semitone`)
  }
  if (features.includes('contrast') && s.sampleRate <= 12800) {
    throw invalid(
      `contrast needs a sample rate above 12800 Hz for its seven octave bands; it is ${s.sampleRate}`,
    )
  }
  if (features.includes('f0')) checkF0(s)
  power('ref', s.ref)
  power('amin', s.amin)
}

function checkF0({ f0Min, f0Max, sampleRate, nFft }: Required<FeatureSettings>): void {
  if (!(f0Min > 0 && f0Min < f0Max && f0Max <= sampleRate / 2)) {
    throw invalid(
      `f0Min is ${f0Min} and f0Max ${f0Max}; they must be in this order, above 0 and at most half the sample rate`,
    )
  }
  if (Math.ceil(sampleRate / f0Min) < nFft) return
  throw invalid(`f0Min is ${f0Min} Hz, whose period of samples does not fit in nFft, ${nFft}`)
}

const isFeature = (name: unknown) => typeof name === 'string' && Object.hasOwn(featureCodes, name)

/** The features, also where there is one. */
export const featuresOf = ({
  feature,
}: Pick<FeatureSettings, 'feature'>): readonly FeatureKind[] =>
  typeof feature === 'string' ? [feature] : feature

/** Values of a feature. */
export function binsOf(
  feature: FeatureKind,
  { nMels, nMfcc, nFft }: Pick<FrontEndSettings, 'nMels' | 'nMfcc' | 'nFft'>,
): number {
  if (feature === 'log-mel' || feature === 'mel') return nMels
  if (feature === 'mfcc') return nMfcc
  if (feature === 'magnitude') return nFft / 2 + 1
  return { chroma: 12, contrast: 7, tonnetz: 6, f0: 2 }[feature as string] ?? 1
}

function whole(name: string, value: number, least: number, most: number, mostName?: string): void {
  if (Number.isInteger(value) && value >= least && value <= most) return
  const limit = mostName === undefined ? `${most}` : `${mostName}, ${most}`
  throw invalid(`${name} is ${value}; it must be a whole number from ${least} to ${limit}`)
}

function power(name: string, value: number): void {
  // below the smallest normal float32 the logarithm is not exact
  if (Number.isFinite(value) && value >= 1.2e-38 && value <= 3.4e38) return
  throw invalid(`${name} is ${value}; it must be a power from 1.2e-38 to 3.4e38`)
}

const invalid = (reason: string) =>
  new UndertoneError('settings-invalid', `The front end cannot work so: ${reason}.`)
