import { checkSampleRate, checkSamples, decodeAudio, toMono } from '../audio/index.ts'
import { UndertoneError } from '../error.ts'
import type { AudioInput, DecodedBuffer, RecognizeOptions } from './types.ts'

/** Mono samples and their rate, Hz. */
export interface Clip {
  samples: Float32Array
  sampleRate: number
}

/**
 * Turns whatever holds audio into mono samples at their own rate.
 * @throws {UndertoneError} `input-invalid`, and the codes of `decodeAudio`
 */
export async function readInput(input: AudioInput, options: RecognizeOptions): Promise<Clip> {
  const { sampleRate, signal } = options
  if (input instanceof Float32Array) {
    if (sampleRate === undefined) {
      throw new UndertoneError(
        'input-invalid',
        'Samples come without a rate: pass `sampleRate` (Hz) beside them.',
      )
    }
    checkSampleRate(sampleRate)
    checkSamples(input)
    return { samples: input, sampleRate }
  }
  if (sampleRate !== undefined) {
    throw new UndertoneError(
      'input-invalid',
      'This input carries its own sample rate: leave `sampleRate` out; it is for a Float32Array.',
    )
  }
  if (isAudioBuffer(input)) {
    const channels = Array.from({ length: input.numberOfChannels }, (_, channel) =>
      input.getChannelData(channel),
    )
    const samples = toMono(channels)
    checkSamples(samples)
    return { samples, sampleRate: input.sampleRate }
  }
  const decoded = await decodeAudio(await bytesOf(input), signal ? { signal } : {})
  return { samples: toMono(decoded.channels), sampleRate: decoded.sampleRate }
}

async function bytesOf(input: ArrayBuffer | Uint8Array | Blob): Promise<Uint8Array> {
  if (input instanceof Uint8Array) return input
  if (input instanceof ArrayBuffer) return new Uint8Array(input)
  if (typeof Blob !== 'undefined' && input instanceof Blob) {
    try {
      return new Uint8Array(await input.arrayBuffer())
    } catch (cause) {
      throw new UndertoneError(
        'file-unreadable',
        'The file can no longer be read. Choose it again.',
        {
          cause,
        },
      )
    }
  }
  throw new UndertoneError(
    'input-invalid',
    'This is no audio: pass the bytes of a file (Uint8Array, ArrayBuffer or Blob), an AudioBuffer, or a Float32Array of samples with `sampleRate`.',
  )
}

// By its methods, not its class: Node has no AudioBuffer, and a frame's is another class.
const isAudioBuffer = (input: AudioInput): input is DecodedBuffer =>
  typeof (input as DecodedBuffer | undefined)?.getChannelData === 'function'
