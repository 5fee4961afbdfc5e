import { UndertoneError } from '../error.ts'

/** What is computed of a frame. */
export type FeatureKind = 'log-mel' | 'mfcc'

/**
 * Settings of a front end. Names and meanings are librosa 0.11's
 * (`librosa.feature.melspectrogram`, `librosa.power_to_db`, `librosa.feature.mfcc`).
 */
export interface FrontEndSettings {
  /** What a frame becomes: `nMels` decibels or `nMfcc` coefficients. */
  feature: FeatureKind
  /** Samples a second of what is fed in, Hz. */
  sampleRate: number
  /** Length of the FFT, samples: a power of two, 32 to 4096. */
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

const maxHop = 65536
const maxMels = 1024

/**
 * Fills in what is left out: `fMax` with half the sample rate, `nMfcc` with the lesser of its
 * default and `nMels`, `winLength` with `nFft`, the rest from {@link defaultFrontEndSettings}.
 * @throws {UndertoneError} `settings-invalid`, saying which setting makes no sense and why
 */
export function resolveSettings(given: Partial<FrontEndSettings> = {}): Required<FrontEndSettings> {
  const known = { ...defaultFrontEndSettings, winLength: 0 }
  for (const name of Object.keys(given)) {
    if (!(name in known)) throw invalid(`${name} is no setting of the front end`)
  }
  const present = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  ) as Partial<FrontEndSettings>
  const base = { ...defaultFrontEndSettings, ...present }
  const settings: Required<FrontEndSettings> = {
    ...base,
    winLength: present.winLength ?? base.nFft,
    fMax: present.fMax ?? base.sampleRate / 2,
    nMfcc: present.nMfcc ?? Math.min(base.nMfcc, base.nMels),
  }
  check(settings)
  return settings
}

function check(s: Required<FrontEndSettings>): void {
  if (s.feature !== 'log-mel' && s.feature !== 'mfcc') {
    throw invalid(`feature is ${show(s.feature)}; it must be 'log-mel' or 'mfcc'`)
  }
  if (!(Number.isFinite(s.sampleRate) && s.sampleRate > 0)) {
    throw invalid(`sampleRate is ${show(s.sampleRate)}; it must be a positive number of hertz`)
  }
  if (!Number.isInteger(s.nFft) || s.nFft < 32 || s.nFft > 4096 || (s.nFft & (s.nFft - 1)) !== 0) {
    throw invalid(
      `nFft is ${show(s.nFft)}; it must be a power of two from 32 to 4096 (a shorter window, such as 400, is winLength)`,
    )
  }
  whole('winLength', s.winLength, 2, s.nFft, 'nFft')
  whole('hopLength', s.hopLength, 1, maxHop)
  whole('nMels', s.nMels, 1, maxMels)
  whole('nMfcc', s.nMfcc, 1, s.nMels, 'nMels')
  const nyquist = s.sampleRate / 2
  if (!(Number.isFinite(s.fMin) && s.fMin >= 0)) {
    throw invalid(`fMin is ${show(s.fMin)}; it must be 0 Hz or more`)
  }
  if (!(Number.isFinite(s.fMax) && s.fMax <= nyquist)) {
    throw invalid(`fMax is ${show(s.fMax)}; it must not exceed half the sample rate, ${nyquist} Hz`)
  }
  if (s.fMin >= s.fMax) throw invalid(`fMin (${s.fMin} Hz) must be below fMax (${s.fMax} Hz)`)
  if (typeof s.center !== 'boolean') {
    throw invalid(`center is ${show(s.center)}; it must be true or false`)
  }
  power('ref', s.ref)
  power('amin', s.amin)
}

function whole(name: string, value: number, least: number, most: number, mostName?: string): void {
  if (Number.isInteger(value) && value >= least && value <= most) return
  const limit = mostName === undefined ? `${most}` : `${mostName}, ${most}`
  throw invalid(`${name} is ${show(value)}; it must be a whole number from ${least} to ${limit}`)
}

function power(name: string, value: number): void {
  // below the smallest normal float32 the logarithm is not exact
  if (Number.isFinite(value) && value >= 1.2e-38 && value <= 3.4e38) return
  throw invalid(`${name} is ${show(value)}; it must be a power from 1.2e-38 to 3.4e38`)
}

const show = (value: unknown) => (typeof value === 'string' ? `'${value}'` : String(value))

const invalid = (reason: string) =>
  new UndertoneError('settings-invalid', `The front end cannot work so: ${reason}.`)
