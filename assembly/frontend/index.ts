// What the host sees. One instance is one front end; nothing is imported, and nothing is reserved
// after ready().

import { chroma, configureChroma, configureTonnetz, tonnetz } from './chroma'
import { configureContrast, contrast } from './contrast'
import { configureDct, configureLifter, dct, dctRoom, lift } from './dct'
import { configureDecibel, powerToDecibel } from './decibel'
import { configureFft, fftScale, powerSpectrum } from './fft'
import { lanesToRows, rowsToLanes } from './lanes'
import { configureMel, melBands } from './mel'
import { reserve } from './memory'
import {
  clearSamples,
  clipEnd,
  clipStart,
  configureSamples,
  dropFrames,
  frameStart,
  framesReady,
  take,
} from './samples'
import {
  bandwidth,
  centroid,
  configureFlux,
  configureSpectral,
  flatness,
  flux,
  forgetFlux,
  magnitudes,
  rolloff,
} from './spectral'
import { rms, zeroCrossingRate } from './waveform'
import { hannWindow } from './window'
import { configureYin, yin } from './yin'

export {
  configureResampler,
  resamplerInput,
  resamplerOutput,
  resamplerPush,
  resamplerReset,
} from './resampler'
export {
  addSilence,
  pendingAt,
  pendingCount,
  pendingNext,
  pendingOrigin,
  restorePending,
  writeAt,
} from './samples'
export { fluxCount, fluxMemory } from './spectral'

// Features, as numbers that the host knows too.
const LOG_MEL: i32 = 0
const MFCC: i32 = 1
const MEL: i32 = 2
const CHROMA: i32 = 3
const CONTRAST: i32 = 4
const TONNETZ: i32 = 5
const ZERO_CROSSING_RATE: i32 = 6
const RMS: i32 = 7
const CENTROID: i32 = 8
const BANDWIDTH: i32 = 9
const ROLLOFF: i32 = 10
const FLATNESS: i32 = 11
const FLUX: i32 = 12
const F0: i32 = 13
const MAGNITUDE: i32 = 14
const MOST_FEATURES: i32 = 32

let sampleRate: f64 = 0
let nFft: i32 = 0
let hop: i32 = 0
let mels: i32 = 0
let coefficients: i32 = 0
let lead: i32 = 0 // zeros before the first sample

let features: usize = 0 // i32 each
let featureCount: i32 = 0
let bins: i32 = 0 // of all features
let needs: u32 = 0 // features, as bits

let runs: i32 = 1 // frames a lane at once
let window: usize = 0
let lanes: usize = 0 // samples, a vector a sample, a lane a run of frames
let power: usize = 0
let magnitude: usize = 0
let mel: usize = 0
let decibels: usize = 0
let classes: usize = 0 // chroma, for tonnetz
let values: usize = 0 // bins vectors
let output: usize = 0

export function configure(
  sampleRateHz: f64,
  fftLength: i32,
  winLength: i32,
  hopLength: i32,
  nMels: i32,
  fMin: f64,
  fMax: f64,
  nMfcc: i32,
  center: bool,
  ref: f64,
  amin: f64,
  lifter: f64,
): void {
  sampleRate = sampleRateHz
  nFft = fftLength
  hop = hopLength
  mels = nMels
  coefficients = nMfcc
  lead = center ? nFft / 2 : 0
  configureFft(nFft)
  window = hannWindow(nFft, winLength, fftScale())
  configureMel(sampleRate, nFft, nMels, fMin, fMax)
  configureDecibel(ref, amin)
  configureDct(nMels, nMfcc)
  configureLifter(lifter)
  configureSpectral(sampleRate, nFft)
  power = reserve((nFft / 2 + 1) * 16)
  mel = reserve((nMels + 3) * 16)
  decibels = reserve((nMels + 1) * 16)
  features = reserve(MOST_FEATURES * 4)
}

/**
 * Appends a feature to a frame's values.
 * @param a tuning of chroma and tonnetz, semitones; lowest f0, Hz
 * @param b highest f0, Hz
 */
export function select(feature: i32, a: f64, b: f64): void {
  store<i32>(features + featureCount * 4, feature)
  featureCount += 1
  needs |= 1 << feature
  if (BY_MAGNITUDE & (1 << feature) && magnitude == 0) magnitude = reserve((nFft / 2 + 1) * 16)
  if (feature == LOG_MEL || feature == MEL) bins += mels
  else if (feature == MFCC) bins += coefficients
  else if (feature == MAGNITUDE) bins += nFft / 2 + 1
  else if (feature == CHROMA || feature == TONNETZ) {
    if (classes == 0) {
      configureChroma(sampleRate, nFft, a)
      classes = reserve(12 * 16)
    }
    if (feature == TONNETZ) configureTonnetz()
    bins += feature == CHROMA ? 12 : 6
  } else if (feature == CONTRAST) {
    configureContrast(sampleRate, nFft)
    bins += 7
  } else if (feature == F0) {
    configureYin(sampleRate, nFft, a, b)
    bins += 2
  } else {
    if (feature == FLUX) configureFlux()
    bins += 1
  }
}

const BY_MAGNITUDE: u32 =
  (1 << MAGNITUDE) |
  (1 << CONTRAST) |
  (1 << CENTROID) |
  (1 << BANDWIDTH) |
  (1 << ROLLOFF) |
  (1 << FLUX)
const BY_MEL: u32 = (1 << LOG_MEL) | (1 << MFCC) | (1 << MEL)
const BY_CHROMA: u32 = (1 << CHROMA) | (1 << TONNETZ)
const BY_SPECTRUM: u32 = BY_MAGNITUDE | BY_MEL | BY_CHROMA | (1 << FLATNESS)

/**
 * To be called last.
 * @param chunk the most samples that one push() brings
 */
export function ready(chunk: i32): void {
  // Frames overlap, so a lane takes a run of consecutive ones, and samples become lanes but once.
  // Flux looks at the frame before, which has to be in the lane before.
  runs = needs & (1 << FLUX) ? 1 : max(1, min(8, 2048 / hop))
  lanes = reserve(((runs - 1) * hop + nFft + 4) * 16)
  configureSamples(nFft, hop, chunk, 4 * runs)
  // the DCT writes more than its coefficients, the logarithm an even number
  values = reserve((bins + dctRoom(mels, coefficients) + 1) * 16)
  // frames may have been waiting, and the last group of four is written whole
  output = reserve((chunk / hop + 4 * runs + 4) * max(bins, mels) * 4)
  reset()
}

export function reset(): void {
  clearSamples(lead)
  forgetFlux()
}

export function outputAt(): usize {
  return output
}

/**
 * Takes in the `count` samples written at writeAt() and computes what they complete: rows at
 * outputAt(). Many frames are computed at once, so some may wait until `last`.
 * @param logMel rows of log-mel instead of what is selected
 * @returns the number of frames, or -1 when a sample is not finite and `zero` is not set
 */
export function push(count: i32, logMel: bool, zero: bool, last: bool): i32 {
  if (!take(count, zero)) return -1
  return frames(logMel, last)
}

/** Computes what addSilence() has completed, as push() does. */
export function frames(logMel: bool, last: bool): i32 {
  const row = (logMel ? mels : bins) * 4
  let to = output
  let count = 0
  for (;;) {
    const complete = framesReady()
    if (complete == 0 || (complete < 4 * runs && !last)) break
    // as many as fill all lanes, or the rest, whose lanes repeat the last one
    const taken = complete < 4 ? complete : complete & ~3
    computeFrames(taken, logMel, to)
    dropFrames(taken)
    to += taken * row
    count += taken
  }
  return count
}

function computeFrames(count: i32, logMel: bool, to: usize): void {
  const run = max(1, count >> 2)
  const most = min(3, count - 1) // last lane with frames of its own
  const a = frameStart()
  const distance = run * hop * 4 // from lane to lane
  const wanted: u32 = logMel ? 1 << LOG_MEL : needs
  if (wanted & BY_SPECTRUM) {
    const b = a + min(1, most) * distance
    const c = a + min(2, most) * distance
    rowsToLanes(a, b, c, a + most * distance, (run - 1) * hop + nFft, lanes)
  }
  const row = (logMel ? mels : bins) * 4
  for (let n = 0; n < run; ++n) {
    if (wanted & BY_SPECTRUM) powerSpectrum(lanes + n * hop * 16, window, power)
    if (wanted & BY_MEL) melBands(power, mel)
    if (wanted & BY_MAGNITUDE) magnitudes(power, magnitude)
    if (logMel) powerToDecibel(mel, values, mels)
    else computeFeatures(n * hop, run * hop, min(4, count))
    lanesToRows(values, row >> 2, to + n * row, run * row)
  }
}

/** Of four frames, the first at `first`, `distance` samples apart; only `count` of them count. */
function computeFeatures(first: i32, distance: i32, count: i32): void {
  let at = values
  for (let n = 0; n < featureCount; ++n) {
    at += computeFeature(load<i32>(features + n * 4), first, distance, count, at) << 4
  }
}

/** Writes one feature's vectors. @returns how many */
function computeFeature(feature: i32, first: i32, distance: i32, count: i32, to: usize): usize {
  switch (feature) {
    case LOG_MEL:
      powerToDecibel(mel, to, mels)
      return mels
    case MFCC:
      powerToDecibel(mel, decibels, mels)
      dct(decibels, to)
      lift(to)
      return coefficients
    case MEL:
      memory.copy(to, mel, mels << 4)
      return mels
    case MAGNITUDE:
      memory.copy(to, magnitude, (nFft / 2 + 1) << 4)
      return nFft / 2 + 1
    case CHROMA:
      chroma(power, to)
      return 12
    case TONNETZ:
      chroma(power, classes)
      tonnetz(classes, to)
      return 6
    case CONTRAST:
      contrast(magnitude, to)
      return 7
    case CENTROID:
      centroid(magnitude, to)
      return 1
    case BANDWIDTH:
      bandwidth(magnitude, to)
      return 1
    case ROLLOFF:
      rolloff(magnitude, to)
      return 1
    case FLATNESS:
      flatness(power, to)
      return 1
    case FLUX:
      flux(magnitude, count, to)
      return 1
  }
  for (let lane = 0; lane < count; ++lane) {
    const start = first + lane * distance
    const frame = frameStart() + start * 4
    const at = to + lane * 4
    if (feature == RMS) store<f32>(at, rms(frame, nFft))
    else if (feature == F0) yin(frame, at)
    else store<f32>(at, zeroCrossingRate(frame, nFft, clipStart() - start, clipEnd() - start))
  }
  return feature == F0 ? 2 : 1
}

/** Turns `count` (1 to 4) rows of nMels at outputAt() into rows of nMfcc there. */
export function cepstra(count: i32): void {
  const row = mels * 4
  const a = output
  const b = a + min(1, count - 1) * row
  const c = a + min(2, count - 1) * row
  const d = a + (count - 1) * row
  rowsToLanes(a, b, c, d, mels, mel)
  dct(mel, values)
  lift(values)
  lanesToRows(values, coefficients, output, coefficients * 4)
}
