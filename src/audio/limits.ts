import { UndertoneError } from '../error.ts'

/** Sample rates that are taken, Hz. */
export const MIN_SAMPLE_RATE = 4_000
export const MAX_SAMPLE_RATE = 384_000
/** Most channels that are taken. */
export const MAX_CHANNELS = 32
/** Most samples of one file, all channels together: 4 GiB once decoded. */
export const MAX_SAMPLES = 2 ** 30

/** @throws {UndertoneError} `sample-rate-unsupported` outside 4 kHz to 384 kHz */
export function checkSampleRate(sampleRate: number): void {
  if (sampleRate >= MIN_SAMPLE_RATE && sampleRate <= MAX_SAMPLE_RATE) return
  throw new UndertoneError(
    'sample-rate-unsupported',
    `A sample rate of ${sampleRate} Hz is not supported: it has to be between ${MIN_SAMPLE_RATE} and ${MAX_SAMPLE_RATE} Hz. Resample the audio, to 16000 Hz for instance.`,
  )
}

/** @throws {UndertoneError} `too-many-channels` above 32, `audio-corrupt` for none */
export function checkChannels(channels: number): void {
  if (channels > MAX_CHANNELS) {
    throw new UndertoneError(
      'too-many-channels',
      `The audio has ${channels} channels; at most ${MAX_CHANNELS} are supported. Mix it down or pick a channel.`,
    )
  }
  if (!(channels >= 1)) {
    throw new UndertoneError('audio-corrupt', 'The audio claims to have no channel.')
  }
}

/**
 * Refuses what would not fit in memory, before it is decoded.
 * @param frames samples a channel
 * @throws {UndertoneError} `audio-too-long`
 */
export function checkLength(frames: number, channels: number): void {
  if (frames * channels > MAX_SAMPLES) throw tooLong()
}

/**
 * Makes room for samples.
 * @throws {UndertoneError} `audio-too-long` when there is none
 */
export function allocate(frames: number): Float32Array<ArrayBuffer> {
  try {
    return new Float32Array(frames)
  } catch (cause) {
    throw tooLong(cause)
  }
}

export function tooLong(cause?: unknown): UndertoneError {
  return new UndertoneError(
    'audio-too-long',
    'The audio is too long for the memory there is. Split it into shorter files.',
    { cause },
  )
}

/**
 * Checks samples of one channel.
 * @param samples mono, −1…1
 * @throws {UndertoneError} `audio-empty` without samples, `audio-not-finite` for NaN or infinity
 */
export function checkSamples(samples: Float32Array): void {
  if (samples.length === 0) {
    throw new UndertoneError(
      'audio-empty',
      'The audio has no samples: it holds no sound at all. Record or export it again.',
    )
  }
  for (let i = 0; i < samples.length; i++) {
    // Only NaN and the infinities are not equal to themselves after a subtraction.
    const sample = samples[i] as number
    if (sample - sample !== 0) {
      throw new UndertoneError(
        'audio-not-finite',
        `Sample ${i} is ${sample}, not a number that can be heard. Check what produced the audio.`,
      )
    }
  }
}
