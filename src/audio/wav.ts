import { UndertoneError } from '../error.ts'
import { hasText } from './has-text.ts'
import { allocate, checkChannels, checkSampleRate } from './limits.ts'
import type { Decoded } from './types.ts'

// Format tags, from Microsoft's mmreg.h.
const PCM = 0x0001
const IEEE_FLOAT = 0x0003
const A_LAW = 0x0006
const MU_LAW = 0x0007
const EXTENSIBLE = 0xfffe
// The last 14 bytes of an extensible sub-format that is a plain format tag.
const SUBFORMAT_TAIL = '\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71'

const UNKNOWN_SIZE = 0xffffffff

interface Layout {
  tag: number
  channels: number
  sampleRate: number
  bytesPerSample: number
}

/**
 * Reads a WAV file: RIFF, RIFX, RF64 or BW64; 8, 16, 24 or 32-bit integers, 32 or 64-bit floats,
 * A-law or mu-law; plain or extensible header.
 *
 * A data chunk that claims more bytes than the file holds is an error: half a recording would be
 * judged as if it were all of it. The one exception is the length that streams are written with
 * because their end is not known yet (0xFFFFFFFF, or 0 in a RIFF of length 0): all bytes up to
 * the end of the file are samples then.
 * @returns nothing when the samples are compressed in a way not listed above
 * @throws {UndertoneError} `audio-truncated`, `audio-corrupt`, `sample-rate-unsupported`,
 *   `too-many-channels`, `audio-too-long`
 * @see https://www.rfc-editor.org/rfc/rfc2361, EBU Tech 3306 (RF64)
 */
export function decodeWav(bytes: Uint8Array): Decoded | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const little = !hasText(bytes, 0, 'RIFX')
  const wide = hasText(bytes, 0, 'RF64') || hasText(bytes, 0, 'BW64')
  if (bytes.length < 12) throw truncated('its header is incomplete')
  const riffSize = view.getUint32(4, little)

  let layout: Layout | undefined
  let wideDataSize: number | undefined
  let offset = 12
  while (offset + 8 <= bytes.length) {
    const size = view.getUint32(offset + 4, little)
    const start = offset + 8
    const rest = bytes.length - start

    if (hasText(bytes, offset, 'data')) {
      if (!layout) throw corrupt('its samples come before their format')
      let length = size
      if (wide && size === UNKNOWN_SIZE && wideDataSize !== undefined) length = wideDataSize
      const stream =
        length === UNKNOWN_SIZE || (length === 0 && (riffSize === 0 || riffSize === UNKNOWN_SIZE))
      if (stream) length = rest
      if (length > rest) {
        throw truncated(`its header promises ${length} bytes of samples, and ${rest} are there`)
      }
      return decodeSamples(
        new DataView(view.buffer, view.byteOffset + start, length),
        layout,
        little,
      )
    }

    if (size > rest) throw truncated('it ends before its samples')
    if (hasText(bytes, offset, 'fmt ')) {
      layout = readLayout(
        new DataView(view.buffer, view.byteOffset + start, size),
        bytes,
        start,
        little,
      )
      if (!layout) return undefined
    } else if (hasText(bytes, offset, 'ds64') && size >= 16) {
      wideDataSize = view.getUint32(start + 8, true) + view.getUint32(start + 12, true) * 2 ** 32
    }
    // Chunks are padded to an even length.
    offset = start + size + (size & 1)
  }
  throw truncated('it ends before its samples')
}

/** Reads a `fmt ` chunk; nothing for a codec that is not ours. */
function readLayout(
  chunk: DataView,
  bytes: Uint8Array,
  start: number,
  little: boolean,
): Layout | undefined {
  if (chunk.byteLength < 16) throw corrupt('its format chunk is too short')
  let tag = chunk.getUint16(0, little)
  const channels = chunk.getUint16(2, little)
  const sampleRate = chunk.getUint32(4, little)
  const blockAlign = chunk.getUint16(12, little)
  const bits = chunk.getUint16(14, little)
  if (tag === EXTENSIBLE) {
    if (chunk.byteLength < 40) throw corrupt('its extensible format chunk is too short')
    tag = chunk.getUint16(24, little)
    if (!hasText(bytes, start + 26, SUBFORMAT_TAIL)) return undefined
  }
  if (tag !== PCM && tag !== IEEE_FLOAT && tag !== A_LAW && tag !== MU_LAW) return undefined
  checkChannels(channels)
  checkSampleRate(sampleRate)
  // The container's width counts: 20 bits lie left-justified in three bytes.
  const bytesPerSample = blockAlign / channels
  const widths = tag === PCM ? [1, 2, 3, 4] : tag === IEEE_FLOAT ? [4, 8] : [1]
  if (!widths.includes(bytesPerSample) || bits === 0 || bits > bytesPerSample * 8) {
    throw corrupt(`its header contradicts itself (${bits} bits, blocks of ${blockAlign} bytes)`)
  }
  return { tag, channels, sampleRate, bytesPerSample }
}

function decodeSamples(data: DataView, layout: Layout, little: boolean): Decoded {
  const { channels: count, bytesPerSample, sampleRate } = layout
  const stride = count * bytesPerSample
  const frames = Math.floor(data.byteLength / stride)
  const read = reader(data, layout, little)
  const channels: Float32Array[] = []
  for (let channel = 0; channel < count; channel++) {
    const samples = allocate(frames)
    let at = channel * bytesPerSample
    for (let i = 0; i < frames; i++, at += stride) samples[i] = read(at)
    channels.push(samples)
  }
  return { sampleRate, channels }
}

function reader(data: DataView, layout: Layout, little: boolean): (at: number) => number {
  const { tag, bytesPerSample } = layout
  if (tag === A_LAW || tag === MU_LAW) {
    const table = tag === A_LAW ? aLawTable() : muLawTable()
    return (at) => table[data.getUint8(at)] as number
  }
  if (tag === IEEE_FLOAT) {
    return bytesPerSample === 4
      ? (at) => data.getFloat32(at, little)
      : (at) => data.getFloat64(at, little)
  }
  switch (bytesPerSample) {
    case 1: // the one unsigned width
      return (at) => (data.getUint8(at) - 128) / 2 ** 7
    case 2:
      return (at) => data.getInt16(at, little) / 2 ** 15
    case 3:
      return little
        ? (at) => (data.getUint16(at, true) + data.getInt8(at + 2) * 2 ** 16) / 2 ** 23
        : (at) => (data.getUint16(at + 1, false) + data.getInt8(at) * 2 ** 16) / 2 ** 23
    default:
      return (at) => data.getInt32(at, little) / 2 ** 31
  }
}

/** ITU-T G.711 A-law: 13-bit values, left-justified in 16. */
function aLawTable(): Float32Array {
  return Float32Array.from({ length: 256 }, (_, code) => {
    const bits = code ^ 0x55
    const exponent = (bits >> 4) & 7
    const mantissa = ((bits & 15) << 4) + 8
    const magnitude = exponent === 0 ? mantissa : (mantissa + 256) << (exponent - 1)
    return (bits & 0x80 ? magnitude : -magnitude) / 2 ** 15
  })
}

/** ITU-T G.711 mu-law: 14-bit values, left-justified in 16. */
function muLawTable(): Float32Array {
  return Float32Array.from({ length: 256 }, (_, code) => {
    const bits = ~code
    const magnitude = ((((bits & 15) << 3) + 132) << ((bits >> 4) & 7)) - 132
    return (bits & 0x80 ? -magnitude : magnitude) / 2 ** 15
  })
}

function truncated(what: string): UndertoneError {
  return new UndertoneError(
    'audio-truncated',
    `The WAV file is cut off: ${what}. Copy or export it again.`,
  )
}

function corrupt(what: string): UndertoneError {
  return new UndertoneError('audio-corrupt', `The WAV file is damaged: ${what}. Export it again.`)
}
