// What the host sees. One instance is one front end; nothing is imported, nothing is reserved
// after configure().

import { configureDct, dct, dctRoom } from './dct'
import { configureDecibel, powerToDecibel } from './decibel'
import { configureFft, fftInput, fftScale, powerSpectrum } from './fft'
import { lanesToRows, rowsToLanes } from './lanes'
import { configureMel, melBands } from './mel'
import { reserve } from './memory'
import {
  clearSamples,
  configureSamples,
  dropFrames,
  frameStart,
  framesReady,
  take,
} from './samples'
import { configureWindow, windowFrames } from './window'

export {
  configureResampler,
  resamplerInput,
  resamplerOutput,
  resamplerPush,
  resamplerReset,
} from './resampler'
export { pendingAt, pendingCount, pendingNext, restorePending, writeAt } from './samples'

let hop: i32 = 0
let mels: i32 = 0
let coefficients: i32 = 0
let lead: i32 = 0 // zeros before the first sample
let power: usize = 0
let mel: usize = 0
let cepstrum: usize = 0
let output: usize = 0

/** @param chunk the most samples that one push() brings */
export function configure(
  sampleRate: f64,
  nFft: i32,
  winLength: i32,
  hopLength: i32,
  nMels: i32,
  fMin: f64,
  fMax: f64,
  nMfcc: i32,
  center: bool,
  ref: f64,
  amin: f64,
  chunk: i32,
): void {
  hop = hopLength
  mels = nMels
  coefficients = nMfcc
  lead = center ? nFft / 2 : 0
  configureFft(nFft)
  configureWindow(nFft, winLength, fftScale())
  configureMel(sampleRate, nFft, nMels, fMin, fMax)
  configureDecibel(ref, amin)
  configureDct(nMels, nMfcc)
  configureSamples(nFft, hopLength, chunk)
  power = reserve((nFft / 2 + 1) * 16)
  mel = reserve((nMels + 1) * 16)
  cepstrum = reserve(dctRoom(nMels, nMfcc) * 16)
  // three frames may be waiting, and the last group of four is written whole
  output = reserve((chunk / hopLength + 8) * nMels * 4)
  reset()
}

export function reset(): void {
  clearSamples(lead)
}

export function outputAt(): usize {
  return output
}

/**
 * Takes in the `count` samples written at writeAt() and computes what they complete: rows at
 * outputAt(). Four frames are computed at once, so up to three may wait until `last`.
 * @param cepstral rows of nMfcc coefficients, else of nMels decibels
 * @returns the number of frames, or -1 when a sample is not finite and `zero` is not set
 */
export function push(count: i32, cepstral: bool, zero: bool, last: bool): i32 {
  if (!take(count, zero)) return -1
  const row = (cepstral ? coefficients : mels) * 4
  let to = output
  let frames = 0
  for (;;) {
    const ready = framesReady()
    if (ready == 0 || (ready < 4 && !last)) break
    computeFrames(ready, cepstral, to)
    dropFrames(ready)
    to += ready * row
    frames += ready
  }
  return frames
}

function computeFrames(ready: i32, cepstral: bool, to: usize): void {
  const a = frameStart()
  const step = hop * 4
  // lanes without a frame repeat the last one
  const b = a + min(1, ready - 1) * step
  const c = a + min(2, ready - 1) * step
  const d = a + (ready - 1) * step
  windowFrames(a, b, c, d, fftInput())
  powerSpectrum(power)
  melBands(power, mel)
  powerToDecibel(mel, mels)
  if (cepstral) {
    dct(mel, cepstrum)
    lanesToRows(cepstrum, coefficients, to)
  } else {
    lanesToRows(mel, mels, to)
  }
}

/** Turns `frames` (1 to 4) rows of nMels at outputAt() into rows of nMfcc there. */
export function cepstra(frames: i32): void {
  const row = mels * 4
  const a = output
  const b = a + min(1, frames - 1) * row
  const c = a + min(2, frames - 1) * row
  const d = a + (frames - 1) * row
  rowsToLanes(a, b, c, d, mels, mel)
  dct(mel, cepstrum)
  lanesToRows(cepstrum, coefficients, output)
}
