import { OpusDecoder } from 'opus-decoder'
import { damaged, refuseErrors, withDecoder } from './decoder-run.ts'
import { checkChannels, checkLength } from './limits.ts'
import type { OggPacket, OggStream } from './ogg-pages.ts'
import type { Decoded } from './types.ts'

const SAMPLE_RATE = 48_000

/**
 * Decodes Ogg Opus with libopus: always at 48 kHz, with the header's gain, without the samples
 * that the header and the last page say are not to be heard.
 * @returns nothing for a channel mapping that plain Opus does not have (ambisonics with a matrix)
 * @throws {UndertoneError} `audio-corrupt`, `audio-too-long`, `too-many-channels`
 * @see https://www.rfc-editor.org/rfc/rfc7845
 */
export async function decodeOggOpus(stream: OggStream): Promise<Decoded | undefined> {
  const head = readHead(stream.packets[0]?.data ?? new Uint8Array())
  if (!head) return undefined
  checkChannels(head.channels)
  const packets = stream.packets.slice(2)
  const { from, to, total } = audible(packets, head.preSkip, stream.ended)
  checkLength(total, head.channels)
  // The decoder drops the pre-skip by itself only at the very start of a stream; here it is cut below.
  const options = {
    channels: head.channels,
    streamCount: head.streams,
    coupledStreamCount: head.coupled,
    channelMappingTable: head.mapping,
    preSkip: 0,
  }
  return withDecoder(
    'Opus',
    () => new OpusDecoder(options),
    (decoder) => {
      const { channelData, samplesDecoded, errors } = decoder.decodeFrames(
        packets.map((p) => p.data),
      )
      refuseErrors('Opus', errors)
      if (samplesDecoded !== total) {
        throw damaged('Opus', `${samplesDecoded} of ${total} samples could be decoded`)
      }
      const channels = channelData.map((samples) => samples.slice(from, to))
      if (head.gain !== 1) {
        for (const samples of channels) {
          for (let i = 0; i < samples.length; i++) samples[i] = (samples[i] as number) * head.gain
        }
      }
      return { sampleRate: SAMPLE_RATE, channels }
    },
  )
}

function readHead(bytes: Uint8Array) {
  if (bytes.length < 19) throw damaged('Opus', 'its header is too short')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const channels = view.getUint8(9)
  const preSkip = view.getUint16(10, true)
  // Q7.8 decibels.
  const gain = 10 ** (view.getInt16(16, true) / 256 / 20)
  const family = view.getUint8(18)
  if (family === 0) {
    if (channels !== 1 && channels !== 2) {
      throw damaged('Opus', `its header names ${channels} channels where one or two can be`)
    }
    const mapping = channels === 1 ? [0] : [0, 1]
    return { channels, preSkip, gain, streams: 1, coupled: channels - 1, mapping }
  }
  if (family === 3) return undefined
  if (bytes.length < 21 + channels) throw damaged('Opus', 'its header is too short')
  const streams = view.getUint8(19)
  const coupled = view.getUint8(20)
  const mapping = [...bytes.subarray(21, 21 + channels)]
  const fits = mapping.every((index) => index === 255 || index < streams + coupled)
  if (streams === 0 || coupled > streams || !fits) {
    throw damaged('Opus', 'its channel mapping contradicts itself')
  }
  return { channels, preSkip, gain, streams, coupled, mapping }
}

/** Which of the decoded samples are to be heard. */
function audible(packets: readonly OggPacket[], preSkip: number, ended: boolean) {
  let total = 0
  let origin: number | undefined
  let last: number | undefined
  for (const { data, granule } of packets) {
    total += packetSamples(data)
    if (granule === undefined) continue
    // A recording of a running stream does not begin at 0. A single page that is also the last
    // may count less than it holds: its end is cut, not its beginning.
    origin ??= Math.max(0, granule - total)
    last = granule
  }
  const end = ended && last !== undefined && origin !== undefined ? last - origin : total
  const to = Math.min(total, Math.max(0, end))
  return { from: Math.min(preSkip, to), to, total }
}

/** Samples at 48 kHz in an Opus packet (RFC 6716, section 3.1). */
function packetSamples(packet: Uint8Array): number {
  const toc = packet[0]
  if (toc === undefined) throw damaged('Opus', 'a packet is empty')
  const config = toc >> 3
  let frame: number
  if (config < 12) frame = [480, 960, 1920, 2880][config & 3] as number
  else if (config < 16) frame = [480, 960][config & 1] as number
  else frame = 120 << (config & 3)
  const code = toc & 3
  const count = code === 0 ? 1 : code < 3 ? 2 : (packet[1] ?? 0) & 0x3f
  if (count === 0 || count * frame > 5760)
    throw damaged('Opus', 'a packet has an impossible length')
  return count * frame
}
