/** What is computed of a frame. */
export type FeatureKind = 'log-mel' | 'mfcc'

/**
 * Settings of a front end. Names and meanings are librosa 0.11's
 * (`librosa.feature.melspectrogram`, `librosa.power_to_db`, `librosa.feature.mfcc`).
 */
export interface FrontEndSettings {
  /** What a frame becomes: `nMels` decibels or `nMfcc` coefficients. */
  feature: FeatureKind
  /** Samples a second of what is fed in, Hz. */
  sampleRate: number
  /** Length of the FFT and of its periodic Hann window, samples: a power of two, 32 to 4096. */
  nFft: number
  /** Samples from one frame to the next. */
  hopLength: number
  /** Bands of the Slaney mel filter bank. */
  nMels: number
  /** Lower edge of the lowest band, Hz. */
  fMin: number
  /** Upper edge of the highest band, Hz; at most half the sample rate. */
  fMax: number
  /** Coefficients of the orthonormal DCT-II; used by `mfcc` alone, at most `nMels`. */
  nMfcc: number
  /** Frames centred on their samples, zeros beyond both ends (librosa's `center=True`). */
  center: boolean
  /** Power that is 0 dB. */
  ref: number
  /** Power below which the logarithm sees this instead. */
  amin: number
}
