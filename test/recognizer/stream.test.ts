import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeAudio, toMono } from '../../src/audio/index.ts'
import { resample } from '../../src/frontend/index.ts'
import {
  createRecognizer,
  type EmotionEvent,
  type EmotionHeard,
  type LevelEvent,
  type Recognizer,
  type StreamOptions,
} from '../../src/index.ts'
import { distFile, sample, testAssets, tinyFile } from '../fixtures/assets.ts'

const rate = 16000
let speech: Float32Array
const recognizers: Record<string, Recognizer> = {}
const released = JSON.parse(readFileSync(distFile('models/index.json'), 'utf8')) as string[]

beforeAll(async () => {
  speech = toMono((await decodeAudio(sample('1003_TSI_HAP_then_SAD.wav'))).channels)
  recognizers.tiny = await createRecognizer({ assets: testAssets(), model: 'tiny' })
  for (const model of released) recognizers[model] = await createRecognizer({ model })
})
afterAll(async () => {
  for (const recognizer of Object.values(recognizers)) await recognizer.dispose()
})
const tiny = () => recognizers.tiny as Recognizer

/** What a stream says of samples in chunks of some length: every window, also without speech. */
async function hear(
  recognizer: Recognizer,
  samples: Float32Array,
  chunk: number,
  options: StreamOptions = {},
) {
  const emotions: EmotionHeard[] = []
  const levels: LevelEvent[] = []
  const stream = recognizer.stream({
    voiceActivity: false,
    onEmotion: (event) => emotions.push(event as EmotionHeard),
    onLevel: (event) => levels.push(event),
    ...options,
  })
  for (let at = 0; at < samples.length; at += chunk) {
    await stream.push(samples.subarray(at, at + chunk))
  }
  await stream.end()
  return { emotions, levels }
}

describe.each(['tiny', ...released])('the model %s', (model) => {
  test.each([
    ['a clip of several windows', 16000, 0, 5],
    ['a clip shorter than a window', 16000, 0, 0.7],
    ['a clip of one sample', 16000, 0, 1 / 16000],
    ['at 44.1 kHz', 44100, 0.3, 5],
    ['at 48 kHz', 48000, 0, 5],
    ['at 8 kHz', 8000, 0, 4.01],
  ])(
    'in quanta of 128 gives the timeline of the file, bit for bit: %s',
    async (_, sampleRate, from, to) => {
      const recognizer = recognizers[model] as Recognizer
      const all = await resample(speech, rate, sampleRate)
      const samples = all.slice(Math.round(from * sampleRate), Math.round(to * sampleRate))
      const { timeline } = await recognizer.recognize(loud(samples), { sampleRate })
      const { emotions } = await hear(recognizer, loud(samples), 128, { sampleRate })
      expect(emotions.map(({ window }) => window)).toEqual(timeline)
      expect(emotions.map(({ start, end }) => ({ start, end }))).toEqual(
        timeline.map(({ start, end }) => ({ start, end })),
      )
    },
  )
})

/** What begins with silence is heard too: files refuse what is silent alone. */
const loud = (samples: Float32Array) => {
  const copy = samples.slice()
  copy[0] = 0.01
  return copy
}

test.each([1, 127, 16000, 1e6])('chunks of %d samples make no difference', async (chunk) => {
  const samples = speech.subarray(0, chunk === 1 ? 2 * rate : undefined)
  const { emotions, levels } = await hear(tiny(), samples, chunk)
  const expected = await hear(tiny(), samples, 128)
  expect(emotions).toEqual(expected.emotions)
  expect(levels).toEqual(expected.levels)
})

test('scores are averaged over the windows, and without smoothing are the window’s', async () => {
  const { emotions } = await hear(tiny(), speech, 128)
  expect(emotions.length).toBeGreaterThan(5)
  const keep = Math.exp(-(31 * 256) / rate)
  for (const [n, { emotion, confidence, scores, window }] of emotions.entries()) {
    expect(confidence).toBe(scores[emotion])
    expect(Object.values(scores).reduce((sum, score) => sum + score)).toBeCloseTo(1, 5)
    const before = emotions[n - 1]?.scores ?? window.scores
    for (const [label, score] of Object.entries(window.scores)) {
      const expected = score + keep * ((before[label] as number) - score)
      expect(scores[label]).toBeCloseTo(expected, 6)
    }
  }
  const plain = await hear(tiny(), speech, 128, { smoothing: 0, hysteresis: 0 })
  for (const { emotion, scores, window } of plain.emotions) {
    expect(scores).toEqual(window.scores)
    expect(emotion).toBe(window.emotion)
  }
})

test('hop sets how often windows are scored', async () => {
  const { emotions } = await hear(tiny(), speech, 128, { hop: 0.16 })
  const starts = emotions.map(({ start }) => start)
  expect(starts.slice(0, 3)).toEqual([0, 0.16, 0.32])
})

test('tells how loud it is, every 50 ms', async () => {
  const tone = Float32Array.from({ length: 48000 }, (_, n) => 0.5 * Math.sin(n / 10))
  const { levels } = await hear(tiny(), tone, 128, { sampleRate: 48000 })
  expect(levels).toHaveLength(20)
  for (const [n, { time, rms, peak }] of levels.entries()) {
    expect(time).toBeCloseTo((n + 1) / 20, 10)
    expect(rms).toBeCloseTo(0.5 / Math.SQRT2, 2)
    expect(peak).toBeCloseTo(0.5, 3)
  }
})

test('the caller may write over what was pushed', async () => {
  const expected = await hear(tiny(), speech, 128)
  const emotions: EmotionEvent[] = []
  const stream = tiny().stream({ voiceActivity: false, onEmotion: (event) => emotions.push(event) })
  const buffer = new Float32Array(128)
  const pushes: Promise<void>[] = []
  for (let at = 0; at < speech.length; at += 128) {
    const part = speech.subarray(at, at + 128)
    buffer.set(part)
    pushes.push(stream.push(buffer.subarray(0, part.length)))
  }
  await Promise.all([...pushes, stream.end()])
  expect(emotions).toEqual(expected.emotions)
})

test('several streams and a file at once do not disturb each other', async () => {
  const alone = await hear(tiny(), speech, 100)
  const file = await tiny().recognize(speech, { sampleRate: rate })
  const [a, b, c] = await Promise.all([
    hear(tiny(), speech, 100),
    hear(tiny(), speech, 333),
    tiny().recognize(speech, { sampleRate: rate }),
  ])
  expect(a.emotions).toEqual(alone.emotions)
  expect(b.emotions).toEqual(alone.emotions)
  expect(c.timeline).toEqual(file.timeline)
})

describe('what comes faster than it can be scored', () => {
  test('waits: the promise of a push is that of its windows', async () => {
    const ends: number[] = []
    const stream = tiny().stream({ voiceActivity: false, onEmotion: ({ end }) => ends.push(end) })
    await stream.push(speech.subarray(0, 3 * rate))
    const { timeline } = await tiny().recognize(speech.subarray(0, 3 * rate), { sampleRate: rate })
    expect(ends).toEqual(timeline.map(({ end }) => end))
    await stream.end()
    expect(ends).toEqual(timeline.map(({ end }) => end))
  })

  test('is refused once ten minutes wait', async () => {
    const stream = tiny().stream({ sampleRate: 8000 })
    const minute = new Float32Array(60 * 8000)
    const pushes = Array.from({ length: 12 }, () => stream.push(minute))
    await expect(pushes.at(-1)).rejects.toMatchObject({ code: 'stream-overrun' })
    await Promise.all(pushes.slice(0, 10))
    await stream.push(minute)
    await stream.end()
  }, 240_000)

  test('is left out where the source cannot wait, and the next event says how much', async () => {
    const emotions: EmotionEvent[] = []
    const stream = tiny().stream({
      overload: 'skip',
      voiceActivity: false,
      onEmotion: (event) => emotions.push(event),
    })
    const pushes: Promise<void>[] = []
    for (let at = 0; at < speech.length; at += 128)
      pushes.push(stream.push(speech.subarray(at, at + 128)))
    await Promise.all([...pushes, stream.end()])
    const { timeline } = await tiny().recognize(speech, { sampleRate: rate })
    const seen = emotions.map(({ window }) => window)
    expect(emotions.length).toBeLessThan(timeline.length)
    expect(emotions.reduce((sum, { skipped }) => sum + 1 + skipped, 0)).toBe(timeline.length)
    for (const window of seen) expect(timeline).toContainEqual(window)
    expect(seen.at(-1)).toEqual(timeline.at(-1))
  })

  test('no window is left out where it is pushed in time', async () => {
    const { emotions } = await hear(tiny(), speech, 128, { overload: 'skip' })
    expect(emotions.map(({ skipped }) => skipped)).toEqual(emotions.map(() => 0))
  })
})

describe('refuses', () => {
  test.each([
    [{ sampleRate: 1 }, 'sample-rate-unsupported'],
    [{ sampleRate: 22050.5 }, 'sample-rate-unsupported'],
    [{ hop: 0 }, 'settings-invalid'],
    [{ hop: Number.NaN }, 'settings-invalid'],
    [{ smoothing: -1 }, 'settings-invalid'],
    [{ hysteresis: 2 }, 'settings-invalid'],
    [{ overload: 'drop' }, 'settings-invalid'],
    [{ voiceActivity: 'silero' }, 'settings-invalid'],
    [{ signal: AbortSignal.abort() }, 'aborted'],
  ])('%j', (options, code) => {
    expect(() => tiny().stream(options as StreamOptions)).toThrow(
      expect.objectContaining({ name: 'UndertoneError', code }),
    )
  })

  test.each([
    [[0.1], 'input-invalid'],
    [undefined, 'input-invalid'],
    [Float32Array.of(0, Number.NaN), 'audio-not-finite'],
    [Float32Array.of(1e30), 'audio-not-finite'],
  ])('to be fed %j, and goes on', async (samples, code) => {
    const emotions: EmotionEvent[] = []
    const stream = tiny().stream({
      voiceActivity: false,
      onEmotion: (event) => emotions.push(event),
    })
    await stream.push(speech.subarray(0, rate))
    await expect(stream.push(samples as Float32Array)).rejects.toMatchObject({ code })
    await stream.push(speech.subarray(rate))
    await stream.end()
    const expected = await hear(tiny(), speech, rate)
    expect(emotions).toEqual(expected.emotions)
  })

  test('a model that prepares whole clips, and says why', async () => {
    const manifest = JSON.parse(readFileSync(tinyFile('manifest.json'), 'utf8'))
    manifest.preparation = [{ kind: 'peak-normalization' }, { kind: 'trimming', topDb: 30 }]
    const text = new TextEncoder().encode(JSON.stringify(manifest))
    const assets = testAssets({ 'models/tiny/manifest.json': text })
    const recognizer = await createRecognizer({ assets, model: 'tiny' })
    expect(() => recognizer.stream()).toThrow(
      expect.objectContaining({
        code: 'stream-unsupported',
        message: expect.stringMatching(/peak-normalization and trimming.*whole clip.*recognize/),
      }),
    )
    await recognizer.dispose()
  })
})

describe('ends', () => {
  test('without a window where nothing was pushed, and for good', async () => {
    const { emotions } = await hear(tiny(), new Float32Array(0), 128)
    expect(emotions).toEqual([])
    const stream = tiny().stream()
    await stream.push(speech)
    await Promise.all([stream.end(), stream.end()])
    await expect(stream.push(speech)).rejects.toMatchObject({ code: 'stream-ended' })
  })

  test('when it is aborted, at once and without another event', async () => {
    const controller = new AbortController()
    const emotions: EmotionEvent[] = []
    const stream = tiny().stream({
      signal: controller.signal,
      onEmotion(event) {
        emotions.push(event)
        controller.abort()
      },
    })
    await expect(stream.push(speech)).rejects.toMatchObject({ code: 'aborted' })
    await expect(stream.push(speech)).rejects.toMatchObject({ code: 'aborted' })
    await expect(stream.end()).rejects.toMatchObject({ code: 'aborted' })
    await tiny().recognize(speech, { sampleRate: rate })
    expect(emotions).toHaveLength(1)
  })

  test('when its recognizer is disposed of', async () => {
    const recognizer = await createRecognizer({ assets: testAssets(), model: 'tiny' })
    let events = 0
    const stream = recognizer.stream({
      onEmotion() {
        events += 1
        void recognizer.dispose()
      },
    })
    await expect(stream.push(speech)).rejects.toMatchObject({ code: 'disposed' })
    await expect(stream.end()).rejects.toMatchObject({ code: 'disposed' })
    expect(() => recognizer.stream()).toThrow(expect.objectContaining({ code: 'disposed' }))
    expect(events).toBe(1)
  })
})

test('a listener that fails is told by the platform, and the stream goes on', async () => {
  const reported: unknown[] = []
  const before = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', (error) => reported.push(error))
  let events = 0
  const { levels } = await hear(tiny(), speech, 128, {
    onEmotion() {
      events += 1
      throw new Error('mine')
    },
  })
  await new Promise((resolve) => setImmediate(resolve))
  process.removeAllListeners('uncaughtException')
  for (const listener of before) process.on('uncaughtException', listener)
  expect(events).toBeGreaterThan(5)
  expect(levels.length).toBeGreaterThan(5)
  expect(reported).toEqual(Array.from({ length: events }, () => new Error('mine')))
})
