import type { WaveformAugmentation } from '../augmentation/waveform.ts'
import { UsageError } from '../command-line.ts'

/** A way in which test clips are made harder to hear, once nothing of the model is chosen any more. */
export interface Condition {
  description: string
  step: WaveformAugmentation
}

/** Each by itself; random amounts and rooms are other ones than any training copy's. */
export const conditions = {
  noise: {
    description: 'noise at 10 dB, of recordings that are kept for tests',
    step: { kind: 'noise', snr: [10, 10], from: 'recordings' },
  },
  telephone: {
    description: 'a telephone line: 300 to 3400 Hz, 8 kHz, 8 bits of G.711',
    step: { kind: 'telephone' },
  },
  room: {
    description: 'small rooms, RT60 from 0.2 to 0.5 s, the mouth 0.5 to 2 m away',
    step: { kind: 'room', seconds: [0.2, 0.5] },
  },
} satisfies Record<string, Condition>

export type ConditionName = keyof typeof conditions

/**
 * Those of a command line, with commas between.
 * @throws {UsageError} for one that there is not, or noise without recordings
 */
export function conditionsNamed(names: string, hasRecordings: boolean): ConditionName[] {
  return names.split(',').map((name) => {
    if (!(name in conditions)) {
      const known = Object.keys(conditions).join(', ')
      throw new UsageError(`There is no condition "${name}". There are: ${known}.`)
    }
    if (name === 'noise' && !hasRecordings) {
      throw new UsageError(
        'The condition noise takes recordings of it: name their folder by --noise.',
      )
    }
    return name as ConditionName
  })
}
