/**
 * Plays a clip faster or slower at the same pitch: WSOLA, "An overlap-add technique based on
 * waveform similarity" (Verhelst and Roelands 1993). Of one voice it keeps pulses and consonants
 * sharp, which a phase vocoder smears.
 * @param samples mono; left as they are
 * @param sampleRate Hz
 * @param rate times as fast, above 0
 * @returns round(samples / rate) samples
 */
export function timeStretch(samples: Float32Array, sampleRate: number, rate: number): Float32Array {
  const count = Math.round(samples.length / rate)
  const half = Math.round(0.015 * sampleRate)
  // Together as long as the longest pitch period, of about 62 Hz.
  const reach = Math.round(0.008 * sampleRate)
  const margin = Math.ceil((1 + rate) * 2 * half) + reach
  const padded = new Float32Array(samples.length + 2 * margin)
  padded.set(samples, margin)
  // Periodic Hann: two halves that overlap add up to 1.
  const rise = Float64Array.from(
    { length: half },
    (_, n) => 0.5 - 0.5 * Math.cos((Math.PI * n) / half),
  )
  const out = new Float32Array(count)
  // Segments lie around multiples of `half`; each fades in while what follows the last fades out.
  let follows = margin
  for (let at = 0; at < count; at += half) {
    const next = Math.round((at + half) * rate) + margin - half
    const from = next + closest(padded, follows, next, half, reach)
    const length = Math.min(half, count - at)
    for (let n = 0; n < length; n++) {
      const weight = rise[n]!
      out[at + n] = (1 - weight) * padded[follows + n]! + weight * padded[from + n]!
    }
    follows = from + half
  }
  return out
}

/** Shift of `there`, at most `reach`, whence the samples look most like those from `here` on. */
function closest(
  samples: Float32Array,
  here: number,
  there: number,
  length: number,
  reach: number,
): number {
  let energy = 0
  for (let n = 0; n < length; n++) energy += samples[there - reach + n]! ** 2
  let best = 0
  let highest = 0
  for (let shift = -reach; shift <= reach; shift++) {
    const from = there + shift
    let product = 0
    for (let n = 0; n < length; n++) product += samples[here + n]! * samples[from + n]!
    const likeness = product / Math.sqrt(Math.max(energy, 1e-12))
    if (likeness > highest) {
      highest = likeness
      best = shift
    }
    energy += samples[from + length]! ** 2 - samples[from]! ** 2
  }
  return best
}
