import { FLACDecoder } from '@wasm-audio-decoders/flac'
import { damaged, refuseErrors, withDecoder } from './decoder-run.ts'
import { readHeader, splitFlac, truncatedFlac } from './flac-frames.ts'
import { hasText } from './has-text.ts'
import { checkChannels, checkLength, checkSampleRate } from './limits.ts'
import { endOfId3 } from './mpeg-frames.ts'
import type { OggStream } from './ogg-pages.ts'
import type { Decoded } from './types.ts'

/**
 * Decodes FLAC with libFLAC.
 * @throws {UndertoneError} `audio-truncated`, `audio-corrupt`, `audio-too-long`,
 *   `sample-rate-unsupported`, `too-many-channels`
 * @see https://www.rfc-editor.org/rfc/rfc9639
 */
export async function decodeFlac(bytes: Uint8Array): Promise<Decoded> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = endOfId3(bytes) + 4
  let info: StreamInfo | undefined
  for (let last = false; !last; ) {
    if (at + 4 > bytes.length) throw truncatedFlac('its header is incomplete')
    // 1 bit last block, 7 bits kind, 24 bits length
    const head = view.getUint32(at)
    const start = at + 4
    at = start + (head & 0xffffff)
    last = head >>> 31 === 1
    if (at > bytes.length) throw truncatedFlac('its header is incomplete')
    if (((head >>> 24) & 0x7f) === 0) info = readStreamInfo(bytes.subarray(start, at))
  }
  if (!info) throw damaged('FLAC', 'it does not say its format')
  // An ID3v1 tag may follow.
  const tagged = bytes.length - 128 >= at && hasText(bytes, bytes.length - 128, 'TAG')
  const audio = bytes.subarray(at, tagged ? bytes.length - 128 : bytes.length)
  if (audio.length === 0) {
    if (info.samples > 0) throw truncatedFlac(`none of its ${info.samples} samples are there`)
    return { sampleRate: info.sampleRate, channels: [new Float32Array()] }
  }
  const { frames, samples } = splitFlac(audio)
  if (samples < info.samples) throw truncatedFlac(`${samples} of ${info.samples} samples are there`)
  return decodeFrames(frames, samples, info)
}

/**
 * Decodes FLAC in Ogg.
 * @throws {UndertoneError} as `decodeFlac` does
 */
export async function decodeOggFlac(stream: OggStream): Promise<Decoded> {
  // 0x7F "FLAC", version, number of headers, "fLaC", block header, STREAMINFO
  const info = readStreamInfo((stream.packets[0]?.data ?? new Uint8Array()).subarray(17))
  const frames = stream.packets.map((packet) => packet.data).filter((data) => data[0] === 0xff)
  let samples = 0
  for (const frame of frames) {
    const header = readHeader(frame, 0)
    if (!header) throw damaged('FLAC', 'a frame has no valid header')
    samples += header.samples
  }
  if (samples < info.samples) throw truncatedFlac(`${samples} of ${info.samples} samples are there`)
  return decodeFrames(frames, samples, info)
}

async function decodeFrames(
  frames: Uint8Array[],
  samples: number,
  info: StreamInfo,
): Promise<Decoded> {
  checkLength(samples, info.channels)
  return withDecoder(
    'FLAC',
    () => new FLACDecoder(),
    async (decoder) => {
      const { channelData, samplesDecoded, errors } = await decoder.decodeFrames(frames)
      refuseErrors('FLAC', errors)
      if (samplesDecoded !== samples) {
        throw damaged('FLAC', `${samplesDecoded} of ${samples} samples could be decoded`)
      }
      return {
        sampleRate: info.sampleRate,
        channels: channelData.map((c) => rescale(c, info.bits)),
      }
    },
  )
}

/**
 * The decoder divides by 2^(bits − 1) − 1; everyone else, and our WAV reader, by 2^(bits − 1).
 * Going back to the integers makes FLAC the same as the WAV that it was made from.
 */
function rescale(samples: Float32Array, bits: number): Float32Array {
  const scale = 2 ** (bits - 1)
  for (let i = 0; i < samples.length; i++) {
    samples[i] = Math.round((samples[i] as number) * (scale - 1)) / scale
  }
  return samples
}

interface StreamInfo {
  sampleRate: number
  channels: number
  bits: number
  /** Samples a channel; 0 when the encoder did not know. */
  samples: number
}

function readStreamInfo(block: Uint8Array): StreamInfo {
  if (block.length < 34) throw damaged('FLAC', 'its header is too short')
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength)
  // 20 bits rate, 3 bits channels − 1, 5 bits width − 1, 36 bits samples
  const high = view.getUint32(10)
  const sampleRate = high >>> 12
  const channels = ((high >>> 9) & 7) + 1
  const bits = ((high >>> 4) & 31) + 1
  const samples = (high & 15) * 2 ** 32 + view.getUint32(14)
  checkSampleRate(sampleRate)
  checkChannels(channels)
  return { sampleRate, channels, bits, samples }
}
