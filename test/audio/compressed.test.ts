import { readFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it, vi } from 'vitest'
import { readHeader } from '../../src/audio/flac-frames.ts'
import { decodeAudio } from '../../src/audio/index.ts'
import { asFloats, chirp } from './chirp.ts'
import { fixture } from './fixtures.ts'
import { fixOggChecksums } from './mutate.ts'
import { refusal } from './refusal.ts'

function original(file: string): Float32Array[] {
  const { sampleRate, seconds, channels } = fixture(file)
  return chirp(sampleRate, seconds, channels).map(asFloats)
}

/** Signal to noise, dB, of `decoded` delayed by `lag`, away from both ends. */
function snr(reference: Float32Array, decoded: Float32Array, lag: number): number {
  let signal = 0
  let noise = 0
  for (let i = 1600; i < reference.length - 1600; i++) {
    const x = reference[i] as number
    signal += x * x
    noise += (x - (decoded[i + lag] ?? 0)) ** 2
  }
  return 10 * Math.log10(signal / noise)
}

describe('lossless files', () => {
  it.each([
    ['stereo.flac', 'flac'],
    ['mono-24.flac', 'flac'],
    ['surround.flac', 'flac'],
    ['stereo-flac.oga', 'ogg-flac'],
  ])('%s gives back every sample', async (file, format) => {
    const decoded = await decodeAudio(fixture(file).bytes)
    expect(decoded.format).toBe(format)
    expect(decoded.sampleRate).toBe(fixture(file).sampleRate)
    expect(decoded.channels).toEqual(original(file))
  })

  it('reads FLAC between ID3 tags', async () => {
    const { bytes } = fixture('stereo.flac')
    const file = new Uint8Array(20 + bytes.length + 128)
    file.set([0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 0, 10])
    file.set(bytes, 20)
    file.set(new TextEncoder().encode('TAG'), 20 + bytes.length)
    expect((await decodeAudio(file)).channels).toEqual(original('stereo.flac'))
  })

  it('gives full scale back exactly', async () => {
    const decoded = await decodeAudio(
      readFileSync(new URL('fixtures/full-scale.flac', import.meta.url)),
    )
    const square = Float32Array.from(
      { length: 1000 },
      (_, i) => (i % 20 < 10 ? -32768 : 32767) / 32768,
    )
    expect(decoded.channels).toEqual([square])
  })
})

describe('lossy files', () => {
  // How far the samples may lie behind: 0 where the file says what its encoder put before them.
  it.each([
    ['stereo.mp3', 'mp3', 0, 24],
    ['mono-16k.mp3', 'mp3', 0, 24],
    ['no-xing.mp3', 'mp3', 1105, 24],
    ['stereo.mp2', 'mp3', 481, 28],
    ['stereo.ogg', 'ogg-vorbis', 0, 28],
    ['mono-16k.ogg', 'ogg-vorbis', 0, 28],
    ['stereo.opus', 'ogg-opus', 0, 32],
    ['mono.opus', 'ogg-opus', 0, 32],
    ['surround.opus', 'ogg-opus', 0, 18],
  ])('%s is close to the original, and in its place', async (file, format, lag, least) => {
    const decoded = await decodeAudio(fixture(file).bytes)
    const reference = original(file)
    expect(decoded.format).toBe(format)
    expect(decoded.sampleRate).toBe(fixture(file).sampleRate)
    expect(decoded.channels).toHaveLength(reference.length)
    if (lag === 0) expect(decoded.channels[0]).toHaveLength(reference[0]?.length as number)
    // Opus has the centre second and the low frequencies (which lose the others) last.
    const wav = reference.length === 6 ? [0, 2, 1, 4, 5] : [0, 1].slice(0, reference.length)
    for (const [i, source] of wav.entries()) {
      const channel = reference[source] as Float32Array
      const best = snr(channel, decoded.channels[i] as Float32Array, lag)
      expect(best, `channel ${i}`).toBeGreaterThan(least)
      expect(snr(channel, decoded.channels[i] as Float32Array, lag + 1)).toBeLessThan(best)
      expect(snr(channel, decoded.channels[i] as Float32Array, lag - 1)).toBeLessThan(best)
    }
  })

  it('applies the gain of an Opus header', async () => {
    const { bytes } = fixture('mono.opus')
    const plain = await decodeAudio(bytes)
    const quiet = new Uint8Array(bytes)
    // OpusHead begins behind the first page's header and its one segment; Q7.8 dB.
    new DataView(quiet.buffer).setInt16(28 + 16, -6 * 256, true)
    fixOggChecksums(quiet)
    const decoded = await decodeAudio(quiet)
    const expected = plain.channels[0]?.map((s) => s * 10 ** (-6 / 20)) as Float32Array
    const most = decoded.channels[0]?.reduce(
      (d, s, i) => Math.max(d, Math.abs(s - (expected[i] ?? 9))),
      0,
    )
    expect(most).toBeLessThan(1e-6)
  })

  it('reads an MP3 with tags before and behind it', async () => {
    const { bytes } = fixture('stereo.mp3')
    const plain = await decodeAudio(bytes)
    const file = new Uint8Array(bytes.length + 128)
    file.set(bytes)
    file.set(new TextEncoder().encode('TAG'), bytes.length)
    expect((await decodeAudio(file)).channels).toEqual(plain.channels)
  })
})

describe('damaged files', () => {
  const OWN = ['stereo.flac', 'stereo-flac.oga', 'stereo.mp3', 'stereo.ogg', 'stereo.opus']

  it.each(OWN)('%s cut short is refused, and the next file read', async (file) => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const { bytes } = fixture(file)
    for (const part of [0.01, 0.3, 0.6, 0.95]) {
      const cut = bytes.subarray(0, Math.floor(bytes.length * part))
      expect(await refusal(decodeAudio(cut)), `${part}`).toMatch(/^audio-(truncated|corrupt)$/)
    }
    expect(await refusal(decodeAudio(bytes.subarray(0, bytes.length - 1)))).toBe('audio-truncated')
    expect((await decodeAudio(bytes)).channels[0]?.length).toBeGreaterThan(0)
    vi.restoreAllMocks()
  })

  it.each(['stereo.flac', 'stereo-flac.oga', 'stereo.ogg', 'stereo.opus'])(
    '%s with one byte changed is refused: its checksums are checked',
    async (file) => {
      const { bytes } = fixture(file)
      for (const part of [0.3, 0.5, 0.9]) {
        const changed = new Uint8Array(bytes)
        const at = Math.floor(bytes.length * part)
        changed[at] = (bytes[at] as number) ^ 0x10
        expect(await refusal(decodeAudio(changed)), `byte ${at}`).toMatch(
          /audio-(corrupt|truncated)/,
        )
      }
    },
  )

  it('an MP3 with a frame torn out of its middle is refused', async () => {
    const { bytes } = fixture('stereo.mp3')
    const torn = new Uint8Array(bytes.length - 100)
    torn.set(bytes.subarray(0, 3000))
    torn.set(bytes.subarray(3100), 3000)
    expect(await refusal(decodeAudio(torn))).toBe('audio-corrupt')
  })

  it('a FLAC without one of its frames is refused', async () => {
    const { bytes } = fixture('stereo.flac')
    const frames = [...bytes.keys()].filter((at) => readHeader(bytes, at))
    const [, second, third] = frames as [number, number, number]
    const gap = new Uint8Array(bytes.length - (third - second))
    gap.set(bytes.subarray(0, second))
    gap.set(bytes.subarray(third), second)
    expect(await refusal(decodeAudio(gap))).toBe('audio-truncated')
  })
})

it('gives memory back: a hundred files more take none', async () => {
  const { bytes } = fixture('stereo.opus')
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const held = async (times: number) => {
    for (let i = 0; i < times; i++) await decodeAudio(bytes)
    // What waits for its turn to be collected is not held; buffers go by a second turn.
    for (let i = 0; i < 2; i++) {
      collect()
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    return process.memoryUsage().external / 2 ** 20
  }
  const before = await held(20)
  expect((await held(100)) - before).toBeLessThan(5)
})
