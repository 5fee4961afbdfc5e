import { UndertoneError } from '../error.ts'
import { fourier } from './fourier.ts'
import { isWithin, show, withDefaults } from './options.ts'
import { finiteSamples, type SampleOptions } from './samples.ts'

export interface NoiseReductionOptions extends SampleOptions {
  /** Noise alone, to learn its profile from; by default, the clip itself. */
  noise?: Float32Array
  /** Share of the noise to take away, 0 to 1. */
  reduction?: number
  /** Standard deviations above the noise's mean, in dB, from which sound is kept. */
  threshold?: number
}

const length = 1024
const hop = length / 4
const bins = length / 2 + 1
// the gate opens and shuts over this much
const smoothHertz = 500
const smoothSeconds = 0.05
const range = 80 // dB below a bin's loudest moment
// noisereduce pads by 30000 samples, which is this much more than whole hops
const offset = 30000 % hop

/**
 * Spectral gating with a stationary noise profile: every bin that is not louder than the noise
 * usually is in it gets muted, smoothly. As noisereduce 3 with `stationary=True` (Sainburg,
 * Thielk and Gentner 2020) and its defaults; like it, it weakens what lies within 500 Hz of 0 and
 * of half the sample rate. It needs the whole clip, so no stream does it.
 * @param samples mono
 * @param sampleRate Hz, 2000 to 384000
 * @returns as many samples
 * @throws {UndertoneError} `settings-invalid`, `audio-not-finite` (the noise's too)
 */
export function reduceNoise(
  samples: Float32Array,
  sampleRate: number,
  options: NoiseReductionOptions = {},
): Float32Array<ArrayBuffer> {
  const all = withDefaults(
    options,
    { noise: samples, reduction: 1, threshold: 1.5, nonFinite: 'refuse' },
    'The options of reduceNoise',
  )
  const { reduction, threshold } = all
  const sound = finiteSamples(samples, all)
  const noise = finiteSamples(all.noise, all)
  if (!isWithin(sampleRate, 2000, 384000)) {
    throw invalid(`sampleRate is ${show(sampleRate)}; it must be from 2000 to 384000 Hz`)
  }
  if (!isWithin(reduction, 0, 1)) {
    throw invalid(`reduction is ${show(reduction)}; it must be from 0 to 1`)
  }
  if (!isWithin(threshold, -1000, 1000)) {
    throw invalid(`threshold is ${show(threshold)}; it must be from -1000 to 1000`)
  }
  if (sound.length === 0 || noise.length === 0) return Float32Array.from(sound)
  const across = Math.max(1, Math.trunc(smoothHertz / (sampleRate / (length / 2))))
  const along = Math.max(1, Math.trunc(smoothSeconds / (hop / sampleRate)))

  const limits = noiseLimits(decibels(transform(noise, length / 2)), threshold)
  const padding = offset + hop * (along + 4)
  const spectra = transform(sound, padding)
  const levels = decibels(spectra)
  const shut = 1 - reduction
  const open = levels
  for (let i = 0; i < open.length; ++i) {
    open[i] = (levels[i] as number) > (limits[i % bins] as number) ? 1 : shut
  }
  // over the bins of each frame, then over the frames of each bin
  const mask =
    across === 1 && along === 1
      ? open
      : smoothed(smoothed(open, across, bins, 1), along, spectra.frames, bins)
  return synthesize(spectra, mask, padding, sound.length)
}

/** Row-major `[frames, bins]`. */
interface Spectra {
  frames: number
  re: Float64Array
  im: Float64Array
}

// periodic Hann, to magnitudes of sines
const window = Float64Array.from(
  { length },
  (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / length),
)

function transform(samples: Float32Array, padding: number): Spectra {
  const frames = Math.max(1, 1 + Math.floor((samples.length + 2 * padding - length) / hop))
  const re = new Float64Array(frames * bins)
  const im = new Float64Array(frames * bins)
  const [one, two] = [new Float64Array(length), new Float64Array(length)]
  // two frames at once, as the real and the imaginary part of one
  for (let frame = 0; frame < frames; frame += 2) {
    const from = frame * hop - padding
    for (let n = 0; n < length; ++n) {
      one[n] = (window[n] as number) * (samples[from + n] ?? 0)
      two[n] = (window[n] as number) * (samples[from + hop + n] ?? 0)
    }
    fourier(one, two)
    const row = frame * bins
    const last = frame + 1 === frames
    for (let bin = 0; bin < bins; ++bin) {
      const other = (length - bin) % length
      const [a, b] = [one[bin] as number, two[bin] as number]
      const [c, d] = [one[other] as number, two[other] as number]
      re[row + bin] = (a + c) / 2
      im[row + bin] = (b - d) / 2
      if (last) continue
      re[row + bins + bin] = (b + d) / 2
      im[row + bins + bin] = (c - a) / 2
    }
  }
  return { frames, re, im }
}

/** Levels, dB, not further below a bin's loudest than `range`; `[frames, bins]`. */
function decibels({ re, im }: Spectra): Float64Array {
  const tiny = Number.EPSILON
  const levels = new Float64Array(re.length)
  const floor = new Float64Array(bins).fill(-Infinity)
  for (let i = 0; i < levels.length; ++i) {
    const [x, y] = [re[i] as number, im[i] as number]
    // Math.hypot takes ten times as long, and guards against squares that can't be here
    const level = 20 * Math.log10(Math.sqrt(x * x + y * y) / (length / 2) + tiny)
    levels[i] = level
    floor[i % bins] = Math.max(floor[i % bins] as number, level - range)
  }
  for (let i = 0; i < levels.length; ++i) {
    levels[i] = Math.max(levels[i] as number, floor[i % bins] as number)
  }
  return levels
}

function noiseLimits(levels: Float64Array, threshold: number): Float64Array {
  const frames = levels.length / bins
  const means = new Float64Array(bins)
  const squares = new Float64Array(bins)
  for (let i = 0; i < levels.length; ++i) {
    means[i % bins] = (means[i % bins] as number) + (levels[i] as number) / frames
  }
  for (let i = 0; i < levels.length; ++i) {
    const difference = (levels[i] as number) - (means[i % bins] as number)
    squares[i % bins] = (squares[i % bins] as number) + difference ** 2
  }
  return means.map((mean, bin) => mean + threshold * Math.sqrt((squares[bin] as number) / frames))
}

/**
 * Lines of so many values, weighted by triangles that reach over so many of them.
 * @param stride from one value of a line to the next
 */
function smoothed(mask: Float64Array, reach: number, count: number, stride: number): Float64Array {
  const total = (reach + 1) ** 2
  const out = new Float64Array(mask.length)
  for (let i = 0; i < mask.length; ++i) {
    const index = Math.floor(i / stride) % count
    const before = Math.min(reach, index)
    const after = Math.min(reach, count - 1 - index)
    let sum = 0
    for (let n = -before; n <= after; ++n) {
      sum += (reach + 1 - Math.abs(n)) * (mask[i + n * stride] as number)
    }
    out[i] = sum / total
  }
  return out
}

/** Overlap-add of the masked frames. */
function synthesize(
  { frames, re, im }: Spectra,
  mask: Float64Array,
  padding: number,
  count: number,
): Float32Array<ArrayBuffer> {
  const out = new Float64Array(count)
  const weights = new Float64Array(count)
  const [x, y] = [new Float64Array(length), new Float64Array(length)]
  const add = (values: Float64Array, frame: number) => {
    const from = frame * hop - padding
    for (let n = Math.max(0, -from); n < Math.min(length, count - from); ++n) {
      const weight = window[n] as number
      out[from + n] = (out[from + n] as number) + (weight * (values[n] as number)) / length
      weights[from + n] = (weights[from + n] as number) + weight * weight
    }
  }
  for (let frame = 0; frame < frames; frame += 2) {
    const last = frame + 1 === frames
    for (let bin = 0; bin < bins; ++bin) {
      const i = frame * bins + bin
      const gain = mask[i] as number
      const second = last ? 0 : (mask[i + bins] as number)
      const [a, b] = [gain * (re[i] as number), gain * (im[i] as number)]
      const [c, d] = [second * (re[i + bins] ?? 0), second * (im[i + bins] ?? 0)]
      const other = (length - bin) % length
      x[other] = a + d
      y[other] = c - b
      x[bin] = a - d
      y[bin] = b + c
    }
    // an inverse transform by swapping re and im
    fourier(y, x)
    add(x, frame)
    if (!last) add(y, frame + 1)
  }
  return Float32Array.from(out, (x, n) => x / Math.max(weights[n] as number, 1e-10))
}

const invalid = (reason: string) =>
  new UndertoneError('settings-invalid', `Noise cannot be reduced: ${reason}.`)
