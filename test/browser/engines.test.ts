import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeAudio, toMono } from '../../src/audio/index.ts'
import { resample } from '../../src/frontend/index.ts'
import {
  createRecognizer,
  type EmotionEvent,
  type LoadProgress,
  type Recognition,
  type Recognizer,
} from '../../src/index.ts'
import { ortRuntimeFile } from '../../src/model/ort-runtime-file.ts'
import { fixture } from '../audio/fixtures.ts'
import { hashedCases, hashInNode, script } from '../engine/hashed-cases.ts'
import { type EngineBrowser, type EnginePage, engines } from '../engines/index.ts'
import { type Site, startSite } from '../engines/site.ts'
import { sample, sileroFile } from '../fixtures/assets.ts'
import { modelWithEinsum } from '../fixtures/unknown-operator.ts'

const file = sample('1003_TSI_HAP_then_SAD.wav')
const rates = [44100, 48000]
const einsum = modelWithEinsum()
const hashed = hashedCases()
let recognizer: Recognizer
let expected: Recognition
let speech: Float32Array
/** The clip at each rate, in whole blocks: what is left when an offline context ends is not sent. */
const speechAt = new Map<number, Float32Array>()

beforeAll(async () => {
  recognizer = await createRecognizer()
  expected = await recognizer.recognize(file)
  speech = toMono((await decodeAudio(file)).channels)
  for (const rate of rates) {
    const samples = await resample(speech, 16000, rate)
    speechAt.set(rate, samples.slice(0, samples.length - (samples.length % 2048)))
  }
})
afterAll(() => recognizer?.dispose())

async function heardByNode(samples: Float32Array, sampleRate: number): Promise<EmotionEvent[]> {
  const events: EmotionEvent[] = []
  const stream = recognizer.stream({ sampleRate, onEmotion: (event) => events.push(event) })
  await stream.push(samples)
  await stream.end()
  return events
}

const bytesOf = (samples: Float32Array) => new Uint8Array(samples.buffer.slice(0))

interface Scored {
  emotion: string | null
  scores: Record<string, number> | null
}

function expectSame(found: Scored[], wanted: Scored[], tolerance: number) {
  expect(found.map(({ emotion }) => emotion)).toEqual(wanted.map(({ emotion }) => emotion))
  for (const [n, { scores }] of found.entries()) {
    for (const [label, score] of Object.entries(wanted[n]?.scores ?? {})) {
      expect(Math.abs((scores?.[label] ?? Number.NaN) - score), label).toBeLessThan(tolerance)
    }
  }
}

// The first test of each loads all that there is, on a machine that may have much to do.
const patience = 120_000

for (const engine of engines) {
  describe.skipIf(!engine.isThere())(`${engine.name}, under a strict policy`, () => {
    let site: Site
    let browser: EngineBrowser
    let page: EnginePage

    beforeAll(async () => {
      const samples = [...speechAt].map(([rate, samples]) => [`/${rate}.f32`, bytesOf(samples)])
      site = await startSite({
        '/clip.wav': file,
        '/clip.opus': fixture('stereo.opus').bytes,
        '/speech.f32': bytesOf(speech),
        '/hashed.json': JSON.stringify(hashed),
        '/silero.onnx': readFileSync(sileroFile),
        '/einsum/manifest.json': einsum.manifest,
        '/einsum/model.onnx': einsum.model,
        '/elsewhere.js': `fetch('https://undertone.invalid/')`,
        ...Object.fromEntries(samples),
      })
      browser = await engine.start()
      page = await browser.open(site.url)
      await page.run(`
        const { createRecognizer } = await import('/index.js')
        const bytes = async (path) => (await fetch(path)).arrayBuffer()
        const samples = async (path) => new Float32Array(await bytes(path))
        globalThis.probe = { createRecognizer, bytes, samples }`)
    }, patience)
    afterAll(async () => {
      await page?.close()
      await browser?.close()
      await site?.close()
    })

    test.each([true, false])(
      'answers as Node does, worker: %s',
      async (worker) => {
        const answer = await page.run<Recognition & { worker: boolean }>(`
          const recognizer = await probe.createRecognizer({ worker: ${worker} })
          probe.recognizer ??= recognizer
          return { ...(await recognizer.recognize(await probe.bytes('/clip.wav'))), worker: recognizer.worker }`)
        expect(answer.worker).toBe(worker)
        expectSame([answer], [expected], 1e-4)
        expectSame(answer.timeline, expected.timeline, 1e-4)
      },
      patience,
    )

    test('a worker is the default', async () => {
      const worker = `const r = await probe.createRecognizer(); const { worker } = r; await r.dispose(); return worker`
      expect(await page.run(worker)).toBe(true)
    })

    test('tells how far loading is', async () => {
      const told = await page.run<LoadProgress[]>(`
        const told = []
        const onProgress = (progress) => told.push(progress)
        const recognizer = await probe.createRecognizer({ onProgress })
        await recognizer.dispose()
        return told`)
      const total = recognizer.manifest.files.model.bytes
      expect(told[0]).toEqual({ loaded: 0, total })
      // A browser may have all of so small a file at once.
      expect(told.at(-1)).toEqual({ loaded: total, total })
      for (const [n, { loaded }] of told.entries()) {
        if (n > 0) expect(loaded).toBeGreaterThan(told[n - 1]?.loaded ?? 0)
      }
    })

    test(
      'onnxruntime is not loaded for a released model, and is for an operator that lite has not',
      async () => {
        const files = () => site.requests.filter((url) => /\/ort[.-]/.test(url)).sort()
        expect(await page.run('return probe.recognizer.engine')).toBe('lite')
        expect(files()).toEqual([])
        const run = (options: string) =>
          page.run<{ engine: string; code: string; message: string; emotion: string }>(`
            const given = { model: '/einsum/', ${options} }
            const recognizer = await probe.createRecognizer(given).catch((error) => error)
            if (!recognizer.engine) return { code: recognizer.code, message: recognizer.message }
            const { emotion } = await recognizer.recognize(await probe.bytes('/clip.wav'))
            await recognizer.dispose()
            return { engine: recognizer.engine, emotion }`)
        expect(await run("engine: 'lite'")).toEqual({
          code: 'model-unsupported',
          message: expect.stringContaining('Einsum'),
        })
        expect(files()).toEqual([])
        expect(await run('')).toEqual({ engine: 'ort', emotion: expect.any(String) })
        expect(files()).toEqual(['/ort-wasm-simd-threaded.wasm', '/ort.js'])
        const told = await page.run<LoadProgress[]>(`
          const told = []
          const onProgress = (progress) => told.push(progress)
          const recognizer = await probe.createRecognizer({ engine: 'ort', onProgress })
          await recognizer.dispose()
          return told`)
        const total = ortRuntimeFile.bytes + recognizer.manifest.files.model.bytes
        expect([told[0], told.at(-1)]).toEqual([
          { loaded: 0, total },
          { loaded: total, total },
        ])
      },
      patience,
    )

    test(
      'the engine gives what it gives in Node, to the last bit, for every operator',
      async () => {
        const hash = await page.run<string>(`
          ${script}
          const { createNetwork } = await import('/engine.js')
          return networkHash(createNetwork, await (await fetch('/hashed.json')).json())`)
        expect(hash).toMatch(/^[0-9a-f]+$/)
        expect(hash).toBe(await hashInNode(hashed))
        expect(await hashInNode(hashed.slice(1))).not.toBe(hash)
      },
      patience,
    )

    test('decodes with the decoders that it brings', async () => {
      const duration = `return (await probe.recognizer.recognize(await probe.bytes('/clip.opus'))).duration`
      const { duration: wanted } = await recognizer.recognize(fixture('stereo.opus').bytes)
      expect(await page.run(duration)).toBe(wanted)
    })

    test(
      'a stream in quanta of 128 gives the timeline of the file, bit for bit',
      async () => {
        const [streamed, timeline] = await page.run<[Scored[], Scored[]]>(`
          const samples = await probe.samples('/speech.f32')
          const windows = []
          const stream = probe.recognizer.stream({ voiceActivity: false, onEmotion: ({ window }) => windows.push(window) })
          const pushes = []
          for (let at = 0; at < samples.length; at += 128) pushes.push(stream.push(samples.subarray(at, at + 128)))
          await Promise.all(pushes)
          await stream.end()
          return [windows, (await probe.recognizer.recognize(samples, { sampleRate: 16000 })).timeline]`)
        expect(streamed.length).toBeGreaterThan(5)
        expect(streamed).toEqual(timeline)
      },
      patience,
    )

    test.each(rates)(
      'a worklet at %d Hz gives the emotions of Node',
      async (rate) => {
        const events = await page.run<EmotionEvent[]>(`
          const samples = await probe.samples('/${rate}.f32')
          const context = new OfflineAudioContext(1, samples.length, ${rate})
          const buffer = context.createBuffer(1, samples.length, ${rate})
          buffer.copyToChannel(samples, 0)
          const player = new AudioBufferSourceNode(context, { buffer })
          const events = []
          const onEmotion = (event) => events.push(event)
          const live = await probe.recognizer.listen({ source: player, overload: 'wait', onEmotion })
          player.start()
          await context.startRendering()
          await live.stop()
          return events`)
        const wanted = await heardByNode(speechAt.get(rate) as Float32Array, rate)
        expect(wanted.some(({ emotion }) => emotion !== null)).toBe(true)
        expectSame(events, wanted, 1e-3)
      },
      patience,
    )

    test(
      "tells speech by Silero's network, where that is given, as Node does",
      async () => {
        const found = await page.run<Scored[]>(`
          const recognizer = await probe.createRecognizer({ silero: '/silero.onnx' })
          const events = []
          const stream = recognizer.stream({ voiceActivity: 'silero', onEmotion: (event) => events.push(event) })
          await stream.push(await probe.samples('/speech.f32'))
          await stream.end()
          await recognizer.dispose()
          return events`)
        const other = await createRecognizer({ silero: sileroFile })
        const wanted: EmotionEvent[] = []
        const stream = other.stream({
          voiceActivity: 'silero',
          onEmotion: (event) => wanted.push(event),
        })
        await stream.push(speech)
        await stream.end()
        await other.dispose()
        expect(wanted.some(({ emotion }) => emotion !== null)).toBe(true)
        expectSame(found, wanted, 1e-4)
      },
      patience,
    )

    test('nothing of this was against the policy, or asked for again', async () => {
      expect(await page.run('return violations')).toEqual([])
      expect(site.reports).toEqual([])
      const count = site.requests.length
      await page.run(
        'await probe.recognizer.recognize(await probe.samples("/speech.f32"), { sampleRate: 16000 })',
      )
      expect(site.requests.slice(count)).toEqual(['/speech.f32'])
    })

    test('what is against the policy would be noticed', async () => {
      await page.run(`
        document.body.append(Object.assign(document.createElement('script'), { text: 'void 0' }))`)
      await expect.poll(() => page.run<string[]>('return violations')).not.toEqual([])
      await expect.poll(() => site.reports.join()).toContain('script-src')
    })

    // WebKit does not report what a worker did; it forbids it all the same.
    test.skipIf(engine.name === 'WebKit')('in a worker too', async () => {
      await page.run(`probe.worker = new Worker('/elsewhere.js', { type: 'module' })`)
      await expect.poll(() => site.reports.join()).toContain('undertone.invalid')
    })
  })
}
