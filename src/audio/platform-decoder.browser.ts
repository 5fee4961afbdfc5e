import { UndertoneError } from '../error.ts'
import type { Decoded, PlatformFormat } from './types.ts'

// The context's rate is what decodeAudioData resamples to; the file's own is not told.
const SAMPLE_RATE = 48_000

/**
 * Decodes with the browser's own decoder, at 48 kHz.
 * @throws {UndertoneError} `audio-unsupported` when it can't (it does not say whether it lacks
 *   the codec or the file is damaged), or in a worker, where browsers offer no decoder
 */
export async function decodeByPlatform(
  bytes: Uint8Array,
  format: PlatformFormat,
  _signal?: AbortSignal,
): Promise<Decoded> {
  if (typeof OfflineAudioContext === 'undefined') {
    throw new UndertoneError(
      'audio-unsupported',
      `${format} audio needs the browser's own decoder, which is not available here. Convert it to WAV, FLAC, MP3 or Ogg.`,
    )
  }
  try {
    const context = new OfflineAudioContext(1, 1, SAMPLE_RATE)
    // A copy: decodeAudioData takes the buffer away from its owner.
    const buffer = await context.decodeAudioData(bytes.slice().buffer)
    const channels = Array.from({ length: buffer.numberOfChannels }, (_, channel) =>
      buffer.getChannelData(channel),
    )
    return { sampleRate: buffer.sampleRate, channels }
  } catch (cause) {
    throw new UndertoneError(
      'audio-unsupported',
      `This browser cannot decode the ${format} file: it lacks the codec, or the file is damaged. Convert it to WAV, FLAC, MP3 or Ogg.`,
      { cause },
    )
  }
}
