import { readFileSync } from 'node:fs'

/** The signals of test/golden/make_golden.py, to the bit. */
export const signals: Record<string, Float32Array> = {
  speech: speech().slice(6000, 18000),
  silence: new Float32Array(4000),
  dc: new Float32Array(4000).fill(0.5),
  square: Float32Array.from({ length: 4000 }, (_, n) => (Math.floor(n / 50) % 2 === 0 ? 1 : -1)),
  'one-sample': Float32Array.of(0.5),
  short: noise(100),
  noise: noise(8000),
}

/** A sample clip whole, 16 kHz. */
export function speech(): Float32Array {
  const file = readFileSync(new URL('../../samples/1001_ITS_HAP_XX.wav', import.meta.url))
  const from = file.indexOf('data', 12, 'latin1') + 8
  const count = file.readUInt32LE(from - 4) / 2
  return Float32Array.from({ length: count }, (_, n) => file.readInt16LE(from + 2 * n) / 32768)
}

/** Numbers from -0.5 to 0.5 of a linear congruential generator. */
export function noise(samples: number, seed = 1): Float32Array {
  let state = seed
  return Float32Array.from({ length: samples }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.fround(state / 2 ** 32 - 0.5)
  })
}
