/**
 * The signal that all fixtures were made from: a sweep from 200 to 2200 Hz, faded in and out; in
 * further channels quieter and upside down. Made of additions and multiplications alone, so that
 * every machine makes the same samples.
 * @returns 16-bit integers, one array a channel
 */
export function chirp(sampleRate: number, seconds: number, channels: number): Int16Array[] {
  const length = Math.round(sampleRate * seconds)
  return Array.from({ length: channels }, (_, channel) => {
    const samples = new Int16Array(length)
    const gain = (channel % 2 ? -12_000 : 16_000) / (1 + channel)
    for (let i = 0; i < length; i++) {
      const t = i / sampleRate
      const cycles = 200 * t + (1000 / seconds) * t * t
      const phase = 2 * (cycles - Math.floor(cycles)) - 1
      const fade = Math.min(1, i / (0.05 * sampleRate), (length - 1 - i) / (0.05 * sampleRate))
      samples[i] = Math.round(gain * fade * 4 * phase * (1 - Math.abs(phase)))
    }
    return samples
  })
}

/** The same as floats, −1…1. */
export const asFloats = (samples: Int16Array) => Float32Array.from(samples, (s) => s / 32768)
