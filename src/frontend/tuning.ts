import { UndertoneError } from '../error.ts'
import type { Features } from './features.ts'

// librosa.piptrack's and librosa.pitch_tuning's defaults
const lowest = 150 // Hz
const highest = 4000
const threshold = 0.1 // of a frame's loudest bin
const classes = 12
const resolution = 100 // bins a semitone

/**
 * How far a clip's pitches lie from A = 440 Hz: `librosa.estimate_tuning`. For the setting
 * `tuning` of chroma. It needs the whole clip, so no stream does it.
 * @param magnitude of a front end with `feature: 'magnitude'`
 * @param sampleRate Hz
 * @returns -0.5 to 0.5 semitone; 0 where nothing has a pitch
 * @throws {UndertoneError} `settings-invalid`
 */
export function estimateTuning(magnitude: Features, sampleRate: number): number {
  if (!(Number.isFinite(sampleRate) && sampleRate > 0)) {
    throw new UndertoneError(
      'settings-invalid',
      `sampleRate is ${sampleRate}; it must be positive.`,
    )
  }
  const peaks = findPeaks(magnitude, sampleRate)
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
function findPeaks({ data, frames, bins }: Features, sampleRate: number): Peak[] {
  const width = sampleRate / (2 * (bins - 1))
  const from = Math.max(1, Math.ceil(lowest / width))
  const to = Math.min(bins - 2, Math.ceil(Math.min(highest, sampleRate / 2) / width) - 1)
  const peaks: Peak[] = []
  for (let frame = 0; frame < frames; ++frame) {
    const row = data.subarray(frame * bins, (frame + 1) * bins)
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
