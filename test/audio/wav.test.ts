import { describe, expect, it } from 'vitest'
import { decodeAudio } from '../../src/audio/index.ts'
import { asFloats, chirp } from './chirp.ts'
import { refusal } from './refusal.ts'
import { type SampleFormat, type WavOptions, writeWav } from './wav-writer.ts'

const stereo = chirp(8000, 0.05, 2)

/** What is stored for a 16-bit sample in each format, and what should be read back. */
const STORED: Record<Exclude<SampleFormat, 'alaw' | 'mulaw'>, (s: number) => [number, number]> = {
  u8: (s) => [(s >> 8) + 128, (s >> 8) / 128],
  s16: (s) => [s, s / 32768],
  s24: (s) => [s * 256 + 77, (s * 256 + 77) / 2 ** 23],
  s32: (s) => [s * 65536 + 768, (s * 65536 + 768) / 2 ** 31],
  f32: (s) => [s / 32768, s / 32768],
  f64: (s) => [s / 32768, s / 32768],
}

describe.each(['RIFF', 'RIFX', 'RF64'] as const)('%s', (container) => {
  describe.each([false, true])('extensible header: %s', (extensible) => {
    it.each(Object.keys(STORED) as (keyof typeof STORED)[])('reads %s', async (format) => {
      const pairs = stereo.map((samples) => Array.from(samples, STORED[format]))
      const file = writeWav(
        pairs.map((channel) => channel.map(([stored]) => stored)),
        { format, container, extensible, sampleRate: 8000 },
      )
      const decoded = await decodeAudio(file)
      expect(decoded.format).toBe('wav')
      expect(decoded.sampleRate).toBe(8000)
      const expected = pairs.map((channel) => Float32Array.from(channel, ([, value]) => value))
      expect(decoded.channels).toEqual(expected)
    })
  })
})

describe('WAV', () => {
  // Reference values: the decision levels of ITU-T G.711, tables 1a and 2a.
  it.each([
    ['alaw', 0xd5, 8],
    ['alaw', 0x55, -8],
    ['alaw', 0xaa, 32256],
    ['alaw', 0x2a, -32256],
    ['alaw', 0x80, 5504],
    ['mulaw', 0xff, 0],
    ['mulaw', 0x80, 32124],
    ['mulaw', 0x00, -32124],
    ['mulaw', 0xf0, 120],
    ['mulaw', 0xef, 132],
  ] as const)('reads %s code %i as %i', async (format, code, value) => {
    const { channels } = await decodeAudio(writeWav([[code, code]], { format }))
    expect(channels).toEqual([new Float32Array([value / 32768, value / 32768])])
  })

  it.each([4000, 11_025, 22_050, 44_100, 96_000, 384_000])(
    'takes a rate of %i Hz',
    async (sampleRate) => {
      expect((await decodeAudio(writeWav(stereo, { sampleRate }))).sampleRate).toBe(sampleRate)
    },
  )

  it.each([1, 3, 6, 32])('takes %i channels and keeps them apart', async (count) => {
    const channels = chirp(8000, 0.02, count)
    const decoded = await decodeAudio(writeWav(channels))
    expect(decoded.channels).toEqual(channels.map(asFloats))
  })

  it('passes over other chunks, odd ones too', async () => {
    const file = writeWav(stereo, { chunks: { JUNK: 27, bext: 602, LIST: 0 } })
    expect((await decodeAudio(file)).channels).toEqual(stereo.map(asFloats))
  })

  it('reads the bytes of a view into a larger buffer', async () => {
    const file = writeWav(stereo)
    const padded = new Uint8Array(file.length + 33)
    padded.set(file, 11)
    const decoded = await decodeAudio(padded.subarray(11, 11 + file.length))
    expect(decoded.channels).toEqual(stereo.map(asFloats))
  })

  it('takes an ArrayBuffer', async () => {
    const { buffer } = writeWav(stereo)
    expect((await decodeAudio(buffer as ArrayBuffer)).channels).toEqual(stereo.map(asFloats))
  })

  it('reads floats beyond full scale as they are', async () => {
    const { channels } = await decodeAudio(writeWav([[1.5, -2]], { format: 'f32' }))
    expect(channels).toEqual([new Float32Array([1.5, -2])])
  })

  it.each<[string, WavOptions]>([
    ['0xFFFFFFFF', { dataSize: 0xffffffff, riffSize: 0xffffffff }],
    ['0', { dataSize: 0, riffSize: 0 }],
    ['0 in a RIFF of 0xFFFFFFFF', { dataSize: 0, riffSize: 0xffffffff }],
  ])('reads a stream whose length was written as %s up to its end', async (_, options) => {
    const { channels } = await decodeAudio(writeWav(stereo, options))
    expect(channels).toEqual(stereo.map(asFloats))
  })

  it('ignores what follows the samples', async () => {
    const file = writeWav(stereo)
    const longer = new Uint8Array(file.length + 40).fill(0x41)
    longer.set(file)
    expect((await decodeAudio(longer)).channels).toEqual(stereo.map(asFloats))
  })

  it.each<[string, Uint8Array, string]>([
    ['no samples', writeWav([[]]), 'audio-empty'],
    ['a length of 2 GB', writeWav(stereo, { dataSize: 0x7ffff000 }), 'audio-truncated'],
    ['a length of 4 GB in RF64', rf64WithSize(2 ** 32), 'audio-truncated'],
    ['a length one byte too long', writeWav(stereo, { dataSize: 1601 }), 'audio-truncated'],
    ['a rate of 1 Hz', writeWav(stereo, { sampleRate: 1 }), 'sample-rate-unsupported'],
    ['a rate of 0 Hz', writeWav(stereo, { sampleRate: 0 }), 'sample-rate-unsupported'],
    ['a rate of 10 MHz', writeWav(stereo, { sampleRate: 10e6 }), 'sample-rate-unsupported'],
    ['64 channels', writeWav(chirp(8000, 0.01, 64)), 'too-many-channels'],
    ['33 channels', writeWav(chirp(8000, 0.01, 33)), 'too-many-channels'],
    ['65535 channels', writeWav(stereo, { channels: 65535 }), 'too-many-channels'],
    ['no channels', writeWav(stereo, { channels: 0 }), 'audio-corrupt'],
    ['NaN', writeWav([[0, 0.5, Number.NaN]], { format: 'f32' }), 'audio-not-finite'],
    ['infinity', writeWav([[0, Number.NEGATIVE_INFINITY]], { format: 'f32' }), 'audio-not-finite'],
    ['a double beyond floats', writeWav([[0, 1e300]], { format: 'f64' }), 'audio-not-finite'],
    ['samples before their format', dataBeforeFormat(), 'audio-corrupt'],
    ['17 bits in two bytes', patched(34, 17), 'audio-corrupt'],
    ['blocks of no bytes', patched(32, 0), 'audio-corrupt'],
    ['a chunk that does not end', patched(16, 0xf0), 'audio-truncated'],
  ])('refuses %s, and reads the next file', async (_, file, code) => {
    expect(await refusal(decodeAudio(file))).toBe(code)
    expect((await decodeAudio(writeWav(stereo))).channels).toEqual(stereo.map(asFloats))
  })

  it('refuses every file cut short before its last byte', async () => {
    const file = writeWav(stereo, { extensible: true, chunks: { LIST: 10 } })
    for (let length = 4; length < file.length; length++) {
      expect(await refusal(decodeAudio(file.subarray(0, length))), `${length} bytes`).toBe(
        'audio-truncated',
      )
    }
  })
})

/** A mono 16-bit file whose two bytes at `offset` say `value`. */
function patched(offset: number, value: number): Uint8Array {
  const file = writeWav(chirp(8000, 0.02, 1))
  new DataView(file.buffer).setUint16(offset, value, true)
  return file
}

function rf64WithSize(size: number): Uint8Array {
  const file = writeWav(stereo, { container: 'RF64' })
  new DataView(file.buffer).setBigUint64(28, BigInt(size), true)
  return file
}

function dataBeforeFormat(): Uint8Array {
  const file = writeWav(chirp(8000, 0.02, 1))
  file.set(new TextEncoder().encode('junk'), 12)
  return file
}
