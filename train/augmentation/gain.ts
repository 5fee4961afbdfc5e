/**
 * Makes a clip louder or quieter, but not so loud that it would clip: its peak goes to ±1 at
 * most, unless it was beyond already.
 * @param samples mono, -1 to 1; left as they are
 * @returns as many samples
 */
export function amplify(samples: Float32Array, decibels: number): Float32Array {
  const peak = samples.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
  const asked = 10 ** (decibels / 20)
  const factor = asked > 1 ? Math.max(1, Math.min(asked, 1 / peak)) : asked
  return samples.map((x) => x * factor)
}
