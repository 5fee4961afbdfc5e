// The stages of a group of four frames, one by one, many times over: where the time goes.

import { configureDct, dct, dctRoom } from './frontend/dct'
import { configureDecibel, powerToDecibel } from './frontend/decibel'
import { configureFft, fftScale, powerSpectrum } from './frontend/fft'
import { lanesToRows, rowsToLanes } from './frontend/lanes'
import { configureMel, melBands } from './frontend/mel'
import { reserve } from './frontend/memory'
import { hannWindow } from './frontend/window'

let length: i32 = 0
let hann: usize = 0
let samples: usize = 0
let lanes: usize = 0
let power: usize = 0
let mel: usize = 0
let cepstrum: usize = 0
let rows: usize = 0
let hop: usize = 0
let mels: i32 = 0
let coefficients: i32 = 0

export function configure(nFft: i32, hopLength: i32, nMels: i32, nMfcc: i32): usize {
  hop = hopLength * 4
  mels = nMels
  coefficients = nMfcc
  configureFft(nFft)
  hann = hannWindow(nFft, nFft, fftScale())
  configureMel(16000, nFft, nMels, 0, 8000)
  configureDecibel(1, 1e-10)
  configureDct(nMels, nMfcc)
  length = nFft
  samples = reserve((nFft + 32 * hopLength) * 4)
  lanes = reserve((nFft + 8 * hopLength) * 16)
  power = reserve((nFft / 2 + 1) * 16)
  mel = reserve((nMels + 1) * 16)
  cepstrum = reserve((dctRoom(nMels, nMfcc) + 1) * 16)
  rows = reserve(nMels * 16)
  return samples
}

/** The samples of one frame of eight in each lane. */
export function transposeSamples(times: i32): void {
  const run = hop * 8
  const count = (7 * <i32>(hop >> 2) + length) >> 3
  for (let n = 0; n < times; ++n) {
    rowsToLanes(samples, samples + run, samples + 2 * run, samples + 3 * run, count, lanes)
  }
}

export function fft(times: i32): void {
  for (let n = 0; n < times; ++n) powerSpectrum(lanes, hann, power)
}

export function melBank(times: i32): void {
  for (let n = 0; n < times; ++n) melBands(power, mel)
}

export function decibel(times: i32): void {
  for (let n = 0; n < times; ++n) powerToDecibel(mel, cepstrum, mels)
}

export function cosine(times: i32): void {
  for (let n = 0; n < times; ++n) dct(mel, cepstrum)
}

export function transposeRows(times: i32): void {
  for (let n = 0; n < times; ++n) lanesToRows(cepstrum, coefficients, rows, coefficients * 4)
}
