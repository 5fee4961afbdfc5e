import { UndertoneError } from '../error.ts'
import type { Features } from './features.ts'
import { isWithin, show, withDefaults } from './options.ts'
import { finiteFeatures, type SampleOptions } from './samples.ts'

// librosa.piptrack's and librosa.pitch_tuning's defaults
const lowest = 150 // Hz
const highest = 4000
const threshold = 0.1 // of a frame's loudest bin
const classes = 12
const resolution = 100 // bins a semitone

export interface TuningOptions extends SampleOptions {
  /**
   * Exponent of the magnitudes that the pitches are found in: 2, when absent, is what
   * `librosa.feature.chroma_stft` does, 1 is `librosa.estimate_tuning(y=y)`.
   */
  power?: 1 | 2
}

/**
 * How far a clip's pitches lie from A = 440 Hz, as `librosa.feature.chroma_stft(y=y)` estimates
 * it. For the setting `tuning` of chroma. It needs the whole clip, so no stream does it.
 * @param magnitude of a front end with `feature: 'magnitude'` and chroma's other settings
 * @param sampleRate Hz
 * @returns -0.5 to 0.5 semitone; 0 where nothing has a pitch
 * @throws {UndertoneError} `settings-invalid`, `audio-not-finite`
 */
export function estimateTuning(
  magnitude: Features,
  sampleRate: number,
  options: TuningOptions = {},
): number {
  const all = withDefaults(
    options,
    { power: 2, nonFinite: 'refuse' },
    'The options of estimateTuning',
  )
  const { power } = all
  if (!isWithin(sampleRate, 1, 1e7)) {
    throw new UndertoneError(
      'settings-invalid',
      `sampleRate is ${show(sampleRate)}; it must be from 1 to 1e7 Hz.`,
    )
  }
  if (power !== 1 && power !== 2) {
    throw new UndertoneError('settings-invalid', `power is ${show(power)}; it must be 1 or 2.`)
  }
  const spectrum = finiteFeatures(magnitude, all)
  // a front end's magnitudes have nFft / 2 + 1 bins
  if (!Number.isInteger(Math.log2(spectrum.bins - 1))) {
    throw new UndertoneError(
      'settings-invalid',
      `A tuning is estimated of feature 'magnitude' alone, not of ${spectrum.bins} values a frame.`,
    )
  }
  const peaks = findPeaks(spectrum, sampleRate, power)
  if (peaks.length === 0) return 0
  const sorted = peaks.map((peak) => peak.magnitude).sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] as number
  const median = sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] as number)) / 2
  const counts = new Uint32Array(resolution)
  for (const { hertz, magnitude } of peaks) {
    if (magnitude < median) continue
    const semitones = classes * Math.log2(hertz / 27.5)
    let residual = semitones - Math.floor(semitones)
    if (residual >= 0.5) residual -= 1
    const bin = Math.min(resolution - 1, Math.floor((residual + 0.5) * resolution))
    counts[bin] = (counts[bin] as number) + 1
  }
  return counts.indexOf(Math.max(...counts)) / resolution - 0.5
}

interface Peak {
  hertz: number
  magnitude: number
}

/** Local maxima of every frame, at the vertex of the parabola through their neighbours. */
function findPeaks({ data, frames, bins }: Features, sampleRate: number, power: 1 | 2): Peak[] {
  const width = sampleRate / (2 * (bins - 1))
  const from = Math.max(1, Math.ceil(lowest / width))
  const to = Math.min(bins - 2, Math.ceil(Math.min(highest, sampleRate / 2) / width) - 1)
  const peaks: Peak[] = []
  for (let frame = 0; frame < frames; ++frame) {
    const row = Float64Array.from(
      data.subarray(frame * bins, (frame + 1) * bins),
      (value) => value ** power,
    )
    const least = threshold * row.reduce((most, value) => Math.max(most, value), 0)
    const above = (bin: number) => {
      const value = row[bin] as number
      return value > least ? value : 0
    }
    for (let bin = from; bin <= to; ++bin) {
      if (!(above(bin) > above(bin - 1) && above(bin) >= above(bin + 1))) continue
      const left = row[bin - 1] as number
      const here = row[bin] as number
      const right = row[bin + 1] as number
      const slope = (right - left) / 2
      const bend = right + left - 2 * here
      const shift = Math.abs(slope) >= Math.abs(bend) ? 0 : -slope / bend
      peaks.push({ hertz: (bin + shift) * width, magnitude: here + 0.5 * slope * shift })
    }
  }
  return peaks
}
