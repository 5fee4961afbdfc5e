import { TrainingError } from '../training-error.ts'

/**
 * Adds noise to a clip.
 * @param samples mono; left as they are
 * @param sampleRate Hz
 * @param noise as many samples, of any power
 * @param snr power of the clip where it is active, {@link activePower}, over that of the noise, dB
 * @returns as many samples; a clip of silence, which has no such ratio, stays as it is
 */
export function addNoise(
  samples: Float32Array,
  sampleRate: number,
  noise: Float32Array,
  snr: number,
): Float32Array {
  const gain = Math.sqrt(activePower(samples, sampleRate) / power(noise) / 10 ** (snr / 10))
  return samples.map((x, n) => x + gain * noise[n]!)
}

/**
 * Mean power of a clip without its pauses: of its frames of 20 ms, those within 30 dB of the
 * loudest. So the silence around a sentence doesn't make its noise fainter.
 * @param samples mono
 * @param sampleRate Hz
 * @returns 0 for silence
 */
export function activePower(samples: Float32Array, sampleRate: number): number {
  const length = Math.round(0.02 * sampleRate)
  const powers: number[] = []
  for (let from = 0; from < samples.length; from += length) {
    powers.push(power(samples.subarray(from, from + length)))
  }
  const least = Math.max(...powers, 0) / 1000
  const active = powers.filter((value) => value >= least)
  return active.length === 0 ? 0 : active.reduce((sum, value) => sum + value, 0) / active.length
}

/** Gaussian, by the method of Box and Muller (1958). */
export function whiteNoise(count: number, random: () => number): Float32Array {
  return Float32Array.from({ length: count }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - random()))
    return radius * Math.cos(2 * Math.PI * random())
  })
}

/**
 * A stretch at random of one recording at random, which starts anew where it is too short.
 * @param recordings mono, each with something to hear
 * @throws {TrainingError} where next to nothing is to be heard in one
 */
export function recordedNoise(
  count: number,
  recordings: readonly Float32Array[],
  random: () => number,
): Float32Array {
  const recording = recordings[Math.floor(random() * recordings.length)]!
  // Where a recording pauses for as long as the clip lasts, there is no noise to add.
  for (let attempt = 0; attempt < 100; attempt++) {
    const places = Math.max(1, recording.length - count + 1)
    const from = Math.floor(random() * (recording.length < count ? recording.length : places))
    const stretch = Float32Array.from(
      { length: count },
      (_, n) => recording[(from + n) % recording.length]!,
    )
    if (count === 0 || power(stretch) > 0) return stretch
  }
  throw new TrainingError(
    'A recording of noise is silent nearly all along: take it out of the folder.',
  )
}

function power(samples: Float32Array): number {
  let sum = 0
  for (const x of samples) sum += x * x
  return samples.length === 0 ? 0 : sum / samples.length
}
