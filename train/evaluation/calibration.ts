/** Clips of about the same certainty. */
export interface CertaintyBin {
  /** Mean of their highest scores. */
  confidence: number
  /** Share of them that is right. */
  accuracy: number
  clips: number
}

export interface Calibration {
  /** Expected calibration error: how far certainty and accuracy differ, 0 to 1. */
  ece: number
  bins: CertaintyBin[]
}

/**
 * Whether a model that is 70 % certain is right 70 % of the time: the expected calibration error
 * (Naeini et al. 2015, doi:10.1609/aaai.v29i1.9602), over bins of equally many clips (Nixon et al.
 * 2019, arXiv:1904.01685) so that no bin rests on a handful.
 * @param judged each clip's highest score, and whether that label is right
 * @param count how many bins; fewer clips than that have one each
 * @throws {RangeError} when there are no clips
 */
export function calibration(
  judged: readonly { confidence: number; right: boolean }[],
  count = 15,
): Calibration {
  if (judged.length === 0) throw new RangeError('There are no clips to calibrate by.')
  const sorted = [...judged].sort((a, b) => a.confidence - b.confidence)
  const bins = Math.min(count, sorted.length)
  const edge = (bin: number) => Math.round((bin * sorted.length) / bins)
  const made = Array.from({ length: bins }, (_, bin) => {
    const own = sorted.slice(edge(bin), edge(bin + 1))
    return {
      confidence: own.reduce((sum, { confidence }) => sum + confidence, 0) / own.length,
      accuracy: own.filter(({ right }) => right).length / own.length,
      clips: own.length,
    }
  })
  const gap = made.reduce(
    (sum, bin) => sum + bin.clips * Math.abs(bin.accuracy - bin.confidence),
    0,
  )
  return { ece: gap / sorted.length, bins: made }
}
