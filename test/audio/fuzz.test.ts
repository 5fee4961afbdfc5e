import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { decodeAudio } from '../../src/audio/index.ts'
import { UndertoneError } from '../../src/error.ts'
import { chirp } from './chirp.ts'
import { fixture } from './fixtures.ts'
import { fixOggChecksums, mutate, random } from './mutate.ts'
import { writeWav } from './wav-writer.ts'

const ROUNDS = Number(process.env.FUZZ_ROUNDS ?? 120)
const SEED = Number(process.env.FUZZ_SEED ?? 1)

const wav = (options: Parameters<typeof writeWav>[1]) => writeWav(chirp(8000, 0.05, 2), options)
const FILES: Record<string, () => Uint8Array> = {
  'WAV s16': () => wav({}),
  'WAV f32, extensible': () => wav({ format: 'f32', extensible: true }),
  'WAV RF64': () => wav({ container: 'RF64', format: 's24', chunks: { LIST: 9 } }),
  FLAC: () => fixture('mono-24.flac').bytes,
  'Ogg FLAC': () => fixture('stereo-flac.oga').bytes,
  MP3: () => fixture('stereo.mp3').bytes,
  'MP3 without notes': () => fixture('no-xing.mp3').bytes,
  MP2: () => fixture('stereo.mp2').bytes,
  Vorbis: () => fixture('mono-16k.ogg').bytes,
  Opus: () => fixture('mono.opus').bytes,
  'Opus 5.1': () => fixture('surround.opus').bytes,
}

// The decoders log what they report.
beforeAll(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  // What is taken for a platform's format must not start a process for each round.
  vi.stubEnv('PATH', '')
})
afterAll(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

/** Audio, or one error of ours; never anything else. */
async function audioOrRefusal(bytes: Uint8Array, name: string): Promise<string> {
  try {
    const { channels, sampleRate } = await decodeAudio(bytes)
    const length = channels[0]?.length as number
    expect(length, name).toBeGreaterThan(0)
    expect(sampleRate, name).toBeGreaterThanOrEqual(4000)
    for (const channel of channels) expect(channel.length, name).toBe(length)
    return 'audio'
  } catch (error) {
    if (error instanceof UndertoneError) return error.code
    throw new Error(`${name}: ${error}`, { cause: error })
  }
}

describe.each(Object.keys(FILES))('%s', (kind) => {
  it('damaged at random gives audio or a refusal', { timeout: 120_000 }, async () => {
    const whole = FILES[kind]?.() as Uint8Array
    const outcomes = new Map<string, number>()
    const before = process.memoryUsage.rss()
    for (let round = 0; round < ROUNDS; round++) {
      const seed = SEED * 1_000_003 + round
      const damaged = mutate(whole, random(seed))
      const started = performance.now()
      const outcome = await audioOrRefusal(damaged, `${kind}, seed ${seed}`)
      expect(performance.now() - started, `${kind}, seed ${seed}`).toBeLessThan(5000)
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
      if (whole[0] === 0x4f) {
        fixOggChecksums(damaged)
        await audioOrRefusal(damaged, `${kind}, seed ${seed}, checksums right`)
      }
    }
    expect(outcomes.size).toBeGreaterThan(1)
    expect((process.memoryUsage.rss() - before) / 2 ** 20).toBeLessThan(800)
    expect(await audioOrRefusal(whole, kind)).toBe('audio')
  })

  it('cut at any place gives audio or a refusal', { timeout: 120_000 }, async () => {
    const whole = FILES[kind]?.() as Uint8Array
    const step = Math.ceil(whole.length / ROUNDS)
    for (let length = 0; length < whole.length; length += length < 64 ? 1 : step) {
      await audioOrRefusal(whole.subarray(0, length), `${kind}, ${length} bytes`)
    }
  })
})
