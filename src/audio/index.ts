/**
 * Decoding audio files, in browsers and in Node. Decoders other than WAV's are loaded when a file
 * first needs them.
 * @module
 */
import { decodeByPlatform } from '#platform-decoder'
import { UndertoneError } from '../error.ts'
import { detectContainer } from './format.ts'
import { hasText } from './has-text.ts'
import { allocate, checkChannels, checkSampleRate, checkSamples } from './limits.ts'
import { readOgg } from './ogg-pages.ts'
import { asBytes } from './other-realms.ts'
import type { AudioFormat, Decoded, DecodedAudio, PlatformFormat } from './types.ts'
import { decodeWav } from './wav.ts'

export {
  checkChannels,
  checkSampleRate,
  checkSamples,
  MAX_CHANNELS,
  MAX_SAMPLE_RATE,
  MAX_SAMPLES,
  MIN_SAMPLE_RATE,
} from './limits.ts'
export type { AudioFormat, DecodedAudio, PlatformFormat } from './types.ts'

export interface DecodeOptions {
  /** Stops waiting, and ends an ffmpeg that is at work. */
  signal?: AbortSignal
}

/**
 * Decodes an audio file. WAV, FLAC, MP3, Opus and Vorbis give the same samples everywhere; what
 * else there is (AAC and M4A, WebM, AIFF, …) is left to the browser's decoder or, in Node, to an
 * ffmpeg on the PATH. The format is told from the bytes.
 *
 * A file that is cut off or damaged is refused, never decoded in part.
 * @param bytes the whole file; left as it is
 * @throws {UndertoneError} `audio-empty`, `audio-truncated`, `audio-unrecognized`,
 *   `audio-unsupported`, `audio-corrupt`, `audio-not-finite`, `audio-too-long`,
 *   `sample-rate-unsupported` (4 kHz to 384 kHz are taken), `too-many-channels` (32 are taken),
 *   `asset-missing` when the decoder's code is, `input-invalid` when `bytes` are no bytes,
 *   `aborted`
 */
export async function decodeAudio(
  bytes: Uint8Array | ArrayBuffer,
  options: DecodeOptions = {},
): Promise<DecodedAudio> {
  const { signal } = options
  const view = asBytes(bytes)
  if (!view) {
    throw new UndertoneError(
      'input-invalid',
      'The audio has to be a Uint8Array or an ArrayBuffer with the bytes of a file.',
    )
  }
  if (view.length === 0) {
    throw new UndertoneError('audio-empty', 'The file is empty: there is nothing in it to hear.')
  }
  checkAborted(signal)
  const { decoded, format } = await decode(view, signal)
  checkAborted(signal)
  const { sampleRate, channels } = decoded
  checkChannels(channels.length)
  checkSampleRate(sampleRate)
  for (const samples of channels) checkSamples(samples)
  return { sampleRate, channels, format }
}

/**
 * Mixes to one channel: the mean of all.
 * @param channels samples, −1…1, all of one length
 * @returns samples, −1…1; the channel itself, not a copy, when there is only one
 * @throws {UndertoneError} `audio-empty` without a channel, `audio-too-long`
 */
export function toMono(channels: readonly Float32Array[]): Float32Array {
  const [first, ...others] = channels
  if (!first) throw new UndertoneError('audio-empty', 'The audio has no channel.')
  if (others.length === 0) return first
  const mono = allocate(first.length)
  for (let i = 0; i < mono.length; i++) {
    let sum = first[i] as number
    for (const channel of others) sum += channel[i] as number
    mono[i] = sum / channels.length
  }
  return mono
}

interface Answer {
  decoded: Decoded
  format: AudioFormat
}

async function decode(bytes: Uint8Array, signal?: AbortSignal): Promise<Answer> {
  const container = detectContainer(bytes)
  switch (container) {
    case undefined:
      throw new UndertoneError(
        'audio-unrecognized',
        'This is no audio file that is known here, whatever its name says. Use WAV, FLAC, MP3, Ogg or M4A.',
      )
    case 'wav': {
      const decoded = decodeWav(bytes)
      return decoded ? { decoded, format: 'wav' } : byPlatform(bytes, 'wav-compressed', signal)
    }
    case 'flac': {
      const { decodeFlac } = await decoder(import('./flac.ts'))
      return { decoded: await decodeFlac(bytes), format: 'flac' }
    }
    case 'mp3': {
      const { decodeMp3 } = await decoder(import('./mp3.ts'))
      return { decoded: await decodeMp3(bytes), format: 'mp3' }
    }
    case 'ogg':
      return decodeOgg(bytes, signal)
    default:
      return byPlatform(bytes, container, signal)
  }
}

async function decodeOgg(bytes: Uint8Array, signal?: AbortSignal): Promise<Answer> {
  const stream = readOgg(bytes)
  const head = stream?.packets[0]?.data
  if (stream && head && hasText(head, 0, 'OpusHead')) {
    const { decodeOggOpus } = await decoder(import('./ogg-opus.ts'))
    const decoded = await decodeOggOpus(stream)
    if (decoded) return { decoded, format: 'ogg-opus' }
  } else if (stream && head && hasText(head, 0, '\x01vorbis')) {
    const { decodeOggVorbis } = await decoder(import('./ogg-vorbis.ts'))
    return { decoded: await decodeOggVorbis(stream), format: 'ogg-vorbis' }
  } else if (stream && head && hasText(head, 0, '\x7fFLAC')) {
    const { decodeOggFlac } = await decoder(import('./flac.ts'))
    return { decoded: await decodeOggFlac(stream), format: 'ogg-flac' }
  }
  return byPlatform(bytes, 'ogg', signal)
}

/** Waits for a decoder's code. */
async function decoder<Module>(loading: Promise<Module>): Promise<Module> {
  try {
    return await loading
  } catch (cause) {
    throw new UndertoneError(
      'asset-missing',
      `The decoder for this format could not be loaded: ${cause instanceof Error ? cause.message : cause}. See that all of Undertone's files are there, and load the page again.`,
      { cause },
    )
  }
}

async function byPlatform(
  bytes: Uint8Array,
  format: PlatformFormat,
  signal?: AbortSignal,
): Promise<Answer> {
  return { decoded: await decodeByPlatform(bytes, format, signal), format }
}

function checkAborted(signal?: AbortSignal): void {
  if (signal?.aborted) {
    throw new UndertoneError('aborted', 'Decoding was aborted.', { cause: signal.reason })
  }
}
