import type { Clip } from '../corpora/clip.ts'

/** A clip and its features. */
export interface Example {
  clip: Clip
  /** Row-major `[frames, bins]`. */
  features: Float32Array
  frames: number
  bins: number
}
