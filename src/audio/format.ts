import { hasText } from './has-text.ts'
import { endOfId3, mpegHeaderAt } from './mpeg-frames.ts'
import type { PlatformFormat } from './types.ts'

/** What the first bytes tell; `ogg` is told further by its packets. */
export type Container = 'wav' | 'flac' | 'mp3' | 'ogg' | Exclude<PlatformFormat, 'ogg'>

// Magic bytes, their offset, and whose they are.
const MAGIC: readonly (readonly [format: Container, offset: number, magic: string])[] = [
  ['flac', 0, 'fLaC'],
  ['ogg', 0, 'OggS'],
  ['m4a', 4, 'ftyp'],
  ['webm', 0, '\x1a\x45\xdf\xa3'],
  ['wma', 0, '\x30\x26\xb2\x75\x8e\x66\xcf\x11'],
  ['w64', 0, 'riff\x2e\x91\xcf\x11'],
  ['caf', 0, 'caff'],
  ['amr', 0, '#!AMR'],
  ['au', 0, '.snd'],
  ['ac3', 0, '\x0b\x77'],
  ['aac', 0, 'ADIF'],
]

/**
 * Tells a file's format from its bytes alone; a name can lie.
 * @returns nothing when it is no audio that we know of
 */
export function detectContainer(bytes: Uint8Array): Container | undefined {
  // An ID3v2 tag may precede MP3, AAC and even FLAC.
  const start = endOfId3(bytes)
  for (const riff of ['RIFF', 'RIFX', 'RF64', 'BW64']) {
    if (hasText(bytes, 0, riff) && (bytes.length < 12 || hasText(bytes, 8, 'WAVE'))) return 'wav'
  }
  if (hasText(bytes, 0, 'FORM') && (hasText(bytes, 8, 'AIFF') || hasText(bytes, 8, 'AIFC'))) {
    return 'aiff'
  }
  for (const [format, offset, magic] of MAGIC) {
    if (hasText(bytes, start + offset, magic)) return format
  }
  if (start > 0 && start + 4 > bytes.length) return 'mp3' // cut off within its tag
  const frame = mpegHeaderAt(bytes, start)
  if (frame) {
    // Two bytes of sync are easily met by chance: ask for a tag, a second frame, or the file's end.
    const next = start + frame.bytes
    if (start > 0 || next === bytes.length || mpegHeaderAt(bytes, next, frame)) return 'mp3'
  }
  if (bytes[start] === 0xff && ((bytes[start + 1] ?? 0) & 0xf6) === 0xf0) return 'aac'
  return undefined
}
