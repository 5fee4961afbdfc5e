import type { SpecAugmentSettings } from '../augmentation/spec-augment.ts'
import type { Precision } from '../network/training-logits.ts'

/** Adam (Kingma & Ba 2015), or AdamW where weights decay, and what is done to each batch. */
export interface FitSettings {
  epochs: number
  batchSize: number
  /** The highest rate of the schedule. */
  learningRate: number
  /**
   * `constant`: the same rate all along.
   * `one-cycle`: up over the first 15 % of the steps, then down a cosine (Smith & Topin 2018).
   * `plateau`: `factor` times the rate each time that the validation loss has not fallen for `patience` epochs.
   */
  schedule:
    | { kind: 'constant' }
    | { kind: 'one-cycle' }
    | { kind: 'plateau'; patience: number; factor: number }
  /** Which epoch's weights are kept: the last, or the one with the best validation UAR. */
  keep: 'last' | 'best'
  /** Decoupled, times the rate; absent: 0. */
  weightDecay?: number
  /** Share of the target that all labels get alike; absent: 0. */
  labelSmoothing?: number
  /** Of the Beta distribution of mixup (Zhang et al. 2018); absent or 0: none. */
  mixupAlpha?: number
  /** Each window of log-mel is made louder or softer by up to this, dB; absent: 0. */
  gain?: number
  specAugment?: SpecAugmentSettings
  /** How often an epoch takes each clip of a corpus, on average; absent: once. */
  draws?: Readonly<Record<string, number>>
  /**
   * An epoch takes a clip or one of its copies, by chance, instead of all of them: each as often, or
   * the copies together with this probability.
   */
  oneOfCopies?: boolean | number
  /** Of a training window; absent: as many as at inference. */
  frames?: number
  /** Share of a clip's target that is divided as listeners voted, where they did; absent: 0. */
  votes?: number
  /**
   * Absent: float32. In bfloat16, for a residual CNN alone, a step is two to three times as fast
   * where the processor multiplies it (`amx_bf16` in /proc/cpuinfo), and slower where it does not.
   */
  precision?: Precision
  /** Labels that a clip's corpus does not have get no part in its loss. */
  ownLabelsAlone?: boolean
}
