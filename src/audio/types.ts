/** What a file's first bytes say that it is. The first row is decoded by Undertone itself. */
export type AudioFormat =
  | ('wav' | 'flac' | 'mp3' | 'ogg-opus' | 'ogg-vorbis' | 'ogg-flac')
  | PlatformFormat

/** Formats left to the platform: the browser's own decoder, or an installed ffmpeg in Node. */
export type PlatformFormat =
  | 'aac'
  | 'ac3'
  | 'aiff'
  | 'amr'
  | 'au'
  | 'caf'
  | 'm4a'
  | 'ogg'
  | 'w64'
  | 'wav-compressed'
  | 'webm'
  | 'wma'

/** A decoded file. */
export interface DecodedAudio {
  /** Samples a second, Hz: the file's own, or 48000 where a browser's decoder was used. */
  sampleRate: number
  /**
   * One array a channel, all of one length, at least one sample. Full scale is −1…1; float and
   * lossy formats may go beyond.
   */
  channels: Float32Array[]
  format: AudioFormat
}

/** A decoder's answer, before the format's name and the common checks. */
export type Decoded = Omit<DecodedAudio, 'format'>
