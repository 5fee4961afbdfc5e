import { readFileSync } from 'node:fs'

interface Fixture {
  file: string
  sampleRate: number
  seconds: number
  channels: number
  /** ffmpeg's arguments between input and output. */
  encoding: string
}

/** The files in fixtures/, all made from the signal in chirp.ts. */
export const FIXTURES = [
  stereo('stereo.flac', '-c:a flac'),
  { ...stereo('mono-24.flac', '-c:a flac -sample_fmt s32'), channels: 1, sampleRate: 48_000 },
  { ...stereo('surround.flac', '-c:a flac'), channels: 6, sampleRate: 16_000 },
  stereo('stereo-flac.oga', '-c:a flac -f ogg'),
  stereo('stereo.mp3', '-c:a libmp3lame -b:a 128k'),
  { ...stereo('mono-16k.mp3', '-c:a libmp3lame -b:a 48k'), channels: 1, sampleRate: 16_000 },
  stereo('no-xing.mp3', '-c:a libmp3lame -b:a 128k -write_xing 0 -id3v2_version 0'),
  stereo('stereo.mp2', '-c:a mp2 -b:a 192k'),
  stereo('stereo.ogg', '-c:a libvorbis -q:a 5'),
  { ...stereo('mono-16k.ogg', '-c:a libvorbis -q:a 5'), channels: 1, sampleRate: 16_000 },
  { ...stereo('stereo.opus', '-c:a libopus -b:a 96k'), sampleRate: 48_000 },
  { ...stereo('mono.opus', '-c:a libopus -b:a 48k'), channels: 1, sampleRate: 48_000 },
  {
    ...stereo('surround.opus', '-c:a libopus -b:a 320k -mapping_family 1'),
    channels: 6,
    sampleRate: 48_000,
  },
  stereo('stereo.m4a', '-c:a aac -b:a 128k'),
  stereo('stereo.aac', '-c:a aac -b:a 128k'),
  { ...stereo('stereo.webm', '-c:a libopus -b:a 96k'), sampleRate: 48_000 },
  { ...stereo('mono.aiff', '-c:a pcm_s16be'), channels: 1, sampleRate: 16_000 },
  { ...stereo('adpcm.wav', '-c:a adpcm_ima_wav'), channels: 1, sampleRate: 16_000 },
] satisfies Fixture[]

function stereo(file: string, encoding: string): Fixture {
  return { file, sampleRate: 44_100, seconds: 0.4, channels: 2, encoding }
}

export function fixture(file: string): Fixture & { bytes: Uint8Array<ArrayBuffer> } {
  const found = FIXTURES.find((entry) => entry.file === file)
  if (!found) throw new Error(`no fixture ${file}`)
  return {
    ...found,
    bytes: new Uint8Array(readFileSync(new URL(`fixtures/${file}`, import.meta.url))),
  }
}
