import { OggVorbisDecoder } from '@wasm-audio-decoders/ogg-vorbis'
import { damaged, refuseErrors, withDecoder } from './decoder-run.ts'
import { checkChannels, checkLength, checkSampleRate } from './limits.ts'
import type { OggStream } from './ogg-pages.ts'
import type { Decoded } from './types.ts'

/**
 * Decodes Ogg Vorbis with libvorbis.
 * @param stream the whole file, taken apart and checked
 * @throws {UndertoneError} `audio-corrupt`, `audio-too-long`, `sample-rate-unsupported`,
 *   `too-many-channels`
 * @see https://xiph.org/vorbis/doc/Vorbis_I_spec.html
 */
export async function decodeOggVorbis(stream: OggStream): Promise<Decoded> {
  const head = stream.packets[0]?.data ?? new Uint8Array()
  if (head.length < 30) throw damaged('Vorbis', 'its header is too short')
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  const channels = view.getUint8(11)
  const sampleRate = view.getUint32(12, true)
  const longBlock = 2 ** (view.getUint8(28) >> 4)
  checkChannels(channels)
  checkSampleRate(sampleRate)
  // A packet gives half a long block at most. A quarter is counted: short blocks give less.
  checkLength((stream.packets.length * longBlock) / 4, channels)
  return withDecoder(
    'Vorbis',
    () => new OggVorbisDecoder(),
    async (decoder) => {
      const { channelData, errors, sampleRate } = await decoder.decodeOggPages(pages(stream))
      refuseErrors('Vorbis', errors)
      return { sampleRate, channels: channelData }
    },
  )
}

/**
 * A stream as the decoder's own parser would give it, as two pages: the first header's, and all
 * else. That parser, codec-parser, is LGPL 3 and not shipped: see build.mjs.
 */
function pages({ packets, ended }: OggStream) {
  const [head, , setup, ...audio] = packets
  if (!head || !setup) throw damaged('Vorbis', 'its headers are incomplete')
  const header = { vorbisSetup: setup.data }
  const codecFrames = audio.map(({ data }) => ({ data, header }))
  const totalSamples = audio.flatMap(({ granule }) => granule ?? []).at(-1)
  return [
    { data: head.data, codecFrames: [] },
    {
      data: setup.data,
      codecFrames,
      isLastPage: ended && totalSamples !== undefined,
      totalSamples,
    },
  ] as unknown as Parameters<OggVorbisDecoder['decodeOggPages']>[0]
}
