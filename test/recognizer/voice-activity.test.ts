import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeAudio, toMono } from '../../src/audio/index.ts'
import { loadModule, resample } from '../../src/frontend/index.ts'
import {
  createRecognizer,
  type EmotionEvent,
  type Recognizer,
  type SpeechEvent,
  type StreamOptions,
} from '../../src/index.ts'
import { VoiceActivity } from '../../src/recognizer/voice-activity.ts'
import { VOICE_BINS, VoiceFeatures } from '../../src/recognizer/voice-features.ts'
import { sample, sileroFile, testAssets, tinyFile } from '../fixtures/assets.ts'
import { noise } from '../frontend/signals.ts'

const rate = 16000
const clips = readdirSync(new URL('../../samples', import.meta.url)).filter((name) =>
  name.endsWith('.wav'),
)
const speech: Record<string, Float32Array> = {}
let recognizer: Recognizer
let wasm: WebAssembly.Module

beforeAll(async () => {
  recognizer = await createRecognizer({
    assets: testAssets(),
    model: 'tiny',
    silero: sileroFile,
  })
  wasm = await loadModule()
  for (const name of clips) {
    const { channels, sampleRate } = await decodeAudio(sample(name))
    speech[name] = await resample(toMono(channels), sampleRate, rate)
  }
})
afterAll(() => recognizer.dispose())

async function hear(samples: Float32Array, options: StreamOptions = {}, chunk = 128) {
  const emotions: EmotionEvent[] = []
  const speaking: SpeechEvent[] = []
  const order: string[] = []
  const stream = recognizer.stream({
    onEmotion(event) {
      emotions.push(event)
      order.push(`window ${event.start}`)
    },
    onSpeech(event) {
      speaking.push(event)
      order.push(`speech ${event.time}`)
    },
    ...options,
  })
  for (let at = 0; at < samples.length; at += chunk) {
    await stream.push(samples.subarray(at, at + chunk))
  }
  await stream.end()
  return { emotions, speaking, order }
}

/** Five seconds of a sound. */
const seconds5 = (sound: (time: number, n: number) => number) =>
  Float32Array.from({ length: 5 * rate }, (_, n) => sound(n / rate, n))
const hiss = noise(5 * rate)

/** Silence, a clip from 4 s on, silence. */
function inSilence(clip: Float32Array): Float32Array {
  const all = new Float32Array(4 * rate + clip.length + 5 * rate)
  all.set(clip, 4 * rate)
  return all
}

describe.each<['our own detector' | "Silero's network", true | 'silero']>([
  ['our own detector', true],
  ["Silero's network", 'silero'],
])('by %s', (_, voiceActivity) => {
  describe('no speech, and so no emotion, is heard in', () => {
    const buzz = (time: number, frequency: number) => {
      let sum = 0
      for (let k = 1; k <= 10; k++) sum += Math.sin(2 * Math.PI * k * frequency * time) / k
      return sum
    }
    const sounds: [string, () => Float32Array][] = [
      ['silence', () => new Float32Array(5 * rate)],
      ['hiss', () => hiss.map((x) => 0.3 * x)],
      ['faint hiss', () => hiss.map((x) => 0.001 * x)],
      ['hiss that swells', () => seconds5((t, n) => 0.3 * (hiss[n] as number) * Math.sin(t) ** 2)],
      ['a tone', () => seconds5((t) => 0.3 * Math.sin(2 * Math.PI * 440 * t))],
      ['the hum of mains', () => seconds5((t) => 0.1 * buzz(t, 50))],
      ['a hum at the pitch of a voice', () => seconds5((t) => 0.1 * buzz(t, 130))],
      ['beeps', () => seconds5((t) => (t % 1 < 0.2 ? 0.3 * Math.sin(2 * Math.PI * 1000 * t) : 0))],
      ['a siren', () => seconds5((t) => 0.3 * Math.sin(4000 * t + 600 * Math.sin(2 * t)))],
      ['ticks', () => seconds5((t, n) => (hiss[n] as number) * Math.exp(-200 * (t % 0.5)))],
    ]
    // Silero's takes a hum that sets in for speech.
    const told = sounds.filter(([name]) => voiceActivity === true || !name.includes('hum'))
    test.each(told)('%s', async (_, sound) => {
      const { emotions, speaking } = await hear(sound(), { voiceActivity })
      expect(emotions.length).toBeGreaterThan(4)
      for (const event of emotions) {
        expect(event).toMatchObject({ emotion: null, confidence: null, scores: null, window: null })
      }
      expect(speaking).toEqual([])
    })
  })

  describe.each(clips)('the speech of %s', (name) => {
    test.each<[string, number]>([
      ['as it is', 1],
      // Silero's hears by the level, ours does not.
      voiceActivity === true ? ['40 dB quieter', 0.01] : ['20 dB quieter', 0.1],
    ])('is heard, %s, and its windows are those of the file', async (_, gain) => {
      const samples = (speech[name] as Float32Array).map((x) => gain * x)
      const { emotions, speaking } = await hear(samples, { voiceActivity })
      const heard = emotions.filter(({ emotion }) => emotion !== null)
      expect(heard.length).toBeGreaterThan(0)
      const { timeline } = await recognizer.recognize(samples, { sampleRate: rate })
      expect(emotions).toHaveLength(timeline.length)
      for (const [n, { window }] of emotions.entries()) {
        if (window) expect(window).toEqual(timeline[n])
      }
      expect(speaking[0]?.speech).toBe(true)
      expect(speaking.at(-1)?.speech).toBe(false)
    })

    test('is heard in noise 10 dB below it', async () => {
      const clip = speech[name] as Float32Array
      const power = clip.reduce((sum, x) => sum + x * x, 0) / clip.length
      const gain = Math.sqrt((3 * power) / 10)
      const { emotions } = await hear(
        clip.map((x, n) => x + gain * (hiss[n % hiss.length] as number)),
        { voiceActivity },
      )
      expect(emotions.some(({ emotion }) => emotion !== null)).toBe(true)
    })
  })

  test('speech is told when it begins and when it has ended, silence around it is no emotion', async () => {
    const clip = speech[clips[0] as string] as Float32Array
    const end = 4 + clip.length / rate
    const { emotions, speaking } = await hear(inSilence(clip), { voiceActivity })
    expect(speaking[0]?.speech).toBe(true)
    expect(speaking[0]?.time).toBeGreaterThan(4)
    expect(speaking[0]?.time).toBeLessThan(5)
    expect(speaking.map(({ speech }) => speech)).toEqual(speaking.map((_, n) => n % 2 === 0))
    expect(speaking.at(-1)?.speech).toBe(false)
    expect(speaking.at(-1)?.time).toBeLessThan(end + 1.5)
    for (const { start, end: until, emotion } of emotions) {
      if (until <= 4 || start >= end) expect(emotion).toBeNull()
    }
    expect(emotions.some(({ emotion }) => emotion !== null)).toBe(true)
  })

  test('speech that goes on to the end of the stream ends with it', async () => {
    const clip = (speech[clips[0] as string] as Float32Array).subarray(0, 1.2 * rate)
    const { speaking } = await hear(clip, { voiceActivity })
    expect(speaking.at(-1)).toEqual({ speech: false, time: clip.length / rate })
  })

  test.each([1, 100, 4096, 1e6])('chunks of %d samples make no difference', async (chunk) => {
    const samples = inSilence(speech[clips[0] as string] as Float32Array).subarray(0, 6 * rate)
    expect(await hear(samples, { voiceActivity }, chunk)).toEqual(
      await hear(samples, { voiceActivity }),
    )
  })

  test.each([4000, 8000, 44100, 48000, 192000])(
    'at %d Hz all that is asked of is there',
    async (sampleRate) => {
      const samples = await resample(
        inSilence(speech[clips[0] as string] as Float32Array),
        rate,
        sampleRate,
      )
      const fine = await hear(samples, { sampleRate, voiceActivity }, 128)
      expect(await hear(samples, { sampleRate, voiceActivity }, 1e7)).toEqual(fine)
      expect(fine.emotions.some(({ emotion }) => emotion !== null)).toBe(true)
    },
  )

  test('averages begin anew after a window without speech', async () => {
    const clip = speech[clips[0] as string] as Float32Array
    const twice = new Float32Array(2 * 9 * rate)
    twice.set(clip, 0)
    twice.set(clip, 9 * rate)
    const { emotions } = await hear(twice, { voiceActivity })
    const gap = emotions.findLastIndex(({ emotion }) => emotion === null)
    const after = emotions.slice(0, gap).findLastIndex(({ emotion }) => emotion === null)
    expect(gap).toBeGreaterThan(0)
    expect(after).toBeGreaterThan(0)
    const first = emotions.find(({ start, emotion }) => start > 6 && emotion !== null)
    expect(first?.scores).toEqual(first?.window?.scores)
  })
})

test('features depend on the shape of a sound, not on its level', () => {
  const rows = (samples: Float32Array) => {
    const all: number[][] = []
    new VoiceFeatures(wasm, rate).push(samples, (row) => all.push([...row]))
    return all
  }
  const clip = (speech[clips[0] as string] as Float32Array).map(
    (x, n) => x + 0.01 * (hiss[n % hiss.length] as number),
  )
  const [loud, quiet] = [rows(clip), rows(clip.map((x) => 0.1 * x))]
  expect(loud.length).toBeGreaterThan(50)
  expect(loud[0]).toHaveLength(VOICE_BINS)
  for (const [n, row] of loud.entries()) {
    for (const [bin, value] of row.entries()) expect(quiet[n]?.[bin]).toBeCloseTo(value, 1)
  }
})

test('its periodicity finds the pitch of a voice and none in noise', () => {
  const periodicity = (samples: Float32Array) => {
    const all: number[] = []
    new VoiceFeatures(wasm, rate).push(samples, (row) => all.push(row[0] as number))
    return all.slice(10)
  }
  const pulses = seconds5((t) => {
    let sum = 0
    for (let k = 1; k <= 8; k++) sum += 0.1 * Math.cos(2 * Math.PI * 125 * k * t)
    return sum
  })
  expect(Math.min(...periodicity(pulses))).toBeGreaterThan(0.95)
  const mean = periodicity(hiss).reduce((sum, x) => sum + x, 0) / periodicity(hiss).length
  expect(mean).toBeLessThan(0.5)
})

test('what was asked of before is forgotten', () => {
  const activity = new VoiceActivity(wasm, rate)
  const clip = speech[clips[0] as string] as Float32Array
  activity.push(clip)
  const end = clip.length / rate
  expect(activity.hears(0, end)).toBe(true)
  expect(activity.hears(end, end + 1)).toBe(false)
  expect(activity.hears(0, end)).toBe(false)
})

describe("Silero's network", () => {
  const assets = testAssets()
  test('is to be given before it is asked for', async () => {
    const without = await createRecognizer({ assets, model: 'tiny' })
    expect(() => without.stream({ voiceActivity: 'silero' })).toThrow(
      expect.objectContaining({
        code: 'settings-invalid',
        message: expect.stringMatching(/silero/),
      }),
    )
    expect(() => without.stream({ voiceActivity: 'loud' as never })).toThrow(
      /true, false or 'silero'/,
    )
    await without.dispose()
  })

  test.each([
    ['is not there', new URL('file:///no/silero_vad_v5.onnx'), 'asset-missing'],
    ['is another network', new Uint8Array(readFileSync(tinyFile('model.onnx'))), 'model-invalid'],
    ['is no network', new Uint8Array(100), 'engine-failed'],
  ])('says so where what is given %s', async (_, silero, code) => {
    const options = { assets, model: 'tiny', silero }
    await expect(createRecognizer(options)).rejects.toMatchObject({ name: 'UndertoneError', code })
  })

  test('may be given in bytes, and hears several streams at once each by itself', async () => {
    const other = await createRecognizer({
      assets,
      model: 'tiny',
      silero: new Uint8Array(readFileSync(sileroFile)),
    })
    const clip = speech[clips[0] as string] as Float32Array
    const alone = await hear(clip, { voiceActivity: 'silero' })
    const heard: EmotionEvent[][] = [[], []]
    const streams = heard.map((events) =>
      other.stream({ voiceActivity: 'silero', onEmotion: (event) => events.push(event) }),
    )
    // One of them hears silence in between.
    await Promise.all(streams.map((stream, n) => stream.push(clip.map((x) => (n === 0 ? x : 0)))))
    await Promise.all(streams.map((stream) => stream.end()))
    await other.dispose()
    expect(heard[0]).toEqual(alone.emotions)
    expect(heard[1]?.every(({ emotion }) => emotion === null)).toBe(true)
  })
})
