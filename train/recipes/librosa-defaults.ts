import type { FeatureSettings } from 'undertone/frontend'

/**
 * What librosa does where a notebook names no settings, at the 16 kHz that all corpora here have:
 * frames of 128 ms, 32 ms apart.
 */
export const librosaDefaults = {
  sampleRate: 16000,
  nFft: 2048,
  hopLength: 512,
  nMels: 128,
  fMin: 0,
  fMax: 8000,
  nMfcc: 20,
  center: true,
  ref: 1,
  amin: 1e-10,
} satisfies Omit<FeatureSettings, 'feature'>

/**
 * Frames of 6 s: notebooks take the mean of a whole clip, and so do these windows of all but the
 * longest (RAVDESS's reach 5.3 s).
 */
export const wholeClip = { frames: 188, hop: 94, atLeast: 1 }
