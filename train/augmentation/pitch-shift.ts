import { resample } from 'undertone/frontend'
import { timeStretch } from './time-stretch.ts'

/**
 * Shifts a clip's pitch, formants and all, as `librosa.effects.pitch_shift` does: stretches it,
 * then resamples it to its old length.
 * @param samples mono; left as they are
 * @param sampleRate Hz, 8000 to 192000
 * @param semitones -12 to 12
 * @returns as many samples
 */
export async function pitchShift(
  samples: Float32Array,
  sampleRate: number,
  semitones: number,
): Promise<Float32Array> {
  const from = Math.round(sampleRate * 2 ** (semitones / 12))
  const stretched = timeStretch(samples, sampleRate, sampleRate / from)
  const shifted = new Float32Array(samples.length)
  const resampled = await resample(stretched, from, sampleRate)
  shifted.set(resampled.subarray(0, samples.length))
  return shifted
}
