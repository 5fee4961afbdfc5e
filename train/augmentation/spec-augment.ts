export interface SpecAugmentSettings {
  timeMasks: number
  /** Frames, at most. */
  timeWidth: number
  frequencyMasks: number
  /** Bins, at most. */
  frequencyWidth: number
}

/**
 * Hides stretches of time and of frequency in one window (SpecAugment, Park et al. 2019): they
 * take the window's mean.
 * @param window row-major `[frames, bins]`, changed in place
 * @param random uniform in [0, 1)
 */
export function specAugment(
  window: Float32Array,
  bins: number,
  settings: SpecAugmentSettings,
  random: () => number,
): void {
  const frames = window.length / bins
  let mean = 0
  for (const value of window) mean += value
  mean /= window.length
  for (let i = 0; i < settings.timeMasks; i++) {
    const width = Math.floor(random() * (settings.timeWidth + 1))
    const start = Math.floor(random() * (frames - width + 1))
    window.fill(mean, start * bins, (start + width) * bins)
  }
  for (let i = 0; i < settings.frequencyMasks; i++) {
    const width = Math.floor(random() * (settings.frequencyWidth + 1))
    const start = Math.floor(random() * (bins - width + 1))
    for (let frame = 0; frame < frames; frame++) {
      window.fill(mean, frame * bins + start, frame * bins + start + width)
    }
  }
}
