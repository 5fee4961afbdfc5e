import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeAudio, toMono } from '../../src/audio/index.ts'
import {
  createRecognizer,
  defaultModel,
  type EmotionEvent,
  type Recognizer,
} from '../../src/index.ts'
import { fixture } from '../audio/fixtures.ts'
import { sample, testAssets } from '../fixtures/assets.ts'
import { type Changes, type Demo, openPage, startDemo, withTinyModel } from './demo-page.ts'

let demo: Demo
let recognizer: Recognizer
let speech: Float32Array
const file = sample('1003_TSI_HAP_then_SAD.wav')

beforeAll(async () => {
  demo = await startDemo()
  recognizer = await createRecognizer({ assets: testAssets(), model: 'tiny' })
  speech = toMono((await decodeAudio(file)).channels)
})
afterAll(async () => {
  await recognizer?.dispose()
  await demo?.close()
})

/** The demo's page, under its policy, with `p` for what scripts keep. */
async function openProbe(changes: Changes = withTinyModel) {
  const open = await openPage(demo, changes)
  const probe = <T>(script: string) =>
    open.page.evaluate(`(async () => { const p = globalThis.probe; ${script} })()`) as Promise<T>
  await probe(`
    const { createRecognizer, UndertoneError } = await import(new URL('/index.js', location.href).href)
    globalThis.probe = {
      createRecognizer,
      told: (promise) => promise.then(
        () => 'nothing',
        (error) => ({ code: error.code, message: error.message, ours: error instanceof UndertoneError }),
      ),
      file: Uint8Array.from([${file.join()}]),
      speech: Float32Array.from([${speech.join()}]),
    }`)
  return { ...open, probe }
}

test('on a page it works in a worker, unless told otherwise', async () => {
  const { page, probe, violations, close } = await openProbe()
  expect(
    await probe(`
      p.remote = await p.createRecognizer()
      p.local = await p.createRecognizer({ worker: false })
      return [p.remote.worker, p.local.worker, (await p.createRecognizer({ worker: true })).worker]`),
  ).toEqual([true, false, true])
  expect(page.workers().map((worker) => new URL(worker.url()).pathname)).toContain('/worker.js')
  expect(await probe('return p.remote.manifest')).toEqual(recognizer.manifest)
  expect(await probe('return p.remote.labels')).toEqual(recognizer.labels)
  expect(await violations()).toEqual([])
  await close()
})

test('answers as Node does, whatever holds the audio', async () => {
  const { probe, violations, close } = await openProbe()
  await probe('p.recognizer = await p.createRecognizer()')
  const { timings, ...expected } = await recognizer.recognize(file)
  expect(Object.keys(timings)).toHaveLength(4)
  for (const input of [
    'p.file',
    'p.file.buffer',
    'new Blob([p.file])',
    'new File([p.file], "a.wav")',
    'p.speech, { sampleRate: 16000 }',
    `(() => {
      const buffer = new OfflineAudioContext(2, p.speech.length, 16000).createBuffer(2, p.speech.length, 16000)
      buffer.copyToChannel(p.speech, 0)
      buffer.copyToChannel(p.speech, 1)
      return buffer
    })()`,
  ]) {
    const answer = await probe<typeof expected>(
      `const { timings, ...answer } = await p.recognizer.recognize(${input}); return answer`,
    )
    expect(answer.emotion).toBe(expected.emotion)
    expect(answer.timeline).toHaveLength(expected.timeline.length)
    for (const [label, score] of Object.entries(expected.scores)) {
      expect(answer.scores[label]).toBeCloseTo(score, 5)
    }
  }
  // What was handed over is still the caller's.
  expect(await probe('return [p.file.length, p.speech.length]')).toEqual([
    file.length,
    speech.length,
  ])
  expect(await violations()).toEqual([])
  await close()
})

test('what only the browser’s own decoder knows is decoded all the same', async () => {
  const { probe, close } = await openProbe()
  const bytes = `Uint8Array.from([${fixture('stereo.webm').bytes.join()}])`
  const durations = await probe<number[]>(`
    const recognizer = await p.createRecognizer()
    const bytes = ${bytes}
    const answers = [await recognizer.recognize(bytes), await recognizer.recognize(new Blob([bytes]))]
    return answers.map(({ duration }) => duration)`)
  for (const duration of durations) expect(duration).toBeGreaterThan(0.1)
  await close()
})

test('errors are what they are on the page’s thread', async () => {
  const { probe, close } = await openProbe()
  await probe(`
    p.remote = await p.createRecognizer()
    p.local = await p.createRecognizer({ worker: false })`)
  for (const [call, code] of [
    ['recognize(new TextEncoder().encode("Hello!"))', 'audio-unrecognized'],
    ['recognize(p.file.slice(0, 20000))', 'audio-truncated'],
    ['recognize(p.speech)', 'input-invalid'],
    ['recognize("clip.wav")', 'input-invalid'],
    ['recognize(undefined)', 'input-invalid'],
    ['recognize({ read() {} })', 'input-invalid'],
    ['recognize(new Float32Array(16000), { sampleRate: 16000 })', 'audio-silent'],
    ['recognize(p.speech, { sampleRate: 1 })', 'sample-rate-unsupported'],
    ['recognize(p.speech, { sampleRate: 16000, signal: AbortSignal.abort() })', 'aborted'],
    ['stream().push([1, 2])', 'input-invalid'],
    ['stream().push(Float32Array.of(NaN))', 'audio-not-finite'],
  ]) {
    const [remote, local] = await probe<Record<string, unknown>[]>(
      `return [await p.told(p.remote.${call}), await p.told(p.local.${call})]`,
    )
    expect(remote, call).toMatchObject({ code, ours: true })
    // Only what could not even be sent is told in other words.
    if (!call?.includes('read')) expect(remote, call).toEqual(local)
  }
  const starts = await probe<unknown[]>(`return [
    await p.told(p.createRecognizer({ model: 'huge' })),
    await p.told(p.createRecognizer({ model: 'huge', worker: false })),
    await p.told(p.createRecognizer({ assets: '/nowhere/', worker: false })),
    await p.told(p.createRecognizer({ signal: AbortSignal.abort() })),
  ]`)
  expect(starts[0]).toEqual(starts[1])
  expect(starts).toMatchObject([
    { code: 'model-unknown' },
    { code: 'model-unknown' },
    { code: 'asset-missing' },
    { code: 'aborted' },
  ])
  const sync = await probe<unknown[]>(`
    return [{ hop: 0 }, { signal: AbortSignal.abort() }].map((options) => {
      try { p.remote.stream(options) } catch ({ code }) { return code }
    })`)
  expect(sync).toEqual(['settings-invalid', 'aborted'])
  await close()
})

describe('a stream', () => {
  test('in quanta of 128 gives the timeline of the file, bit for bit', async () => {
    const { probe, close } = await openProbe()
    const { emotions, timeline, levels, last } = await probe<{
      emotions: EmotionEvent[]
      timeline: unknown[]
      levels: number
      last: number
    }>(`
      const recognizer = await p.createRecognizer()
      const emotions = []
      let levels = 0
      const stream = recognizer.stream({
        voiceActivity: false,
        onEmotion: (event) => emotions.push(event),
        onLevel: () => levels++,
      })
      const quantum = new Float32Array(128)
      const pushes = []
      for (let at = 0; at < p.speech.length; at += 128) {
        const part = p.speech.subarray(at, at + 128)
        quantum.set(part)
        pushes.push(stream.push(quantum.subarray(0, part.length)))
      }
      await Promise.all(pushes)
      const last = emotions.length
      await stream.end()
      const { timeline } = await recognizer.recognize(p.speech, { sampleRate: 16000 })
      return { emotions, timeline, levels, last }`)
    expect(emotions.map(({ window }) => window)).toEqual(timeline)
    expect(emotions.length).toBeGreaterThan(5)
    expect(last).toBe(emotions.length)
    expect(levels).toBe(Math.floor(speech.length / 800))
    await close()
  })

  test('ends when it is aborted, without another event, and the recognizer goes on', async () => {
    const { probe, close } = await openProbe()
    const [codes, events] = await probe<[string[], number]>(`
      const recognizer = await p.createRecognizer()
      const controller = new AbortController()
      let events = 0
      const stream = recognizer.stream({
        voiceActivity: false,
        signal: controller.signal,
        onEmotion() { events += 1; controller.abort() },
      })
      const codes = []
      for (const promise of [stream.push(p.speech), stream.end()]) codes.push((await p.told(promise)).code)
      codes.push((await p.told(stream.push(p.speech))).code, (await p.told(stream.end())).code)
      await recognizer.recognize(p.file)
      return [codes, events]`)
    expect(codes).toEqual(['aborted', 'aborted', 'aborted', 'aborted'])
    expect(events).toBe(1)
    await close()
  })

  test('is refused once it has ended, and once the recognizer is disposed of', async () => {
    const { page, probe, close } = await openProbe()
    const before = page.workers().length
    const codes = await probe<string[]>(`
      p.recognizer = await p.createRecognizer()
      const ended = p.recognizer.stream()
      await ended.push(p.speech)
      await ended.end()
      const codes = [(await p.told(ended.push(p.speech))).code]
      const open = p.recognizer.stream()
      await p.recognizer.dispose()
      await p.recognizer.dispose()
      codes.push((await p.told(open.push(p.speech))).code, (await p.told(p.recognizer.recognize(p.file))).code)
      return codes`)
    expect(codes).toEqual(['stream-ended', 'disposed', 'disposed'])
    await expect.poll(() => page.workers().length).toBe(before)
    await close()
  })
})

test('a worker that is ended has a successor, in which a stream goes on', async () => {
  const { page, probe, close } = await openProbe()
  await probe(`
    p.recognizer = await p.createRecognizer()
    p.events = []
    p.emotions = []
    p.stream = p.recognizer.stream({
      voiceActivity: false,
      onEmotion: (event) => p.emotions.push(event),
      onWorker: ({ state, time, error }) => p.events.push({ state, time, code: error?.code }),
    })
    await p.stream.push(p.speech)`)
  const before = await probe<number>('return p.emotions.length')
  expect(before).toBeGreaterThan(1)
  await page.workers().at(-1)?.evaluate('close()')
  await expect.poll(() => probe('return p.events.length'), { timeout: 20_000 }).toBe(2)
  const time = speech.length / 16000
  expect(await probe('return p.events')).toEqual([
    { state: 'lost', time, code: 'worker-failed' },
    { state: 'restarted', time },
  ])
  await probe('await p.stream.push(p.speech); await p.stream.end()')
  const emotions = await probe<EmotionEvent[]>('return p.emotions')
  const again = emotions.slice(before)
  // The same samples, the same windows, later.
  const first = emotions.slice(0, again.length)
  expect(again.map(({ start }) => start)).toEqual(first.map(({ start }) => start + time))
  expect(again.map(({ scores }) => scores)).toEqual(first.map(({ scores }) => scores))
  expect(await probe('return (await p.recognizer.recognize(p.file)).emotion')).toBe(
    (await recognizer.recognize(file)).emotion,
  )
  await close()
})

test('assets can come from the page’s memory', async () => {
  const { probe, requests, close } = await openProbe()
  const before = requests.length
  const answer = await probe<{ emotion: string; worker: boolean; read: string[] }>(`
    const read = []
    const recognizer = await p.createRecognizer({ assets: {
      url: (path) => new URL('/' + path, location.href).href,
      async read(path) {
        read.push(path)
        return new Uint8Array(await (await fetch('/' + path)).arrayBuffer())
      },
    } })
    const { emotion } = await recognizer.recognize(p.file)
    return { emotion, worker: recognizer.worker, read }`)
  expect(answer.emotion).toBe((await recognizer.recognize(file)).emotion)
  expect(answer.worker).toBe(true)
  expect(answer.read).toContain('undertone-frontend.wasm')
  expect(answer.read).toContain('undertone-engine.wasm')
  expect(requests.slice(before).filter((url) => url.endsWith('model.onnx'))).toHaveLength(1)
  await close()
})

test('assets can be named one by one, by URL or in bytes', async () => {
  const { probe, violations, close } = await openProbe()
  const [named, inBytes] = await probe<{ worker: boolean; emotion: string }[]>(`
    const at = (path) => new URL('/' + path, location.href).href
    const model = (file) => 'models/${defaultModel}/' + file
    const read = async (path) => new Uint8Array(await (await fetch(at(path))).arrayBuffer())
    const paths = ['undertone-frontend.wasm', 'undertone-engine.wasm', model('manifest.json'), model('model.onnx')]
    const answer = async (assets) => {
      const recognizer = await p.createRecognizer({ assets })
      return { worker: recognizer.worker, emotion: (await recognizer.recognize(p.file)).emotion }
    }
    return [
      await answer({
        ...Object.fromEntries(paths.map((path) => [path, at(path)])),
        'worker.js': at('standalone/worker.js'),
      }),
      await answer(Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await read(path)])))),
    ]`)
  const { emotion } = await recognizer.recognize(file)
  expect(named).toEqual({ worker: true, emotion })
  expect(inBytes).toEqual({ worker: false, emotion })
  expect(await violations()).toEqual([])
  await close()
})

describe('where no worker can be started', () => {
  const broken: Changes = { ...withTinyModel, 'worker.js': undefined }

  test('the page’s thread does the work', async () => {
    const { probe, close } = await openProbe(broken)
    const [worker, emotion] = await probe<unknown[]>(`
      const recognizer = await p.createRecognizer()
      return [recognizer.worker, (await recognizer.recognize(p.file)).emotion]`)
    expect(worker).toBe(false)
    expect(emotion).toBe((await recognizer.recognize(file)).emotion)
    await close()
  })

  test('who insists on one is told', async () => {
    const { probe, close } = await openProbe(broken)
    expect(await probe('return p.told(p.createRecognizer({ worker: true }))')).toMatchObject({
      code: 'worker-failed',
      message: expect.stringMatching(/worker\.js cannot be started.*worker: false/),
    })
    await close()
  })

  test('Node says so', async () => {
    await expect(createRecognizer({ worker: true })).rejects.toMatchObject({
      code: 'worker-failed',
    })
    expect(recognizer.worker).toBe(false)
  })
})

test('a worker that fails is told to all who wait for it', async () => {
  const failing = new TextEncoder().encode(`
    onmessage = ({ data }) => {
      if (data.kind === 'create') return postMessage({ kind: 'answer', id: data.id, value: { engine: 'lite', manifest: { labels: [], frontEnd: {}, window: {} } } })
      setTimeout(() => { throw new Error('broken') })
    }
    postMessage({ kind: 'ready' })`)
  const { probe, close } = await openProbe({ ...withTinyModel, 'worker.js': failing })
  const told = await probe<unknown[]>(`
    const recognizer = await p.createRecognizer({ worker: true })
    return [
      ...(await Promise.all([recognizer.recognize(p.file), recognizer.recognize(p.file)].map(p.told))),
      await p.told(recognizer.recognize(p.file)),
      await p.told(recognizer.dispose()),
    ]`)
  const failed = { code: 'worker-failed', message: expect.stringContaining('broken') }
  expect(told.slice(0, 3)).toMatchObject([failed, failed, failed])
  expect(told.at(-1)).toBe('nothing')
  await close()
})
