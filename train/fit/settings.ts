import type { SpecAugmentSettings } from '../augmentation/spec-augment.ts'

export interface FitSettings {
  epochs: number
  batchSize: number
  /** The highest rate of the schedule. */
  learningRate: number
  /**
   * `one-cycle`: up over the first 15 % of the steps, then down a cosine (Smith & Topin 2018).
   * `plateau`: `factor` times the rate each time that the validation loss has not fallen for `patience` epochs.
   */
  schedule: { kind: 'one-cycle' } | { kind: 'plateau'; patience: number; factor: number }
  /** Which epoch's weights are kept: the last, or the one with the best validation UAR. */
  keep: 'last' | 'best'
  weightDecay: number
  labelSmoothing: number
  /** Of the Beta distribution of mixup (Zhang et al. 2018); 0 is none. */
  mixupAlpha: number
  /** Each window is made louder or softer by up to this, dB. */
  gain: number
  specAugment: SpecAugmentSettings
}
