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
  const open = levels.map((row) =>
    row.map((level, bin) => (level > (limits[bin] as number) ? 1 : 1 - reduction)),
  )
  const mask = smoothed(open, across, along)
  return synthesize(spectra, mask, padding, sound.length)
}

interface Spectrum {
  re: Float64Array
  im: Float64Array
}

// periodic Hann, to magnitudes of sines
const window = Float64Array.from(
  { length },
  (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / length),
)

function transform(samples: Float32Array, padding: number): Spectrum[] {
  const frames = 1 + Math.floor((samples.length + 2 * padding - length) / hop)
  return Array.from({ length: Math.max(1, frames) }, (_, frame) => {
    const from = frame * hop - padding
    const re = window.map((weight, n) => weight * (samples[from + n] ?? 0))
    const im = new Float64Array(length)
    fourier(re, im)
    return { re, im }
  })
}

/** Levels, dB, not further below a bin's loudest than `range`. */
function decibels(spectra: Spectrum[]): Float64Array[] {
  const tiny = Number.EPSILON
  const levels = spectra.map(({ re, im }) =>
    Float64Array.from({ length: bins }, (_, bin) => {
      const magnitude = Math.hypot(re[bin] as number, im[bin] as number) / (length / 2)
      return 20 * Math.log10(magnitude + tiny)
    }),
  )
  for (let bin = 0; bin < bins; ++bin) {
    const loudest = levels.reduce((most, row) => Math.max(most, row[bin] as number), -Infinity)
    for (const row of levels) row[bin] = Math.max(row[bin] as number, loudest - range)
  }
  return levels
}

function noiseLimits(levels: Float64Array[], threshold: number): Float64Array {
  return Float64Array.from({ length: bins }, (_, bin) => {
    const mean = levels.reduce((sum, row) => sum + (row[bin] as number), 0) / levels.length
    const squares = levels.reduce((sum, row) => sum + ((row[bin] as number) - mean) ** 2, 0)
    return mean + threshold * Math.sqrt(squares / levels.length)
  })
}

/** Weighted by triangles that reach over so many bins and frames. */
function smoothed(mask: Float64Array[], across: number, along: number): Float64Array[] {
  if (across === 1 && along === 1) return mask
  const overBins = mask.map((row) => triangle(across, (bin) => row[bin] ?? 0, row.length))
  const columns = Array.from({ length: bins }, (_, bin) =>
    triangle(along, (frame) => overBins[frame]?.[bin] ?? 0, mask.length),
  )
  return mask.map((_, frame) =>
    Float64Array.from({ length: bins }, (_, bin) => columns[bin]?.[frame] as number),
  )
}

function triangle(reach: number, at: (index: number) => number, count: number): Float64Array {
  const total = (reach + 1) ** 2
  return Float64Array.from({ length: count }, (_, index) => {
    let sum = 0
    for (let n = -reach; n <= reach; ++n) sum += (reach + 1 - Math.abs(n)) * at(index + n)
    return sum / total
  })
}

/** Overlap-add of the masked frames. */
function synthesize(
  spectra: Spectrum[],
  mask: Float64Array[],
  padding: number,
  count: number,
): Float32Array<ArrayBuffer> {
  const out = new Float64Array(count)
  const weights = new Float64Array(count)
  spectra.forEach(({ re, im }, frame) => {
    const row = mask[frame] as Float64Array
    const gain = (bin: number) => row[bin <= length / 2 ? bin : length - bin] as number
    // an inverse transform by swapping re and im
    const y = im.map((x, bin) => x * gain(bin))
    const x = re.map((x, bin) => x * gain(bin))
    fourier(y, x)
    const from = frame * hop - padding
    for (let n = Math.max(0, -from); n < Math.min(length, count - from); ++n) {
      const weight = window[n] as number
      out[from + n] = (out[from + n] as number) + (weight * (x[n] as number)) / length
      weights[from + n] = (weights[from + n] as number) + weight * weight
    }
  })
  return Float32Array.from(out, (x, n) => x / Math.max(weights[n] as number, 1e-10))
}

const invalid = (reason: string) =>
  new UndertoneError('settings-invalid', `Noise cannot be reduced: ${reason}.`)
