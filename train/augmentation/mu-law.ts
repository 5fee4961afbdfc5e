const bias = 132
const loudest = 32635

/**
 * What is left of a sample after 8 bits of µ-law, ITU-T G.711, as 16-bit software codes it.
 * @param sample -1 to 1; what lies beyond clips
 * @returns one of 255 levels
 */
export function throughMuLaw(sample: number): number {
  const magnitude = Math.min(Math.round(Math.abs(sample) * 32768), loudest) + bias
  // Sixteen steps a segment; each segment's are twice as wide as those of the one below.
  const step = 31 - Math.clz32(magnitude) - 4
  const middle = ((magnitude >> step) << step) + (1 << (step - 1))
  return (Math.sign(sample) * (middle - bias)) / 32768
}
