import type { ModelManifest } from '../model/manifest.ts'

type Windowing = Pick<ModelManifest, 'frontEnd' | 'window'>

/** Samples that give just as many frames as the shortest window has. */
export function windowSamples({ frontEnd, window }: Windowing): number {
  const frames = window.atLeast ?? window.frames
  return (frames - 1) * frontEnd.hopLength + (frontEnd.center ? 0 : frontEnd.nFft)
}

/**
 * Lengthens a clip shorter than the shortest window with zeros at its end. Samples, not frames: a
 * stream that ends early can do the same.
 */
export function padToWindow(samples: Float32Array, windowing: Windowing): Float32Array {
  const length = windowSamples(windowing)
  if (samples.length >= length) return samples
  const padded = new Float32Array(length)
  padded.set(samples)
  return padded
}

/** The first frame of each window that fits into so many frames; 0 alone where none does. */
export function windowStarts(frames: number, { window }: Windowing): number[] {
  const count = 1 + Math.max(0, Math.floor((frames - window.frames) / window.hop))
  return Array.from({ length: count }, (_, index) => index * window.hop)
}

/** Where a window lies in a clip, seconds. The padding of a short clip is no part of it. */
export function windowSpan(
  firstFrame: number,
  { frontEnd, window }: Windowing,
  duration: number,
): { start: number; end: number } {
  const { hopLength, sampleRate, center, nFft } = frontEnd
  const lastFrame = firstFrame + window.frames - 1
  const end = (lastFrame * hopLength + (center ? hopLength : nFft)) / sampleRate
  return { start: (firstFrame * hopLength) / sampleRate, end: Math.min(end, duration) }
}
