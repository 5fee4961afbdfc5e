/**
 * Makes the compressed files in fixtures/ anew, from the signal in chirp.ts, with ffmpeg 5 or
 * later (libmp3lame, libvorbis, libopus): `npx tsx test/audio/make-fixtures.ts`
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chirp } from './chirp.ts'
import { FIXTURES } from './fixtures.ts'
import { writeWav } from './wav-writer.ts'

const folder = new URL('./fixtures/', import.meta.url).pathname
const scratch = mkdtempSync(join(tmpdir(), 'undertone-fixtures-'))
try {
  // Plain arguments: no dates, no versions, so the same ffmpeg gives the same bytes.
  const encode = (source: Uint8Array, args: string, file: string) => {
    const input = join(scratch, 'source.wav')
    writeFileSync(input, source)
    const plain = '-map_metadata -1 -fflags +bitexact -flags:a +bitexact'.split(' ')
    execFileSync('ffmpeg', [
      '-v',
      'error',
      '-y',
      '-i',
      input,
      ...plain,
      ...args.split(' '),
      folder + file,
    ])
  }
  for (const { file, sampleRate, seconds, channels, encoding } of FIXTURES) {
    encode(writeWav(chirp(sampleRate, seconds, channels), { sampleRate }), encoding, file)
  }
  const square = Array.from({ length: 1000 }, (_, i) => (i % 20 < 10 ? -32768 : 32767))
  encode(writeWav([square]), '-c:a flac', 'full-scale.flac')
} finally {
  rmSync(scratch, { recursive: true })
}
