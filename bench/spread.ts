/** Where the middle of some measurements lies, and how far they scatter. */
export interface Spread {
  median: number
  /** A tenth of the measurements is below. */
  p10: number
  /** A tenth of the measurements is above. */
  p90: number
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] as number
  return { median: at(0.5), p10: at(0.1), p90: at(0.9) }
}
