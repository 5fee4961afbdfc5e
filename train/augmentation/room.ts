/** Cubic metres and square metres of a room of 4 m × 4 m × 2.5 m. */
const volume = 40
const surface = 72
/** Metres from mouth to microphone. */
const [nearest, farthest] = [0.5, 2]
const speedOfSound = 343
/** From about 1500 pulses a second on, the ear hears smooth noise (Välimäki et al. 2013). */
const pulsesPerSecond = 2000

/**
 * Puts a clip into a small room, at a random distance: the direct sound, and after one mean free
 * path the diffuse field of a statistical room model (Polack 1988), noise that decays
 * exponentially, as loud as theory has it for this distance (Kuttruff, "Room Acoustics"). The
 * noise is velvet noise, sparse pulses (Karjalainen and Järveläinen 2007), which needs no
 * transform. Walls absorb alike at all frequencies.
 * @param samples mono; left as they are
 * @param sampleRate Hz
 * @param seconds reverberation time RT60, in which the sound falls by 60 dB
 * @param random uniform in [0, 1)
 * @returns as many samples, of the same power; the direct sound is not delayed
 */
export function reverberate(
  samples: Float32Array,
  sampleRate: number,
  seconds: number,
  random: () => number,
): Float32Array {
  const distance = nearest + (farthest - nearest) * random()
  const echo = diffuseField(sampleRate, seconds, random)
  // Where direct and diffuse sound are alike, metres.
  const critical = 0.057 * Math.sqrt(volume / seconds)
  const energy = echo.reduce((sum, { gain }) => sum + gain * gain, 0)
  const level = distance / critical / Math.sqrt(energy)
  const wet = Float64Array.from(samples)
  addDelayed(
    samples,
    echo.map(({ delay, gain }) => ({ delay, gain: level * gain })),
    wet,
  )
  const power = (values: Float32Array | Float64Array) => {
    let sum = 0
    for (const x of values) sum += x * x
    return sum
  }
  const after = power(wet)
  const scale = after === 0 ? 0 : Math.sqrt(power(samples) / after)
  return Float32Array.from(wet, (x) => x * scale)
}

interface Pulse {
  /** Samples. */
  delay: number
  gain: number
}

/** Adds the samples of every pulse: four at once, and within what a cache holds, for speed. */
function addDelayed(samples: Float32Array, pulses: readonly Pulse[], to: Float64Array): void {
  const longest = pulses.reduce((most, { delay }) => Math.max(most, delay), 0)
  const padded = new Float32Array(longest + samples.length)
  padded.set(samples, longest)
  const at = (pulse: number) => longest - (pulses[pulse]?.delay ?? 0)
  const gainOf = (pulse: number) => pulses[pulse]?.gain ?? 0
  const block = 1024
  for (let from = 0; from < to.length; from += block) {
    const end = Math.min(to.length, from + block)
    for (let i = 0; i < pulses.length; i += 4) {
      const [a, b, c, d] = [at(i), at(i + 1), at(i + 2), at(i + 3)]
      const [p, q, r, s] = [gainOf(i), gainOf(i + 1), gainOf(i + 2), gainOf(i + 3)]
      for (let n = from; n < end; n++) {
        to[n]! += p * padded[n + a]! + q * padded[n + b]! + r * padded[n + c]! + s * padded[n + d]!
      }
    }
  }
}

/** One pulse in every period of a grid, anywhere within it, down to -60 dB. */
function diffuseField(sampleRate: number, seconds: number, random: () => number): Pulse[] {
  const period = sampleRate / pulsesPerSecond
  const first = ((4 * volume) / surface / speedOfSound) * sampleRate
  const count = Math.floor((seconds * sampleRate - first) / period)
  return Array.from({ length: Math.max(1, count) }, (_, pulse) => {
    const delay = Math.round(first + (pulse + random()) * period)
    const sign = random() < 0.5 ? -1 : 1
    return { delay, gain: sign * 10 ** ((-3 * delay) / (seconds * sampleRate)) }
  })
}
