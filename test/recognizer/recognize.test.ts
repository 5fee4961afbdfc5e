import { readFileSync } from 'node:fs'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeAudio, toMono } from '../../src/audio/index.ts'
import {
  FrontEnd,
  loadModule,
  type Preparation,
  prepare,
  resample,
} from '../../src/frontend/index.ts'
import { createRecognizer, loadModel, type Recognizer } from '../../src/index.ts'
import { writeWav } from '../audio/wav-writer.ts'
import { sample, testAssets, tinyFile } from '../fixtures/assets.ts'

const file = sample('1003_TSI_HAP_then_SAD.wav')
const rate = 16000
let samples: Float32Array
let recognizer: Recognizer

beforeAll(async () => {
  samples = toMono((await decodeAudio(file)).channels)
  recognizer = await createRecognizer({ assets: testAssets(), model: 'tiny' })
})
afterAll(() => recognizer.dispose())

const sum = (scores: Record<string, number>) => Object.values(scores).reduce((a, b) => a + b)

/** Speech of some length, made of a sample again and again. */
function speech(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => samples[i % samples.length] as number)
}

test('tells what the model is', () => {
  expect(recognizer.labels).toEqual(['neutral', 'happy', 'sad', 'angry'])
  expect(recognizer.manifest.licence.name).toBe('MIT')
})

test('answers with a score for every label', async () => {
  const answer = await recognizer.recognize(file)
  expect(answer.duration).toBe(samples.length / rate)
  expect(Object.keys(answer.scores)).toEqual(recognizer.labels)
  expect(sum(answer.scores)).toBeCloseTo(1, 5)
  expect(answer.confidence).toBe(Math.max(...Object.values(answer.scores)))
  expect(answer.scores[answer.emotion]).toBe(answer.confidence)
  for (const milliseconds of Object.values(answer.timings)) {
    expect(milliseconds).toBeGreaterThanOrEqual(0)
  }
})

describe('gives the same answer for the same clip', () => {
  const inputs: [string, () => Parameters<Recognizer['recognize']>][] = [
    ['an ArrayBuffer', () => [file.slice().buffer]],
    ['a Uint8Array inside a larger buffer', () => [inside(file)]],
    ['a Blob', () => [new Blob([file])]],
    ['samples', () => [samples, { sampleRate: rate }]],
    ['an AudioBuffer', () => [audioBuffer([samples])]],
    ['both channels of it', () => [audioBuffer([samples, samples])]],
    ["another realm's ArrayBuffer", () => [foreign('Uint8Array', file).buffer]],
    ["another realm's Uint8Array", () => [foreign('Uint8Array', file)]],
    ["another realm's samples", () => [foreign('Float32Array', samples), { sampleRate: rate }]],
    ["another realm's AudioBuffer", () => [audioBuffer([foreign('Float32Array', samples)])]],
  ]
  test.each(inputs)('as %s', async (_, input) => {
    const { timings, ...answer } = await recognizer.recognize(...input())
    const { timings: _ignored, ...expected } = await recognizer.recognize(file)
    expect(answer).toEqual(expected)
  })

  function inside(bytes: Uint8Array): Uint8Array {
    const larger = new Uint8Array(bytes.length + 20)
    larger.set(bytes, 7)
    return larger.subarray(7, 7 + bytes.length)
  }

  function foreign<Type extends Uint8Array | Float32Array>(name: string, content: Type): Type {
    const copy = runInNewContext(`${name}.from(content)`, { content })
    expect(copy).not.toBeInstanceOf(content.constructor)
    return copy
  }
})

function audioBuffer(channels: Float32Array[], sampleRate = rate) {
  return {
    sampleRate,
    numberOfChannels: channels.length,
    getChannelData: (channel: number) => channels[channel] as Float32Array,
  }
}

describe('prepares a clip as its model says', () => {
  async function preparing(preparation: Preparation[]) {
    const manifest = { ...JSON.parse(readFileSync(tinyFile('manifest.json'), 'utf8')), preparation }
    const bytes = new TextEncoder().encode(JSON.stringify(manifest))
    const assets = testAssets({ 'models/tiny/manifest.json': bytes })
    return createRecognizer({ assets, model: 'tiny' })
  }

  test('one step after the other', async () => {
    const steps: Preparation[] = [
      { kind: 'noise-reduction' },
      { kind: 'peak-normalization', peak: 0.5 },
    ]
    const own = await preparing(steps)
    const { timings, ...answer } = await own.recognize(file)
    const { timings: _, ...expected } = await recognizer.recognize(prepare(samples, rate, steps), {
      sampleRate: rate,
    })
    expect(answer).toEqual(expected)
    const unprepared = await recognizer.recognize(file)
    expect(answer.scores).not.toEqual(unprepared.scores)
    await own.dispose()
  })

  test('and is refused with steps that make no sense', async () => {
    await expect(preparing([{ kind: 'noise-reduction', reduction: 2 }])).rejects.toMatchObject({
      code: 'settings-invalid',
    })
  })

  test('telling times of the clip as it was', async () => {
    const own = await preparing([{ kind: 'trimming', topDb: 40 }])
    const clip = new Float32Array(8 * rate)
    clip.set(speech(2 * rate), 3 * rate)
    const { duration, timeline } = await own.recognize(clip, { sampleRate: rate })
    expect(duration).toBe(8)
    expect(timeline[0]?.start).toBeGreaterThan(2.5)
    expect(timeline[0]?.start).toBeLessThan(3.5)
    expect(timeline.at(-1)?.end).toBeGreaterThan(4.5)
    expect(timeline.at(-1)?.end).toBeLessThan(5.5)
    await own.dispose()
  })
})

test('scores each window of a long clip as the model does by itself', async () => {
  const clip = speech(60 * rate)
  const { timeline, scores } = await recognizer.recognize(clip, { sampleRate: rate })

  const { engine, manifest } = await loadModel({ assets: testAssets(), model: 'tiny' })
  const features = new FrontEnd(await loadModule(), manifest.frontEnd).compute(clip)
  const { frames, hop } = manifest.window
  const count = 1 + Math.floor((features.frames - frames) / hop)
  expect(count).toBeGreaterThan(2 * 16)
  expect(timeline).toHaveLength(count)
  const mean = new Array(manifest.labels.length).fill(0)
  for (const [index, entry] of timeline.entries()) {
    const from = index * hop * features.bins
    const window = features.data.slice(from, from + frames * features.bins)
    const alone = await engine.run(window, [1, frames, features.bins])
    for (const [label, score] of Object.values(entry.scores).entries()) {
      expect(score).toBeCloseTo(alone[label] as number, 5)
      mean[label] += score / count
    }
    expect(entry.start).toBeCloseTo((index * hop * 256) / rate, 9)
    expect(entry.scores[entry.emotion]).toBe(entry.confidence)
  }
  for (const [label, score] of Object.values(scores).entries()) {
    expect(score).toBeCloseTo(mean[label], 9)
  }
  await engine.dispose()
})

test('takes a clip shorter than a window as if silence followed it', async () => {
  const short = samples.slice(4000, 12000)
  const padded = new Float32Array(93 * 256)
  padded.set(short)
  const answer = await recognizer.recognize(short, { sampleRate: rate })
  const expected = await recognizer.recognize(padded, { sampleRate: rate })
  expect(answer.scores).toEqual(expected.scores)
  expect(answer.timeline).toHaveLength(1)
  expect(answer.timeline[0]).toMatchObject({ start: 0, end: 0.5 })
  expect(answer.duration).toBe(0.5)
})

test('answers for a single sample', async () => {
  const answer = await recognizer.recognize(new Float32Array([0.1]), { sampleRate: rate })
  expect(sum(answer.scores)).toBeCloseTo(1, 5)
})

test('answers for what can just be heard', async () => {
  const faint = new Float32Array(rate)
  faint[rate / 2] = -1.01e-4
  const { duration } = await recognizer.recognize(faint, { sampleRate: rate })
  expect(duration).toBe(1)
})

test('brings other rates to the one of the model', async () => {
  const high = await resample(samples, rate, 48000)
  const answer = await recognizer.recognize(high, { sampleRate: 48000 })
  const expected = await recognizer.recognize(samples, { sampleRate: rate })
  expect(answer.duration).toBeCloseTo(expected.duration, 6)
  for (const label of recognizer.labels) {
    expect(answer.scores[label]).toBeCloseTo(expected.scores[label] as number, 1)
  }
})

test('answers clips of changing rates as it does alone', async () => {
  const clips = [48000, 44100, 16000, 44100, 48000].map(
    async (sampleRate) => [await resample(samples, rate, sampleRate), { sampleRate }] as const,
  )
  const answers = await Promise.all(
    clips.map(async (clip) => recognizer.recognize(...(await clip))),
  )
  for (const [index, clip] of clips.entries()) {
    const alone = await createRecognizer({ assets: testAssets(), model: 'tiny' })
    expect((await alone.recognize(...(await clip))).scores).toEqual(answers[index]?.scores)
    await alone.dispose()
  }
})

test('answers overlapping calls as it does single ones', async () => {
  const clips = [1, 3, 5, 7].map((seconds) => speech(seconds * rate))
  const recognize = (clip: Float32Array) => recognizer.recognize(clip, { sampleRate: rate })
  const together = await Promise.all(clips.map(recognize))
  for (const [index, clip] of clips.entries()) {
    expect(together[index]?.timeline).toEqual((await recognize(clip)).timeline)
  }
})

test('samples that are no Float32Array are told how to become one', async () => {
  const samples = new Int16Array(rate) as unknown as Float32Array
  await expect(recognizer.recognize(samples, { sampleRate: rate })).rejects.toThrow(
    /this is Int16Array\. Whole numbers of 16 bits are to be divided by 32768/,
  )
})

describe('refuses, and answers the next call', () => {
  const samplesOf = (...values: number[]) => new Float32Array(values)
  const oneSample = audioBuffer([samplesOf(0.1)])
  const bad: [string, unknown, object, string][] = [
    ['an empty file', new Uint8Array(), {}, 'audio-empty'],
    ['no samples', samplesOf(), { sampleRate: rate }, 'audio-empty'],
    ['NaN', samplesOf(0, Number.NaN), { sampleRate: rate }, 'audio-not-finite'],
    ['infinity', samplesOf(0, -Infinity), { sampleRate: rate }, 'audio-not-finite'],
    ['digital silence', new Float32Array(rate), { sampleRate: rate }, 'audio-silent'],
    ['what is too faint', samplesOf(0, 0.99e-4, -0.99e-4), { sampleRate: rate }, 'audio-silent'],
    ['a silent file', writeWav([new Int16Array(rate).fill(-3)]), {}, 'audio-silent'],
    ['channels that cancel', audioBuffer([samplesOf(0.5), samplesOf(-0.5)]), {}, 'audio-silent'],
    ['samples without a rate', samplesOf(0.1), {}, 'input-invalid'],
    ['1 Hz', samplesOf(0.1), { sampleRate: 1 }, 'sample-rate-unsupported'],
    ['10 MHz', samplesOf(0.1), { sampleRate: 1e7 }, 'sample-rate-unsupported'],
    ['a rate that is no number', samplesOf(0.1), { sampleRate: NaN }, 'sample-rate-unsupported'],
    ['a rate for a file', sample('1001_ITS_HAP_XX.wav'), { sampleRate: rate }, 'input-invalid'],
    ['text in place of audio', new TextEncoder().encode('Hello!'), {}, 'audio-unrecognized'],
    ['a path', 'samples/1001_ITS_HAP_XX.wav', {}, 'input-invalid'],
    ['nothing', undefined, {}, 'input-invalid'],
    ['whole numbers', new Int16Array(rate).fill(99), { sampleRate: rate }, 'input-invalid'],
    ['plain numbers', [0.1, 0.2], { sampleRate: rate }, 'input-invalid'],
    ['half a file', file.subarray(0, 20000), {}, 'audio-truncated'],
    [
      'a buffer without a rate',
      { ...oneSample, sampleRate: undefined },
      {},
      'sample-rate-unsupported',
    ],
    ['a buffer of 1 Hz', audioBuffer([samplesOf(0.1)], 1), {}, 'sample-rate-unsupported'],
    ['64 channels', audioBuffer(Array(64).fill(samplesOf(0.1))), {}, 'too-many-channels'],
    ['no channel', audioBuffer([]), {}, 'audio-corrupt'],
    ['a buffer without samples', audioBuffer([samplesOf()]), {}, 'audio-empty'],
    ['a buffer with NaN', audioBuffer([samplesOf(Number.NaN)]), {}, 'audio-not-finite'],
    ['a buffer of nothing', { ...oneSample, getChannelData() {} }, {}, 'input-invalid'],
  ]
  test.each(bad)('%s', async (_, input, options, code) => {
    await expect(recognizer.recognize(input as Uint8Array, options)).rejects.toMatchObject({
      name: 'UndertoneError',
      code,
    })
    expect((await recognizer.recognize(file)).timeline.length).toBeGreaterThan(1)
  })
})

test.each([
  ['changed since it was chosen', file.length, 'file-unreadable'],
  ['too large for one piece', 3 * 2 ** 30, 'audio-too-long'],
])('refuses a file that is %s', async (_, size, code) => {
  const unreadable = Object.defineProperties(new Blob([file]), {
    size: { value: size },
    arrayBuffer: { value: () => Promise.reject(new DOMException('', 'NotReadableError')) },
  })
  await expect(recognizer.recognize(unreadable)).rejects.toMatchObject({ code })
})

describe('stops when it is aborted', () => {
  test('before it began', async () => {
    await expect(recognizer.recognize(file, { signal: AbortSignal.abort() })).rejects.toMatchObject(
      { code: 'aborted' },
    )
  })

  test('between the batches of a long clip', async () => {
    const controller = new AbortController()
    const { signal } = controller
    const running = recognizer.recognize(speech(600 * rate), { sampleRate: rate, signal })
    setTimeout(() => controller.abort())
    await expect(running).rejects.toMatchObject({ code: 'aborted' })
    expect((await recognizer.recognize(file)).emotion).toBeTypeOf('string')
  })
})

test('refuses once disposed of, also what is under way', async () => {
  const other = await createRecognizer({ assets: testAssets(), model: 'tiny' })
  const running = other.recognize(speech(600 * rate), { sampleRate: rate })
  setTimeout(() => other.dispose())
  await expect(running).rejects.toMatchObject({ code: 'disposed' })
  await expect(other.recognize(file)).rejects.toMatchObject({ code: 'disposed' })
  await other.dispose()
  expect((await recognizer.recognize(file)).emotion).toBeTypeOf('string')
})
