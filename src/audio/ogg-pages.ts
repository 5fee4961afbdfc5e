import { UndertoneError } from '../error.ts'
import { damaged } from './decoder-run.ts'
import { hasText } from './has-text.ts'

/** One packet of an Ogg stream. */
export interface OggPacket {
  data: Uint8Array
  /** Position of the stream after this packet, in the codec's samples, where the page tells it. */
  granule?: number
}

export interface OggStream {
  packets: OggPacket[]
  /** Whether the last page is marked as such; live recordings often lack the mark. */
  ended: boolean
}

const CONTINUED = 1
const LAST = 4

/**
 * Takes an Ogg file apart, checking every page's checksum, length and number.
 * @returns nothing for several streams in one file, beside or after each other
 * @throws {UndertoneError} `audio-truncated`, `audio-corrupt`
 * @see https://www.rfc-editor.org/rfc/rfc3533
 */
export function readOgg(bytes: Uint8Array): OggStream | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const packets: OggPacket[] = []
  let parts: Uint8Array[] = []
  let serial: number | undefined
  let sequence = 0
  let ended = false
  let at = 0
  while (at < bytes.length) {
    if (!hasText(bytes, at, 'OggS')) {
      if (ended) break // a foreign tag behind the stream
      throw damaged('Ogg', `a page should begin at byte ${at}`)
    }
    if (at + 27 > bytes.length) throw truncated()
    const segments = bytes[at + 26] as number
    const body = at + 27 + segments
    if (body > bytes.length) throw truncated()
    const lacing = bytes.subarray(at + 27, body)
    let end = body
    for (const length of lacing) end += length
    if (end > bytes.length) throw truncated()
    if (checksum(bytes, at, end) !== view.getUint32(at + 22, true)) {
      throw damaged('Ogg', `the checksum of the page at byte ${at} is wrong`)
    }

    const flags = bytes[at + 5] as number
    const pageSerial = view.getUint32(at + 14, true)
    serial ??= pageSerial
    if (pageSerial !== serial || ended) return undefined
    if (view.getUint32(at + 18, true) !== sequence++) {
      throw damaged('Ogg', `the page before byte ${at} is missing`)
    }
    if (parts.length > 0 !== ((flags & CONTINUED) !== 0)) {
      throw damaged('Ogg', `a packet is torn at byte ${at}`)
    }

    let from = body
    let last: OggPacket | undefined
    for (let i = 0, to = body; i < segments; i++) {
      const length = lacing[i] as number
      to += length
      if (length === 255 && i < segments - 1) continue
      parts.push(bytes.subarray(from, to))
      from = to
      if (length < 255) {
        last = { data: join(parts) }
        packets.push(last)
        parts = []
      }
    }
    // −1 says that no packet ends on this page.
    const granule = Number(view.getBigInt64(at + 6, true))
    if (last && granule >= 0) last.granule = granule
    ended = (flags & LAST) !== 0
    at = end
  }
  if (parts.length > 0) throw truncated()
  return { packets, ended }
}

function join(parts: Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0] as Uint8Array
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

// CRC-32 with the polynomial 0x04C11DB7, not reflected, starting from 0.
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1
  return crc
})

/** The checksum of the page in `bytes[start, end)`, its own field taken as zero. */
export function checksum(bytes: Uint8Array, start: number, end: number): number {
  let crc = 0
  for (let i = start; i < end; i++) {
    const inField = i - start >= 22 && i - start < 26
    const byte = inField ? 0 : (bytes[i] as number)
    crc = (crc << 8) ^ (CRC_TABLE[(crc >>> 24) ^ byte] as number)
  }
  return crc >>> 0
}

function truncated(): UndertoneError {
  return new UndertoneError(
    'audio-truncated',
    'The Ogg file is cut off in the middle of a page. Copy or export it again.',
  )
}
