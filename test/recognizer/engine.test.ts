import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { decodeAudio, toMono } from '../../src/audio/index.ts'
import { createRecognizer, type EngineOptions } from '../../src/index.ts'
import { engineTolerance, sample } from '../fixtures/assets.ts'

const models = readdirSync(new URL('../../models/', import.meta.url))
const clip = sample('1003_TSI_HAP_then_SAD.wav')

describe.each(models)('%s', (model) => {
  test.each<[EngineOptions['engine'], string]>([
    [undefined, 'lite'],
    ['auto', 'lite'],
    ['lite', 'lite'],
    ['ort', 'ort'],
  ])('engine: %s is %s, and gives what onnxruntime-web gives', async (engine, name) => {
    const recognizer = await createRecognizer({ model, engine })
    const reference = await createRecognizer({ model, engine: 'ort' })
    expect(recognizer.engine).toBe(name)
    const { timeline, emotion } = await recognizer.recognize(clip)
    const expected = await reference.recognize(clip)
    expect(emotion).toBe(expected.emotion)
    expect(timeline.length).toBeGreaterThan(5)
    timeline.forEach(({ scores, emotion }, n) => {
      expect(emotion).toBe(expected.timeline[n]?.emotion)
      for (const [label, score] of Object.entries(expected.timeline[n]?.scores ?? {})) {
        expect(Math.abs((scores[label] ?? Number.NaN) - score)).toBeLessThan(engineTolerance(model))
      }
    })
    await recognizer.dispose()
    await reference.dispose()
  })

  test('a stream has the timeline of the file by lite, bit for bit', async () => {
    const recognizer = await createRecognizer({ model, engine: 'lite' })
    const samples = toMono((await decodeAudio(clip)).channels)
    const windows: unknown[] = []
    const stream = recognizer.stream({
      voiceActivity: false,
      onEmotion: ({ window }) => windows.push(window),
    })
    for (let at = 0; at < samples.length; at += 1000)
      await stream.push(samples.subarray(at, at + 1000))
    await stream.end()
    const { timeline } = await recognizer.recognize(samples, { sampleRate: 16000 })
    expect(windows).toEqual(timeline)
    await recognizer.dispose()
  })
})
