import type { Recipe, WindowSettings } from '../recipes/recipe.ts'
import type { Example } from './example.ts'

/** First frames of a clip's windows: the recognizer's own rule. */
export function windowStarts(frames: number, window: WindowSettings): number[] {
  const starts = [0]
  for (let start = window.hop; start + window.frames <= frames; start += window.hop) {
    starts.push(start)
  }
  return starts
}

/** Frames seen at once of a clip of so many: a window's, or its own where these may be fewer. */
export const framesSeen = (frames: number, window: WindowSettings): number =>
  Math.min(window.frames, Math.max(frames, window.atLeast ?? window.frames))

/** Frames that the network is fed with, of every clip: a window's, or one, their mean. */
export const framesFed = ({ window, pooled }: Pick<Recipe, 'window' | 'pooled'>): number =>
  pooled ? 1 : window.frames

/**
 * What a network sees of an example at once, `[framesFed, bins]`.
 * @param start the window's first frame in the clip (negative: silence first)
 * @param silent a frame of silence, which stands where the clip has none
 */
export function windowOf(
  example: Example,
  start: number,
  { window, pooled }: Pick<Recipe, 'window' | 'pooled'>,
  silent: Float32Array,
): Float32Array {
  const { features, bins } = example
  const frames = framesSeen(example.frames, window)
  const from = Math.max(0, start)
  const to = Math.min(features.length / bins, start + frames)
  const seen = new Float32Array(frames * bins)
  for (let frame = 0; frame < frames; frame++) {
    if (start + frame < from || start + frame >= to) seen.set(silent, frame * bins)
  }
  seen.set(features.subarray(from * bins, to * bins), (from - start) * bins)
  return pooled ? meanFrame(seen, bins) : seen
}

/** @param frames row-major `[frames, bins]` */
export function meanFrame(frames: Float32Array, bins: number): Float32Array {
  const sums = new Float64Array(bins)
  for (let i = 0; i < frames.length; i++) sums[i % bins]! += frames[i]!
  return Float32Array.from(sums, (sum) => (sum * bins) / frames.length)
}
