import { MPEGDecoder } from 'mpg123-decoder'
import { UndertoneError } from '../error.ts'
import { withDecoder } from './decoder-run.ts'
import { checkLength } from './limits.ts'
import { walkMpeg } from './mpeg-frames.ts'
import type { Decoded } from './types.ts'

/**
 * Decodes MPEG audio (layers I to III) with libmpg123; encoder delay and padding are cut off
 * where the file tells them.
 * @throws {UndertoneError} `audio-truncated`, `audio-corrupt`, `audio-too-long`
 */
export async function decodeMp3(bytes: Uint8Array): Promise<Decoded> {
  const stream = walkMpeg(bytes)
  checkLength(stream.samples, 2)
  return withDecoder(
    'MP3',
    () => new MPEGDecoder(),
    (decoder) => {
      // On an error, this version of the decoder reads again without end: leave at the first one.
      Object.assign(decoder, {
        _getErrorMessage: (code: number) => {
          throw new Error(`libmpg123 reports error ${code}`)
        },
      })
      const { channelData, sampleRate, samplesDecoded } = decoder.decode(
        bytes.subarray(stream.start, stream.end),
      )
      // The decoder's own delay, and frames whose bits were in a part that is not there.
      const slack = 3 * stream.header.samples
      if (samplesDecoded < stream.samples - slack) {
        throw new UndertoneError(
          'audio-corrupt',
          `The MP3 file is damaged: ${samplesDecoded} of ${stream.samples} samples could be decoded. Export it again.`,
        )
      }
      // It always gives two channels.
      return { sampleRate, channels: stream.mono ? channelData.slice(0, 1) : channelData }
    },
  )
}
