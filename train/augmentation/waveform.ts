import { TrainingError } from '../training-error.ts'
import { amplify } from './gain.ts'
import { addNoise, recordedNoise, whiteNoise } from './noise.ts'
import { pitchShift } from './pitch-shift.ts'
import { reverberate } from './room.ts'
import { telephone } from './telephone.ts'
import { timeStretch } from './time-stretch.ts'

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
  /** A telephone line: 300 to 3400 Hz, 8 kHz, 8 bits of G.711. */
  | { kind: 'telephone' }

type Range = readonly [least: number, most: number]

/**
 * Changes a clip by all steps, one after the other.
 * @param samples mono, -1 to 1; left as they are
 * @param sampleRate Hz
 * @param random uniform in [0, 1); the same numbers give the same bits
 * @param recordings of noise, mono, at the same rate; for noise from recordings alone
 * @returns as many samples unless a step stretches; noise and rooms may take some beyond ±1
 * @throws {TrainingError} as {@link checkAugmentation}
 */
export async function augment(
  samples: Float32Array,
  sampleRate: number,
  steps: readonly WaveformAugmentation[],
  random: () => number,
  recordings: readonly Float32Array[] = [],
): Promise<Float32Array> {
  checkAugmentation(steps, recordings.length > 0)
  const within = ([least, most]: Range) => least + (most - least) * random()
  let clip = samples
  for (const step of steps) {
    switch (step.kind) {
      case 'noise': {
        const snr = within(step.snr)
        const noise =
          step.from === 'white'
            ? whiteNoise(clip.length, random)
            : recordedNoise(clip.length, recordings, random)
        clip = addNoise(clip, sampleRate, noise, snr)
        break
      }
      case 'pitch':
        clip = await pitchShift(clip, sampleRate, within(step.semitones))
        break
      case 'stretch':
        clip = timeStretch(clip, sampleRate, within(step.rate))
        break
      case 'gain':
        clip = amplify(clip, within(step.decibels))
        break
      case 'room':
        clip = reverberate(clip, sampleRate, within(step.seconds), random)
        break
      case 'telephone':
        clip = await telephone(clip, sampleRate)
        break
    }
  }
  return clip
}

/**
 * Refuses what cannot be done to any clip, so that it shows before the first.
 * @throws {TrainingError} for an unknown kind, a range that makes no sense, or noise from
 *   recordings where there are none
 */
export function checkAugmentation(
  steps: readonly WaveformAugmentation[],
  hasRecordings: boolean,
): void {
  for (const step of steps) {
    switch (step.kind) {
      case 'noise':
        checkRange('snr', step.snr, -50, 100)
        if (step.from === 'recordings' && !hasRecordings) {
          throw new TrainingError(
            'Copies with recorded noise need recordings of it: name their folder.',
          )
        }
        break
      case 'pitch':
        checkRange('semitones', step.semitones, -12, 12)
        break
      case 'stretch':
        checkRange('rate', step.rate, 0.25, 4)
        break
      case 'gain':
        checkRange('decibels', step.decibels, -100, 100)
        break
      case 'room':
        checkRange('seconds', step.seconds, 0.05, 5)
        break
      case 'telephone':
        break
      default:
        throw new TrainingError(
          `There is no augmentation "${(step as { kind: unknown }).kind}". There are: noise, pitch, stretch, gain, room, telephone.`,
        )
    }
  }
}

function checkRange(name: string, [least, most]: Range, lowest: number, highest: number): void {
  if (least >= lowest && most <= highest && least <= most) return
  throw new TrainingError(
    `An augmentation's ${name} is ${least} to ${most}: it must lie within ${lowest} to ${highest}, the lesser first.`,
  )
}
