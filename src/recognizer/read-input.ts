import {
  checkChannels,
  checkSampleRate,
  checkSamples,
  decodeAudio,
  toMono,
} from '../audio/index.ts'
import { tooLong } from '../audio/limits.ts'
import { asBytes, asSamples } from '../audio/other-realms.ts'
import { UndertoneError } from '../error.ts'
import type { AudioInput, DecodedBuffer, RecognizeOptions } from './types.ts'

/** The quietest peak that counts as sound: −80 dBFS, three steps of 16 bits. */
const FAINTEST_PEAK = 1e-4

/** Mono samples and their rate, Hz. */
export interface Clip {
  samples: Float32Array
  sampleRate: number
}

/**
 * Turns whatever holds audio into mono samples at their own rate, in which something is heard.
 * @throws {UndertoneError} `input-invalid`, `audio-silent`, and the codes of `decodeAudio`
 */
export async function readInput(input: AudioInput, options: RecognizeOptions): Promise<Clip> {
  const clip = await read(input, options)
  // A model has an answer for anything, and is as sure of silence as of speech.
  if (clip.samples.some((sample) => Math.abs(sample) >= FAINTEST_PEAK)) return clip
  throw new UndertoneError(
    'audio-silent',
    'Nothing can be heard in it: its loudest sample, all channels mixed, is below −80 dBFS. Check the microphone or the export, and record it again.',
  )
}

async function read(input: AudioInput, options: RecognizeOptions): Promise<Clip> {
  const { sampleRate, signal } = options
  const samples = asSamples(input)
  if (samples) {
    if (sampleRate === undefined) {
      throw new UndertoneError(
        'input-invalid',
        'Samples come without a rate: pass `sampleRate` (Hz) beside them.',
      )
    }
    checkSampleRate(sampleRate)
    checkSamples(samples)
    return { samples, sampleRate }
  }
  if (ArrayBuffer.isView(input) && !asBytes(input)) {
    throw new UndertoneError(
      'input-invalid',
      `Samples must be a Float32Array, from −1 to 1: this is ${Object.prototype.toString.call(input).slice(8, -1)}. Whole numbers of 16 bits are to be divided by 32768.`,
    )
  }
  if (sampleRate !== undefined) {
    throw new UndertoneError(
      'input-invalid',
      'This input carries its own sample rate: leave `sampleRate` out; it is for a Float32Array.',
    )
  }
  if (isAudioBuffer(input)) return readBuffer(input)
  const decoded = await decodeAudio(await bytesOf(input), signal ? { signal } : {})
  return { samples: toMono(decoded.channels), sampleRate: decoded.sampleRate }
}

function readBuffer(buffer: DecodedBuffer): Clip {
  const { sampleRate, numberOfChannels } = buffer
  checkChannels(numberOfChannels)
  checkSampleRate(sampleRate)
  const channels = Array.from({ length: numberOfChannels }, (_, channel) => {
    const samples = asSamples(buffer.getChannelData(channel))
    if (samples) return samples
    throw new UndertoneError(
      'input-invalid',
      `Channel ${channel} of this buffer is no Float32Array. Pass an AudioBuffer, or samples with \`sampleRate\`.`,
    )
  })
  const samples = toMono(channels)
  checkSamples(samples)
  return { samples, sampleRate }
}

async function bytesOf(input: unknown): Promise<Uint8Array> {
  const bytes = asBytes(input)
  if (bytes) return bytes
  if (typeof Blob !== 'undefined' && input instanceof Blob) {
    try {
      return new Uint8Array(await input.arrayBuffer())
    } catch (cause) {
      // What browsers can't hold in one piece they call unreadable.
      if (input.size >= 2 ** 31) throw tooLong(cause)
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
