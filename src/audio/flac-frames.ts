import { UndertoneError } from '../error.ts'
import { damaged } from './decoder-run.ts'

interface FrameHeader {
  /** Samples a channel. */
  samples: number
  channels: number
  /** Number of the frame, or of its first sample where lengths vary. */
  number: number
  variable: boolean
}

/**
 * Finds the frames in `bytes` by their headers and checksums. Every byte has to belong to one: a
 * decoder alone would skip what is damaged and give a shorter recording.
 * @param bytes from the first frame to the end of the last
 * @throws {UndertoneError} `audio-truncated`, `audio-corrupt`
 * @see https://www.rfc-editor.org/rfc/rfc9639#section-9
 */
export function splitFlac(bytes: Uint8Array): { frames: Uint8Array[]; samples: number } {
  const frames: Uint8Array[] = []
  let samples = 0
  let header = readHeader(bytes, 0)
  if (!header) throw damaged('FLAC', 'its first frame is not where it should be')
  let start = 0
  let at = 0
  let crc = 0
  let successor = false
  while (at < bytes.length) {
    crc = ((crc << 8) & 0xffff) ^ (CRC16[(crc >> 8) ^ (bytes[at++] as number)] as number)
    const end = at === bytes.length
    const next = end ? undefined : readHeader(bytes, at)
    if (!end && !next) continue
    // A checksum over a frame and its own checksum is 0.
    if (crc === 0) {
      frames.push(bytes.subarray(start, at))
      samples += header.samples
      if (!next) return { frames, samples }
      start = at
      header = next
      successor = false
    } else if (next && comesAfter(header, next)) {
      successor = true
    }
  }
  if (successor) throw damaged('FLAC', `the checksum of frame ${frames.length} is wrong`)
  throw truncatedFlac(`its frame ${frames.length} is incomplete`)
}

export function truncatedFlac(what: string): UndertoneError {
  return new UndertoneError(
    'audio-truncated',
    `The FLAC file is cut off: ${what}. Copy or export it again.`,
  )
}

function comesAfter(before: FrameHeader, after: FrameHeader): boolean {
  return after.number === before.number + (before.variable ? before.samples : 1)
}

/** Reads the frame header at `at`, when there is one and its checksum is right. */
export function readHeader(bytes: Uint8Array, at: number): FrameHeader | undefined {
  if (bytes[at] !== 0xff || ((bytes[at + 1] as number) & 0xfe) !== 0xf8) return undefined
  // Header bytes up to the checksum: 4, a number of up to 7, block size and rate of up to 2 each.
  const b2 = bytes[at + 2] ?? 0
  const b3 = bytes[at + 3] ?? 0
  const assignment = b3 >> 4
  const sizeCode = b2 >> 4
  const rateCode = b2 & 15
  if (assignment > 10 || sizeCode === 0 || rateCode === 15 || b3 & 1) return undefined

  let end = at + 4
  const first = bytes[end++] ?? 0
  const ones = Math.clz32(~(first << 24))
  if (ones === 1 || ones > 7) return undefined
  let number = ones === 0 ? first : first & (0x7f >> ones)
  for (let i = 1; i < ones; i++) {
    const byte = bytes[end++] ?? 0
    if (byte >> 6 !== 2) return undefined
    number = number * 64 + (byte & 0x3f)
  }
  let samples: number
  if (sizeCode === 1) samples = 192
  else if (sizeCode < 6) samples = 576 << (sizeCode - 2)
  else if (sizeCode === 6) samples = (bytes[end++] ?? 0) + 1
  else if (sizeCode === 7) samples = ((bytes[end++] ?? 0) << 8) + (bytes[end++] ?? 0) + 1
  else samples = 256 << (sizeCode - 8)
  if (rateCode === 12) end += 1
  else if (rateCode > 12) end += 2
  if (end >= bytes.length) return undefined

  let crc = 0
  for (let i = at; i < end; i++) crc = CRC8[crc ^ (bytes[i] as number)] as number
  if (crc !== bytes[end]) return undefined
  const channels = assignment < 8 ? assignment + 1 : 2
  return { samples, channels, number, variable: ((bytes[at + 1] as number) & 1) === 1 }
}

const CRC8 = Uint8Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x80 ? (crc << 1) ^ 0x07 : crc << 1
  return crc
})

const CRC16 = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x8005 : crc << 1
  return crc
})
