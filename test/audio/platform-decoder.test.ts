import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { decodeAudio } from '../../src/audio/index.ts'
import { asFloats, chirp } from './chirp.ts'
import { fixture } from './fixtures.ts'
import { refusal } from './refusal.ts'
import { writeWav } from './wav-writer.ts'

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0

let scratch: string
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'undertone-test-'))
  // Where the decoder puts its temporary files: nothing of them may stay.
  vi.stubEnv('TMPDIR', scratch)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(scratch, { recursive: true })
})

describe.skipIf(!hasFfmpeg)('with an installed ffmpeg', () => {
  it.each([
    ['stereo.m4a', 'm4a', 0.9],
    ['stereo.aac', 'aac', 0.9],
    ['stereo.webm', 'webm', 0.9],
    ['adpcm.wav', 'wav-compressed', 0.9],
  ])('decodes %s, and leaves no file behind', async (file, format, least) => {
    const { bytes, sampleRate, seconds, channels } = fixture(file)
    const decoded = await decodeAudio(bytes)
    expect(decoded.format).toBe(format)
    expect(decoded.sampleRate).toBe(sampleRate)
    expect(decoded.channels).toHaveLength(channels)
    const reference = asFloats(chirp(sampleRate, seconds, channels)[0] as Int16Array)
    const samples = decoded.channels[0] as Float32Array
    // A bare AAC stream begins with the encoder's delay.
    const lag = file === 'stereo.aac' ? 1024 : 0
    expect(correlation(reference, samples.subarray(lag))).toBeGreaterThan(least)
    expect(readdirSync(scratch)).toEqual([])
  })

  it('decodes AIFF without loss', async () => {
    const { bytes, sampleRate, seconds } = fixture('mono.aiff')
    const decoded = await decodeAudio(bytes)
    expect(decoded.channels).toEqual(chirp(sampleRate, seconds, 1).map(asFloats))
  })

  it('refuses a damaged file, and reads the next', async () => {
    const { bytes } = fixture('stereo.m4a')
    const cut = bytes.subarray(0, bytes.length / 2)
    expect(await refusal(decodeAudio(cut))).toBe('audio-corrupt')
    expect(readdirSync(scratch)).toEqual([])
    expect((await decodeAudio(bytes)).channels).toHaveLength(2)
  })

  it('opens no other file that the input names', async () => {
    // A playlist behind the first bytes of an ADTS stream: ffmpeg is not asked to guess.
    const text = new TextEncoder().encode('#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/secret.wav\n')
    expect(await refusal(decodeAudio(text))).toBe('audio-unrecognized')
  })
})

describe('without ffmpeg', () => {
  it.each(['stereo.m4a', 'stereo.webm', 'adpcm.wav', 'mono.aiff'])(
    'refuses %s and says what to do',
    async (file) => {
      vi.stubEnv('PATH', '')
      await expect(decodeAudio(fixture(file).bytes)).rejects.toMatchObject({
        code: 'audio-unsupported',
        message: expect.stringMatching(/ffmpeg.*Install it, or convert/),
      })
      const wav = writeWav(chirp(8000, 0.05, 1))
      expect((await decodeAudio(wav)).channels).toHaveLength(1)
    },
  )
})

describe.skipIf(process.platform === 'win32')('with an ffmpeg that misbehaves', () => {
  function install(script: string) {
    const folder = join(scratch, 'bin')
    spawnSync('mkdir', [folder])
    const path = join(folder, 'ffmpeg')
    writeFileSync(path, `#!/bin/sh\n${script}\n`)
    chmodSync(path, 0o755)
    vi.stubEnv('PATH', `${folder}:/usr/bin:/bin`)
  }

  it('tells what it complained about', async () => {
    install('echo "moov atom not found" >&2; exit 1')
    await expect(decodeAudio(fixture('stereo.m4a').bytes)).rejects.toMatchObject({
      code: 'audio-corrupt',
      message: expect.stringContaining('moov atom not found'),
    })
    expect(readdirSync(scratch)).toEqual(['bin'])
  })

  it('does not take silence for an answer', async () => {
    install('exit 0')
    expect(await refusal(decodeAudio(fixture('stereo.m4a').bytes))).toMatch(/^audio-/)
  })

  it('ends it when aborted', async () => {
    install('exec sleep 60')
    const controller = new AbortController()
    const started = Date.now()
    setTimeout(() => controller.abort(), 100)
    const promise = decodeAudio(fixture('stereo.m4a').bytes, { signal: controller.signal })
    expect(await refusal(promise)).toBe('aborted')
    expect(Date.now() - started).toBeLessThan(5000)
    expect(readdirSync(scratch)).toEqual(['bin'])
  })

  it('passes no shell anything', async () => {
    install('for a in "$@"; do echo "$a"; done >&2; exit 1')
    await expect(decodeAudio(fixture('stereo.m4a').bytes)).rejects.toMatchObject({
      message: expect.stringContaining('-nostdin'),
    })
  })
})

function correlation(a: Float32Array, b: Float32Array): number {
  let ab = 0
  let aa = 0
  let bb = 0
  for (let i = 0; i < a.length; i++) {
    const x = a[i] as number
    const y = b[i] ?? 0
    ab += x * y
    aa += x * x
    bb += y * y
  }
  return ab / Math.sqrt(aa * bb)
}
