import type { Example } from './example.ts'

/** Decibels of digital silence: what a clip shorter than a window is filled up with. */
export const silence = (frontEnd: { amin: number; ref: number }): number =>
  10 * Math.log10(frontEnd.amin / frontEnd.ref)

/** First frames of a clip's windows: the recognizer's own rule. */
export function windowStarts(frames: number, window: { frames: number; hop: number }): number[] {
  const starts = [0]
  for (let start = window.hop; start + window.frames <= frames; start += window.hop) {
    starts.push(start)
  }
  return starts
}

/**
 * Copies `frames` frames of an example from `start` on (negative: silence first) into `target`
 * at `offset`, silence where the clip has none.
 */
export function copyWindow(
  { features, bins }: Example,
  start: number,
  frames: number,
  fill: number,
  target: Float32Array,
  offset: number,
): void {
  const from = Math.max(0, start)
  const to = Math.min(features.length / bins, start + frames)
  target.fill(fill, offset, offset + frames * bins)
  target.set(features.subarray(from * bins, to * bins), offset + (from - start) * bins)
}
