import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeAudio, toMono } from '../../src/audio/index.ts'
import { listen as listenTo } from '../../src/cli/listen.ts'
import { liveLine } from '../../src/cli/live-line.ts'
import { pcmReader } from '../../src/cli/pcm-input.ts'
import { createRecognizer, type EmotionHeard } from '../../src/index.ts'
import { type WavOptions, writeWav } from '../audio/wav-writer.ts'
import { sample, sileroFile, testAssets, tinyModel } from '../fixtures/assets.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const clip = sample('1003_TSI_HAP_then_SAD.wav')
let folder: string
let expected: object[]

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'undertone-listen-'))
  const recognizer = await createRecognizer({ assets: testAssets(), model: 'tiny' })
  expected = [{ type: 'start', model: 'tiny', engine: 'lite' }]
  const stream = recognizer.stream({
    onEmotion: (event) => expected.push({ type: 'emotion', ...event }),
    onSpeech: (event) => expected.push({ type: 'speech', ...event }),
  })
  await stream.push(toMono((await decodeAudio(clip)).channels))
  await stream.end()
  await recognizer.dispose()
})
afterAll(() => rmSync(folder, { recursive: true }))

interface Run {
  args?: string[]
  /** What is piped in; none where there is nothing to read. */
  input?: Uint8Array | undefined
  /** Folders of programs. */
  path?: string
  /** Ends it once it has said this. */
  until?: RegExp
  /** How it is ended then: by a signal, or by reading its answers no more. */
  by?: NodeJS.Signals | 'no reader'
}

function listen({ args = ['--json'], input, path = '', until, by = 'SIGINT' }: Run) {
  const command = ['dist/cli.js', 'listen', '--model', tinyModel, ...args]
  const child = spawn(process.execPath, command, {
    cwd: root,
    env: { ...process.env, PATH: path },
    stdio: [input ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  })
  child.stdin?.on('error', () => {})
  child.stdin?.end(input)
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.on('data', (chunk) => {
      said[name] += chunk
      if (!until?.test(said[name])) return
      if (by === 'no reader') child.stdout?.destroy()
      else child.kill(by)
    })
  }
  return new Promise<{ status: number | null; stdout: string; stderr: string }>((resolve) => {
    child.on('close', (status) => resolve({ status, ...said }))
  })
}

const objects = (stdout: string) =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

/** A program in a folder of its own. */
function program(name: string, script: string): string {
  const bin = mkdtempSync(join(folder, 'bin-'))
  writeFileSync(join(bin, name), `#!${process.execPath}\n${script}`)
  chmodSync(join(bin, name), 0o755)
  return bin
}

/** Ends it as soon as it has said which model there is. */
function endedAtOnce(input: Readable | undefined): Promise<number> {
  const ended = new AbortController()
  return listenTo(
    { json: true, model: tinyModel, engine: 'auto', rate: 16000, silero: undefined },
    input,
    {
      answer: () => ended.abort(),
      note() {},
      redraw: undefined,
      screen: { columns: 80, color: false },
    },
    ended.signal,
  )
}

describe('what is piped in', () => {
  test('is let go when it is ended before any sound came', async () => {
    const silent = new Readable({ read() {} })
    expect(await endedAtOnce(silent)).toBe(0)
    expect(silent.destroyed).toBe(true)
  })

  test("is told from noise by Silero's network, where that is given", async () => {
    const args = ['--json', '--silero', sileroFile.pathname]
    const { status, stdout } = await listen({ input: clip, args })
    expect(status).toBe(0)
    const speech = objects(stdout).filter(({ type }) => type === 'speech')
    expect(speech[0]).toMatchObject({ speech: true })
    // Another detector, other times.
    const own = expected.filter((event) => 'speech' in event)
    expect(speech).not.toEqual(JSON.parse(JSON.stringify(own)))
    const missing = await listen({ input: clip, args: ['--silero', 'none.onnx'] })
    expect(missing.status).toBe(1)
    expect(missing.stderr).toMatch(/none\.onnx.*@ricky0123\/vad-web.*\(asset-missing\)/)
  })

  test('as WAV, is told event by event as by a stream', async () => {
    const { status, stdout, stderr } = await listen({ input: clip })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(objects(stdout)).toEqual(JSON.parse(JSON.stringify(expected)))
    expect(expected.length).toBeGreaterThan(5)
  })

  test('as raw PCM at some rate, too', async () => {
    const samples = toMono((await decodeAudio(clip)).channels)
    const bytes = new Uint8Array(Int16Array.from(samples, (x) => Math.round(x * 32768)).buffer)
    const same = await listen({ input: bytes })
    expect(objects(same.stdout)).toEqual(JSON.parse(JSON.stringify(expected)))
    const slower = await listen({ input: bytes, args: ['--json', '--rate', '8000'] })
    expect(objects(slower.stdout).at(-1).end ?? objects(slower.stdout).at(-1).time).toBeGreaterThan(
      10,
    )
  })

  test('is told in a line a window, for people', async () => {
    const { status, stdout, stderr } = await listen({ input: clip, args: [] })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    const lines = stdout.trimEnd().split('\n')
    expect(lines.length).toBe(expected.filter((event) => 'end' in event).length)
    for (const line of lines) expect(line).toMatch(/^ +\d+\.\d s {2}(no speech|\w+ +\d+ %)/)
  })

  test.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(0), 'audio-empty'],
    ['a WAV of another codec', writeWav([[1, 2, 3]], { format: 'mulaw' }), 'audio-unsupported'],
    [
      'a rate that is too high',
      writeWav([[1, 2, 3]], { sampleRate: 1e6 }),
      'sample-rate-unsupported',
    ],
    ['NaN', writeWav([[Number.NaN, 0]], { format: 'f32' }), 'audio-not-finite'],
  ])('%s fails, and says why', async (_, input, code) => {
    const { status, stdout, stderr } = await listen({ input })
    expect(status).toBe(1)
    expect(objects(stdout).at(-1)).toMatchObject({ error: { code } })
    expect(stderr).toContain(`(${code})`)
  })
})

describe('the microphone', () => {
  const wav = JSON.stringify(Buffer.from(clip.subarray(44)).toString('base64'))
  const plays = `process.stdout.write(Buffer.from(${wav}, 'base64'))`

  test.each(['arecord', 'rec', 'sox', 'ffmpeg'])(
    'is recorded by %s, where it is there',
    async (name) => {
      const { status, stdout } = await listen({ path: program(name, plays) })
      expect(status).toBe(0)
      expect(objects(stdout)).toEqual(JSON.parse(JSON.stringify(expected)))
    },
  )

  test.each(['SIGINT', 'SIGTERM', 'no reader'] as const)(
    'is given back when it is ended by %s: the program is over too',
    async (by) => {
      const mark = join(folder, `ended by ${by}`)
      const script = `
      process.on('SIGTERM', () => {
        require('node:fs').writeFileSync(${JSON.stringify(mark)}, 'yes')
        process.exit(0)
      })
      setInterval(() => process.stdout.write(Buffer.alloc(3200, 7)), 20)`
      const path = program('arecord', script)
      const run = await listen({ path, args: [], until: /no speech/, by })
      expect(run.status).toBe(0)
      expect(run.stderr).toBe('Listening by arecord. Ctrl-C ends it.\n')
      await expect.poll(() => existsSync(mark)).toBe(true)
    },
  )

  test('is given back when it is ended while the program starts', async () => {
    const path = process.env.PATH
    process.env.PATH = program('arecord', 'setInterval(() => {}, 20)')
    try {
      expect(await endedAtOnce(undefined)).toBe(0)
    } finally {
      process.env.PATH = path
    }
  })

  test('that cannot be recorded is told with what the program says', async () => {
    for (const [said, code] of [
      ['no soundcards found...', 'microphone-missing'],
      ['audio open error: Device or resource busy', 'microphone-busy'],
    ] as const) {
      const path = program('arecord', `console.error("ALSA lib\\n${said}"); process.exit(1)`)
      const { status, stderr } = await listen({ path })
      expect(status).toBe(1)
      expect(stderr).toMatch(`arecord could not record: ${said.replace(/\.$/, '')}. `)
      expect(stderr).toMatch(`(${code})`)
    }
  })

  test('without a program to record it, says what to install', async () => {
    const { status, stderr } = await listen({ path: folder })
    expect(status).toBe(1)
    expect(stderr).toMatch(/arecord, rec, sox, ffmpeg.*Install.*\(microphone-unsupported\)/)
  })
})

test.each([[['--rate', '1']], [['--rate', 'fast']], [['clip.wav']], [['--loud']]])(
  'usage: %j',
  async (args) => {
    const { status, stdout, stderr } = await listen({ args, input: clip })
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain('Usage: undertone listen')
  },
)

describe('a stream of bytes', () => {
  const left = [0, 1000, -2000, 32767, -32768, 5]
  const right = [7, 1000, 2000, -32768, 32767, 6]
  const scaled = (values: number[], by: number) => values.map((value) => value * by)
  test.each<[string, Uint8Array, number]>([
    ['16 bits', writeWav([left, right]), 2 ** -15],
    ['24 bits', writeWav([left, right], { format: 's24' } as WavOptions), 2 ** -23],
    ['32 bits', writeWav([left, right], { format: 's32' } as WavOptions), 2 ** -31],
    ['floats', writeWav([scaled(left, 1e-5), scaled(right, 1e-5)], { format: 'f32' }), 1e-5],
    ['an extensible header', writeWav([left, right], { extensible: true }), 2 ** -15],
  ])('of %s gives the mean of its channels, however it is cut', (_, wav, scale) => {
    for (const size of [1, 3, 7, 1000]) {
      const reader = pcmReader({ sampleRate: 1 })
      const samples: number[] = []
      for (let at = 0; at < wav.length; at += size) {
        samples.push(...reader.push(wav.slice(at, at + size)))
      }
      expect(reader.sampleRate).toBe(16000)
      expect(samples).toHaveLength(left.length)
      for (const [n, value] of samples.entries()) {
        const mean = ((left[n] as number) + (right[n] as number)) / 2
        expect(value).toBeCloseTo(mean * scale, 7)
      }
    }
  })

  test.each([
    ['mp3', 'ID3\x04\0\0\0\0\0\x2a\0\0'],
    ['flac', 'fLaC\0\0\0\x22\x10\0\x10\0'],
    ['ogg', 'OggS\0\x02\0\0\0\0\0\0'],
    ['m4a', '\0\0\0\x20ftypM4A '],
  ])('that is %s is not taken for samples', (format, start) => {
    const reader = pcmReader({ sampleRate: 16000 })
    const bytes = Uint8Array.from(start, (letter) => letter.charCodeAt(0))
    expect(() => reader.push(bytes)).toThrow(`What is piped in is ${format}, not WAV or raw PCM`)
  })

  test('that claims a header without end is refused', () => {
    const reader = pcmReader({ sampleRate: 16000 })
    const wav = writeWav([left]).slice(0, 36)
    const chunk = new Uint8Array(8 + 4)
    chunk.set(new TextEncoder().encode('LIST'))
    chunk[7] = 0x7f
    reader.push(wav)
    expect(() => reader.push(chunk)).toThrow(expect.objectContaining({ code: 'audio-corrupt' }))
  })
})

test('the live line tells time, level, emotion and the others, as far as there is room', () => {
  const event: EmotionHeard = {
    start: 0,
    end: 3,
    emotion: 'happy',
    confidence: 0.6,
    scores: { neutral: 0.4, happy: 0.6 },
    window: { start: 0, end: 3, emotion: 'happy', confidence: 0.6, scores: {} },
    skipped: 0,
  }
  const screen = { columns: 80, color: false }
  expect(liveLine(event, 0.1, screen)).toBe(
    '    3.0 s  ███████···  happy    60 %  neutral ▄  happy ▅',
  )
  expect(liveLine(event, 0, { ...screen, columns: 40 })).toBe(
    '    3.0 s  ··········  happy    60 %',
  )
  const nothing = { emotion: null, confidence: null, scores: null, window: null }
  expect(liveLine({ ...event, ...nothing }, undefined, screen)).toBe('    3.0 s  no speech')
  expect(liveLine(undefined, 1, screen)).toBe('           ██████████')
})
