// The stages of a group of four frames, one by one, many times over: where the time goes.

import { configureDct, dct, dctRoom } from './frontend/dct'
import { configureDecibel, powerToDecibel } from './frontend/decibel'
import { configureFft, fftInput, fftScale, powerSpectrum } from './frontend/fft'
import { lanesToRows } from './frontend/lanes'
import { configureMel, melBands } from './frontend/mel'
import { reserve } from './frontend/memory'
import { configureWindow, windowFrames } from './frontend/window'

let samples: usize = 0
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
  configureWindow(nFft, nFft, fftScale())
  configureMel(16000, nFft, nMels, 0, 8000)
  configureDecibel(1, 1e-10)
  configureDct(nMels, nMfcc)
  samples = reserve((nFft + 3 * hopLength) * 4)
  power = reserve((nFft / 2 + 1) * 16)
  mel = reserve((nMels + 1) * 16)
  cepstrum = reserve((dctRoom(nMels, nMfcc) + 1) * 16)
  rows = reserve(nMels * 16)
  return samples
}

export function window(times: i32): void {
  for (let n = 0; n < times; ++n) {
    windowFrames(samples, samples + hop, samples + 2 * hop, samples + 3 * hop, fftInput())
  }
}

export function fft(times: i32): void {
  for (let n = 0; n < times; ++n) powerSpectrum(power)
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

export function transpose(times: i32): void {
  for (let n = 0; n < times; ++n) lanesToRows(cepstrum, coefficients, rows)
}
