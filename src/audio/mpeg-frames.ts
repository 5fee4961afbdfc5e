import { UndertoneError } from '../error.ts'
import { hasText } from './has-text.ts'

/** The header of one MPEG audio frame (ISO/IEC 11172-3, 13818-3, and the unofficial 2.5). */
export interface MpegHeader {
  /** 1, 2, or 2.5 */
  version: number
  layer: 1 | 2 | 3
  /** Hz */
  sampleRate: number
  mono: boolean
  /** Length of the whole frame. */
  bytes: number
  /** Samples a channel. */
  samples: number
}

/** Frames of an MPEG audio file, by their headers. */
export interface MpegStream {
  header: MpegHeader
  /** Where the frames begin and end, bytes. */
  start: number
  end: number
  /** Whether every frame is mono. */
  mono: boolean
  /** Samples a channel that decoding should give, encoder delay and padding taken off. */
  samples: number
}

// kbit/s by index 1…14; rows: MPEG-1 layers I, II, III, then MPEG-2 layer I, and layers II and III.
const BITRATES = [
  [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
] as const

/** Where the ID3v2 tag ends that the file may begin with: 0 without one. */
export function endOfId3(bytes: Uint8Array): number {
  if (bytes.length < 10 || !hasText(bytes, 0, 'ID3')) return 0
  let size = 0
  for (let i = 6; i < 10; i++) size = size * 128 + ((bytes[i] as number) & 0x7f)
  const footer = (bytes[5] as number) & 0x10 ? 10 : 0
  let end = 10 + size + footer
  // Some writers pad the tag beyond its length.
  while (end < bytes.length && bytes[end] === 0) end++
  return end
}

/**
 * Reads the frame header at `at`.
 * @param like a frame of the same stream, whose version, layer and rate it has to share
 */
export function mpegHeaderAt(
  bytes: Uint8Array,
  at: number,
  like?: MpegHeader,
): MpegHeader | undefined {
  if (at + 4 > bytes.length) return undefined
  const b1 = bytes[at + 1] as number
  const b2 = bytes[at + 2] as number
  const b3 = bytes[at + 3] as number
  if (bytes[at] !== 0xff || (b1 & 0xe0) !== 0xe0) return undefined
  const version = [2.5, 0, 2, 1][(b1 >> 3) & 3] as number
  const layer = 4 - ((b1 >> 1) & 3)
  const bitrateIndex = b2 >> 4
  const rateIndex = (b2 >> 2) & 3
  // Index 0 is the free format, which next to nobody writes and whose frames have no known length.
  if (
    version === 0 ||
    layer === 4 ||
    bitrateIndex === 0 ||
    bitrateIndex === 15 ||
    rateIndex === 3
  ) {
    return undefined
  }
  const row = version === 1 ? layer - 1 : layer === 1 ? 3 : 4
  const bitrate = (BITRATES[row]?.[bitrateIndex - 1] as number) * 1000
  const sampleRate =
    ([44100, 48000, 32000][rateIndex] as number) / (version === 1 ? 1 : version === 2 ? 2 : 4)
  const samples = layer === 1 ? 384 : layer === 3 && version !== 1 ? 576 : 1152
  const slot = layer === 1 ? 4 : 1
  const padding = (b2 >> 1) & 1
  const length = (Math.floor(((samples / 8) * bitrate) / (sampleRate * slot)) + padding) * slot
  if (
    like &&
    (like.version !== version || like.layer !== layer || like.sampleRate !== sampleRate)
  ) {
    return undefined
  }
  return {
    version,
    layer: layer as 1 | 2 | 3,
    sampleRate,
    mono: b3 >> 6 === 3,
    bytes: length,
    samples,
  }
}

/**
 * Walks through an MPEG audio file from header to header, so that a gap or a cut is noticed: a
 * decoder would search for the next frame and go on as if nothing were missing.
 * @throws {UndertoneError} `audio-truncated`, `audio-corrupt`
 */
export function walkMpeg(bytes: Uint8Array): MpegStream {
  let at = endOfId3(bytes)
  const first = mpegHeaderAt(bytes, at)
  if (at + 4 > bytes.length) throw truncated('it ends before its first frame')
  if (!first) throw new UndertoneError('audio-corrupt', 'The MP3 file has no frame.')
  const info = readInfo(bytes, at, first)
  // The frame that holds the encoder's notes carries no sound.
  if (info) at += first.bytes
  const start = info ? at - first.bytes : at
  let frames = 0
  let mono = true
  while (at < bytes.length) {
    const header = mpegHeaderAt(bytes, at, first)
    if (!header) {
      if (isTrailer(bytes, at)) break
      throw new UndertoneError(
        'audio-corrupt',
        `The MP3 file is damaged at byte ${at}: a frame should begin there. Export it again.`,
      )
    }
    if (at + header.bytes > bytes.length) {
      throw truncated(`its last frame lacks ${at + header.bytes - bytes.length} bytes`)
    }
    mono &&= header.mono
    frames++
    at += header.bytes
  }
  // Some writers count the frame of notes as well.
  if (info?.frames !== undefined && frames < info.frames - 1) {
    throw truncated(`${info.frames} frames are announced, and ${frames} are there`)
  }
  const samples = Math.max(0, frames * first.samples - (info?.trimmed ?? 0))
  return { header: first, start, end: at, mono, samples }
}

/** Reads the notes of an encoder (Xing, Info with LAME's gaps, or VBRI), when this frame holds them. */
function readInfo(
  bytes: Uint8Array,
  at: number,
  header: MpegHeader,
): { frames?: number; trimmed: number } | undefined {
  if (header.layer !== 3) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const sideInfo = header.version === 1 ? (header.mono ? 17 : 32) : header.mono ? 9 : 17
  const xing = at + 4 + sideInfo
  if (
    xing + 160 <= bytes.length &&
    (hasText(bytes, xing, 'Xing') || hasText(bytes, xing, 'Info'))
  ) {
    const flags = view.getUint32(xing + 4)
    let lame = xing + 8
    const frames = flags & 1 ? view.getUint32(lame) : undefined
    if (flags & 1) lame += 4
    if (flags & 2) lame += 4
    if (flags & 4) lame += 100
    if (flags & 8) lame += 4
    // 24 bits hold delay and padding, 12 each.
    const gaps =
      hasText(bytes, lame, 'LAME') || hasText(bytes, lame, 'Lav')
        ? view.getUint32(lame + 20) & 0xffffff
        : 0
    return { ...(frames === undefined ? {} : { frames }), trimmed: (gaps >> 12) + (gaps & 0xfff) }
  }
  const vbri = at + 4 + 32
  if (vbri + 18 <= bytes.length && hasText(bytes, vbri, 'VBRI')) {
    return { frames: view.getUint32(vbri + 14), trimmed: 0 }
  }
  return undefined
}

/** Whether only tags or padding are left. */
function isTrailer(bytes: Uint8Array, at: number): boolean {
  for (const tag of ['TAG', 'APETAGEX', 'LYRICSBEGIN', 'ID3', '3DI']) {
    if (hasText(bytes, at, tag)) return true
  }
  return bytes.subarray(at).every((byte) => byte === 0)
}

function truncated(what: string): UndertoneError {
  return new UndertoneError(
    'audio-truncated',
    `The MP3 file is cut off: ${what}. Copy or export it again.`,
  )
}
