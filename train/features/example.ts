import type { Clip } from 'undertone/corpora'

/** A clip, or a changed copy of it, and its features. */
export interface Example {
  clip: Clip
  /** 0 is the clip as it was recorded, n the n-th of the recipe's copies. */
  copy: number
  /**
   * Row-major `[frames + tail, bins]`: a short clip is filled up with silence, and the first
   * frames of that silence, the tail, still hear the clip's end.
   */
  features: Float32Array
  /** Frames of the clip itself. */
  frames: number
  bins: number
  /** Hash of the file: two clips with the same are one under two names. */
  content?: string
}
