import { detectContainer } from '../audio/format.ts'
import { UndertoneError } from '../error.ts'

/** How the bytes of a stream are samples, where no WAV header says so. */
export interface RawFormat {
  /** Hz */
  sampleRate: number
}

/** Samples of a stream of bytes: 16-bit PCM, mono, or what a WAV header says. */
export interface PcmReader {
  /** Known once the header has been read; for raw samples at once. */
  readonly sampleRate: number | undefined
  /**
   * Takes bytes in, and gives the samples that they complete, mixed to one channel.
   * @throws {UndertoneError} `audio-unsupported`, `audio-corrupt`
   */
  push(bytes: Uint8Array): Float32Array
}

/** Bytes of a header, at most: what comes before the samples of a stream is short. */
const LONGEST_HEADER = 65536

/** Reads a stream that begins with a WAV header or, where it does not, holds raw samples. */
export function pcmReader({ sampleRate: rawRate }: RawFormat): PcmReader {
  let pending: Uint8Array = new Uint8Array(0)
  let layout: Layout | undefined
  return {
    get sampleRate() {
      return layout?.sampleRate
    },
    push(bytes) {
      pending = concatenate(pending, bytes)
      if (!layout) {
        const header = readHeader(pending, rawRate)
        if (!header) return new Float32Array(0)
        layout = header.layout
        pending = pending.subarray(header.length)
      }
      const width = layout.channels * layout.bytesPerSample
      const frames = Math.floor(pending.length / width)
      const samples = decode(pending, frames, layout)
      pending = pending.slice(frames * width)
      return samples
    },
  }
}

interface Layout {
  sampleRate: number
  channels: number
  bytesPerSample: number
  float: boolean
}

/** Nothing while more bytes are needed to tell. */
function readHeader(
  bytes: Uint8Array,
  sampleRate: number,
): { layout: Layout; length: number } | undefined {
  if (bytes.length < 12) return undefined
  const text = (at: number) => String.fromCharCode(...bytes.subarray(at, at + 4))
  if (text(0) !== 'RIFF' || text(8) !== 'WAVE') {
    refuseOthers(bytes.subarray(0, 12))
    return { layout: { sampleRate, channels: 1, bytesPerSample: 2, float: false }, length: 0 }
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let layout: Layout | undefined
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at + 4, true)
    if (text(at) === 'data') {
      if (!layout) throw corrupt('its samples come before their format')
      return { layout, length: at + 8 }
    }
    if (size > LONGEST_HEADER) throw corrupt('its header is too long')
    if (text(at) === 'fmt ') {
      if (at + 8 + size > bytes.length) return undefined
      layout = readLayout(new DataView(bytes.buffer, bytes.byteOffset + at + 8, size))
    }
    at += 8 + size + (size & 1)
  }
  if (bytes.length > LONGEST_HEADER) throw corrupt('it has no samples')
  return undefined
}

/** What begins like a file of another format would be heard as noise. Two bytes can be so by chance. */
function refuseOthers(start: Uint8Array) {
  const format = detectContainer(start)
  if (!format || format === 'aac' || format === 'ac3') return
  throw new UndertoneError(
    'audio-unsupported',
    `What is piped in is ${format}, not WAV or raw PCM. Have it decoded first, say by ffmpeg -i FILE -f wav -.`,
  )
}

function readLayout(chunk: DataView): Layout {
  if (chunk.byteLength < 16) throw corrupt('its format chunk is too short')
  const extensible = chunk.getUint16(0, true) === 0xfffe && chunk.byteLength >= 40
  const tag = chunk.getUint16(extensible ? 24 : 0, true)
  const channels = chunk.getUint16(2, true)
  const bytesPerSample = chunk.getUint16(12, true) / channels
  const known = tag === 1 ? [2, 3, 4] : tag === 3 ? [4] : []
  if (!(channels >= 1) || !known.includes(bytesPerSample)) {
    throw new UndertoneError(
      'audio-unsupported',
      'The WAV stream is not PCM of 16, 24 or 32 bits, nor 32-bit floats. Have it written as 16-bit PCM.',
    )
  }
  return { sampleRate: chunk.getUint32(4, true), channels, bytesPerSample, float: tag === 3 }
}

function decode(bytes: Uint8Array, frames: number, layout: Layout): Float32Array {
  const { channels, bytesPerSample, float } = layout
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const read = (at: number) => {
    if (float) return view.getFloat32(at, true)
    if (bytesPerSample === 2) return view.getInt16(at, true) / 2 ** 15
    if (bytesPerSample === 4) return view.getInt32(at, true) / 2 ** 31
    return (view.getUint16(at, true) + view.getInt8(at + 2) * 2 ** 16) / 2 ** 23
  }
  return Float32Array.from({ length: frames }, (_, frame) => {
    let sum = 0
    for (let channel = 0; channel < channels; channel++) {
      sum += read((frame * channels + channel) * bytesPerSample)
    }
    return sum / channels
  })
}

function concatenate(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

const corrupt = (what: string) =>
  new UndertoneError('audio-corrupt', `The WAV stream is damaged: ${what}. Start it again.`)
