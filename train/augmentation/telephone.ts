import { resample } from 'undertone/frontend'
import { throughMuLaw } from './mu-law.ts'

const lineRate = 8000
/** Butterworth's, of two second-order filters. */
const qualities = [0.541196100146197, 1.306562964876377]

/**
 * Sends a clip through a telephone line: 300 to 3400 Hz (Butterworth, 24 dB an octave, by the
 * bilinear transform), 8 kHz, µ-law of ITU-T G.711.
 * @param samples mono, -1 to 1; left as they are, what lies beyond clips
 * @param sampleRate Hz, 4000 to 384000
 * @returns as many samples
 */
export async function telephone(samples: Float32Array, sampleRate: number): Promise<Float32Array> {
  let line: Float32Array = await resample(samples, sampleRate, lineRate)
  for (const quality of qualities) {
    line = filtered(line, 'high-pass', 300, quality)
    line = filtered(line, 'low-pass', 3400, quality)
  }
  const received = await resample(line.map(throughMuLaw), lineRate, sampleRate)
  return received.slice(0, samples.length)
}

/** Robert Bristow-Johnson, "Cookbook formulae for audio equalizer biquad filter coefficients". */
function filtered(
  samples: Float32Array,
  kind: 'high-pass' | 'low-pass',
  hertz: number,
  quality: number,
): Float32Array {
  const angle = (2 * Math.PI * hertz) / lineRate
  const alpha = Math.sin(angle) / (2 * quality)
  const a0 = 1 + alpha
  const sign = kind === 'low-pass' ? 1 : -1
  const b0 = (1 - sign * Math.cos(angle)) / 2 / a0
  const b1 = 2 * sign * b0
  const a1 = (-2 * Math.cos(angle)) / a0
  const a2 = (1 - alpha) / a0
  let s1 = 0
  let s2 = 0
  return samples.map((x) => {
    const y = b0 * x + s1
    s1 = b1 * x - a1 * y + s2
    s2 = b0 * x - a2 * y
    return y
  })
}
