/** One change of a clip's samples, by a random amount within its range. */
export type WaveformAugmentation =
  /** Noise at this signal-to-noise ratio, dB: white, or from a folder of recordings. */
  | { kind: 'noise'; snr: Range; from: 'white' | 'recordings' }
  /** Semitones up or down, length kept. */
  | { kind: 'pitch'; semitones: Range }
  /** Times as fast, pitch kept. */
  | { kind: 'stretch'; rate: Range }
  /** Decibels louder. */
  | { kind: 'gain'; decibels: Range }
  /** The echo of a small room: its reverberation time RT60, seconds. */
  | { kind: 'room'; seconds: Range }

type Range = readonly [least: number, most: number]
