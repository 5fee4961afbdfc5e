import type { WaveformAugmentation } from '../augmentation/waveform.ts'

/** Copies of a clip as a device may hear it: among noise, by telephone, across a room. */
export const hardToHear: readonly (readonly WaveformAugmentation[])[] = [
  [{ kind: 'noise', snr: [5, 20], from: 'recordings' }],
  [{ kind: 'telephone' }],
  [
    { kind: 'room', seconds: [0.15, 0.6] },
    { kind: 'noise', snr: [10, 30], from: 'recordings' },
  ],
]
