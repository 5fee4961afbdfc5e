import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeAudio, toMono } from '../../src/audio/index.ts'
import { resample } from '../../src/frontend/index.ts'
import { createRecognizer, type EmotionEvent, type Recognizer } from '../../src/index.ts'
import { writeWav } from '../audio/wav-writer.ts'
import { sample } from '../fixtures/assets.ts'
import { type Demo, type OpenPage, openPage } from './demo-page.ts'
import { startBrowser } from './microphone-browser.ts'

let folder: string
let demo: Demo
let recognizer: Recognizer
let speech: Float32Array
/** What the microphone plays, at 48 kHz. */
let played: Float32Array

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'undertone-listen-'))
  const clip = sample('1003_TSI_HAP_then_SAD.wav')
  speech = toMono((await decodeAudio(clip)).channels)
  const wav = writeWav([Int16Array.from(await resample(speech, 16000, 48000), (x) => x * 32767)], {
    sampleRate: 48000,
  })
  played = toMono((await decodeAudio(wav)).channels)
  const file = join(folder, 'speech.wav')
  writeFileSync(file, wav)
  demo = await startBrowser(file)
  recognizer = await createRecognizer()
})
afterAll(async () => {
  await recognizer?.dispose()
  await demo?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A page under the demo's policy, with a recognizer, that remembers microphones and contexts. */
async function openProbe(
  { browser, url }: Demo = demo,
  options = '{}',
): Promise<OpenPage & { probe: <T>(script: string) => Promise<T> }> {
  const open = await openPage({ browser, url } as Demo, {})
  const probe = <T>(script: string) =>
    open.page.evaluate(`(async () => { const p = globalThis.probe; ${script} })()`) as Promise<T>
  await open.page.evaluate(`(async () => {
    const { createRecognizer } = await import(new URL('/index.js', location.href).href)
    const p = globalThis.probe = { tracks: [], contexts: [], emotions: [], states: [], speaking: [], levels: [] }
    const ask = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices)
    if (ask) navigator.mediaDevices.getUserMedia = async (wanted) => {
      const stream = await ask(wanted)
      p.tracks.push(...stream.getTracks())
      p.wanted = wanted
      return stream
    }
    p.heard = []
    globalThis.AudioWorkletNode = class extends AudioWorkletNode {
      constructor(...args) {
        super(...args)
        this.port.addEventListener('message', ({ data }) => data && p.heard.push(data.slice()))
      }
    }
    globalThis.AudioContext = class extends AudioContext {
      constructor(...args) { super(...args); p.contexts.push(this) }
    }
    p.options = {
      onEmotion: (event) => p.emotions.push(event),
      onSpeech: (event) => p.speaking.push(event),
      onLevel: (event) => p.levels.push(event),
      onState: ({ state, error, reason }) => p.states.push({ state, code: error?.code, reason }),
    }
    p.until = async (holds, seconds = 20) => {
      for (const end = Date.now() + 1000 * seconds; !holds(); ) {
        if (Date.now() > end) throw new Error('waited in vain: ' + JSON.stringify(p.states))
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }
    p.recognizer = await createRecognizer(${options})
    p.code = (promise) => promise.then(() => 'none', ({ code }) => code)
  })()`)
  return { ...open, probe }
}

async function nodeEvents(samples: Float32Array, sampleRate: number): Promise<EmotionEvent[]> {
  const events: EmotionEvent[] = []
  const stream = recognizer.stream({ sampleRate, onEmotion: (event) => events.push(event) })
  await stream.push(samples)
  await stream.end()
  return events
}

function expectSame(events: EmotionEvent[], expected: EmotionEvent[], tolerance: number) {
  expect(events.length).toBe(expected.length)
  for (const [n, event] of events.entries()) {
    const other = expected[n] as EmotionEvent
    expect(event.emotion).toBe(other.emotion)
    expect(event.end).toBeCloseTo(other.end, 6)
    for (const [label, score] of Object.entries(other.scores ?? {})) {
      expect(Math.abs((event.scores?.[label] ?? Number.NaN) - score)).toBeLessThan(tolerance)
    }
  }
}

test.each([44100, 48000])(
  'through a worklet at %d Hz emotions are those of Node',
  async (rate) => {
    const all = await resample(speech, 16000, rate)
    // Whole blocks: what is left when an offline context ends is not sent.
    const samples = all.slice(0, all.length - (all.length % 2048))
    const { probe, violations, close } = await openProbe()
    const events = await probe<EmotionEvent[]>(`
    const samples = Float32Array.from(${JSON.stringify([...samples])})
    const context = new OfflineAudioContext(1, samples.length, ${rate})
    const buffer = context.createBuffer(1, samples.length, ${rate})
    buffer.copyToChannel(samples, 0)
    const player = new AudioBufferSourceNode(context, { buffer })
    const live = await p.recognizer.listen({ ...p.options, source: player, overload: 'wait' })
    player.start()
    await context.startRendering()
    await live.stop()
    return p.emotions`)
    expectSame(events, await nodeEvents(samples, rate), 1e-3)
    expect(events.some(({ emotion }) => emotion !== null)).toBe(true)
    expect(await violations()).toEqual([])
    await close()
  },
  120_000,
)

test('two channels are mixed to their mean, as a file’s are', async () => {
  const { probe, close } = await openProbe()
  const levels = await probe<{ rms: number }[]>(`
    const context = new OfflineAudioContext(2, 48000, 48000)
    const left = new ConstantSourceNode(context, { offset: 0.5 })
    const right = new ConstantSourceNode(context, { offset: -0.1 })
    const merger = new ChannelMergerNode(context, { numberOfInputs: 2 })
    left.connect(merger, 0, 0)
    right.connect(merger, 0, 1)
    left.start()
    right.start()
    const live = await p.recognizer.listen({ ...p.options, source: merger })
    await context.startRendering()
    await live.stop()
    return p.levels`)
  expect(levels.length).toBeGreaterThan(15)
  for (const { rms } of levels) expect(rms).toBeCloseTo(0.2, 5)
  await close()
})

describe('the microphone', () => {
  test('is heard: the emotions are those that Node finds in what it plays', async () => {
    const { page, probe, requests, violations, close } = await openProbe()
    const before = requests.length
    const { emotions, settings, rate, wanted, samples } = await probe<{
      emotions: EmotionEvent[]
      settings: MediaTrackSettings
      rate: number
      wanted: MediaStreamConstraints
      samples: number[]
    }>(`
      p.live = await p.recognizer.listen({ ...p.options, overload: 'wait' })
      await p.until(() => p.emotions.filter(({ emotion }) => emotion).length >= 4, 40)
      const emotions = [...p.emotions]
      const samples = p.heard.flatMap((block) => [...block])
      return { emotions, settings: p.live.getSettings(), rate: p.live.sampleRate, wanted: p.wanted, samples }`)
    const off = { echoCancellation: false, noiseSuppression: false, autoGainControl: false }
    expect(wanted.audio).toEqual(off)
    expect(settings).toMatchObject(off)
    const expected = await nodeEvents(Float32Array.from(samples), rate)
    expectSame(emotions, expected.slice(0, emotions.length), 1e-3)
    expect(await likeness(Float32Array.from(samples), rate)).toBeGreaterThan(0.95)
    expect(await probe('return p.levels.length')).toBeGreaterThan(40)
    expect(await probe('return p.speaking[0].speech')).toBe(true)

    await probe('await p.live.stop()')
    expect(await probe('return p.tracks.map(({ readyState }) => readyState)')).toEqual(['ended'])
    expect(await probe('return p.contexts.map(({ state }) => state)')).toEqual(['closed'])
    expect(await probe('return p.states')).toEqual([{ state: 'listening' }, { state: 'stopped' }])
    const count = await probe('return p.emotions.length')
    await page.waitForTimeout(700)
    expect(await probe('return p.emotions.length')).toBe(count)
    const scripts = requests.slice(before).filter((url) => !url.endsWith('/microphone-worklet.js'))
    expect(scripts.filter((url) => !url.startsWith(new URL('/', demo.url).href))).toEqual([])
    expect(await violations()).toEqual([])
    await close()
  }, 180_000)

  /** How much half a second of what was heard is like what is played, somewhere in it, 0…1. */
  async function likeness(samples: Float32Array, rate: number): Promise<number> {
    const heard = (await resample(samples, rate, 8000)).slice(16000, 20000)
    const loop = await resample(played, 48000, 8000)
    const power = heard.reduce((sum, x) => sum + x * x, 0)
    let best = 0
    for (let shift = 0; shift < loop.length; shift++) {
      let product = 0
      let other = 0
      for (let n = 0; n < heard.length; n++) {
        const x = loop[(shift + n) % loop.length] as number
        product += x * (heard[n] as number)
        other += x * x
      }
      best = Math.max(best, product / Math.sqrt(power * other + 1e-12))
    }
    return best
  }

  test('is given back and asked for again when it is unplugged and plugged in', async () => {
    const { probe, close } = await openProbe()
    await probe(`
      p.live = await p.recognizer.listen(p.options)
      p.tracks[0].stop()
      p.tracks[0].dispatchEvent(new Event('ended'))
      await p.until(() => p.live.state === 'unplugged')
      navigator.mediaDevices.dispatchEvent(new Event('devicechange'))
      await p.until(() => p.live.state === 'listening')
      const heard = p.levels.length
      await p.until(() => p.levels.length > heard + 10)
      await p.live.stop()`)
    expect(await probe('return p.states.map(({ state }) => state)')).toEqual([
      'listening',
      'unplugged',
      'listening',
      'stopped',
    ])
    expect(await probe('return p.tracks.map(({ readyState }) => readyState)')).toEqual([
      'ended',
      'ended',
    ])
    await close()
  })

  test('goes on after the platform has interrupted it', async () => {
    const { probe, close } = await openProbe()
    await probe(`
      p.live = await p.recognizer.listen(p.options)
      await p.contexts[0].suspend()
      await p.until(() => p.live.state === 'interrupted')
      document.dispatchEvent(new Event('visibilitychange'))
      await p.until(() => p.live.state === 'listening')
      const heard = p.levels.length
      await p.until(() => p.levels.length > heard + 10)
      await p.contexts[0].suspend()
      await p.until(() => p.live.state === 'interrupted')
      document.body.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }))
      await p.until(() => p.live.state === 'listening')
      await p.live.stop()`)
    expect(await probe('return p.states.map(({ state }) => state)')).toEqual([
      'listening',
      'interrupted',
      'listening',
      'interrupted',
      'listening',
      'stopped',
    ])
    await close()
  })

  test('is waited for while the page is frozen', async () => {
    const { probe, close } = await openProbe()
    await probe('p.live = await p.recognizer.listen(p.options)')
    // Staged: Chromium freezes no page that it shows.
    await probe(`
      document.dispatchEvent(new Event('freeze'))
      document.dispatchEvent(new Event('resume'))`)
    await probe(`
      await p.until(() => p.states.length >= 3)
      const heard = p.levels.length
      await p.until(() => p.levels.length > heard + 10)
      await p.live.stop()`)
    expect(await probe('return p.states')).toEqual([
      { state: 'listening' },
      { state: 'interrupted', reason: 'frozen' },
      { state: 'listening' },
      { state: 'stopped' },
    ])
    await close()
  })

  test('of the system is followed when that has another one', async () => {
    const { probe, close } = await openProbe()
    await probe(`
      p.live = await p.recognizer.listen(p.options)
      const { mediaDevices } = navigator
      mediaDevices.enumerateDevices = async () =>
        [{ kind: 'audioinput', deviceId: 'default', groupId: 'another' }]
      mediaDevices.dispatchEvent(new Event('devicechange'))
      await p.until(() => p.states.length === 2)
      const heard = p.levels.length
      await p.until(() => p.levels.length > heard + 10)`)
    expect(await probe('return p.states')).toEqual([
      { state: 'listening' },
      { state: 'listening', reason: 'device-changed' },
    ])
    expect(await probe('return p.tracks.map(({ readyState }) => readyState)')).toEqual([
      'ended',
      'live',
    ])
    await probe('await p.live.stop()')
    expect(await probe('return p.tracks[1].readyState')).toBe('ended')
    await close()
  })

  test('is heard on by another worker when the first is ended', async () => {
    const { page, probe, close } = await openProbe()
    await probe('p.live = await p.recognizer.listen(p.options)')
    await probe('await p.until(() => p.emotions.length > 0)')
    await page.workers().at(-1)?.evaluate('close()')
    await probe(`
      await p.until(() => p.states.length >= 3)
      const heard = p.emotions.length
      await p.until(() => p.emotions.length > heard)
      await p.live.stop()`)
    expect(await probe('return p.states')).toEqual([
      { state: 'listening' },
      { state: 'restarting', code: 'worker-failed' },
      { state: 'listening' },
      { state: 'stopped' },
    ])
    const ends = await probe<number[]>('return p.emotions.map(({ end }) => end)')
    expect(ends).toEqual([...ends].sort((a, b) => a - b))
    await close()
  })

  test('is given back when it is aborted, before it was there and after', async () => {
    const { probe, close } = await openProbe()
    const codes = await probe<string[]>(`
      const early = new AbortController()
      const opening = p.recognizer.listen({ ...p.options, signal: early.signal })
      early.abort()
      const codes = [await p.code(opening)]
      const late = new AbortController()
      p.live = await p.recognizer.listen({ ...p.options, signal: late.signal })
      late.abort()
      await p.until(() => p.live.state === 'stopped')
      codes.push(await p.code(p.live.stop()), p.states.at(-1).code)
      await p.until(() => p.contexts.every(({ state }) => state === 'closed'))
      return codes`)
    expect(codes).toEqual(['aborted', 'aborted', 'aborted'])
    expect(await probe('return p.tracks.every(({ readyState }) => readyState === "ended")')).toBe(
      true,
    )
    await close()
  })

  test('that is granted after it was aborted is given back', async () => {
    const { probe, close } = await openProbe()
    const code = await probe<string>(`
      const { getUserMedia } = navigator.mediaDevices
      let grant
      navigator.mediaDevices.getUserMedia = async (wanted) => {
        await new Promise((resolve) => { grant = resolve })
        return getUserMedia(wanted)
      }
      const controller = new AbortController()
      const opening = p.code(p.recognizer.listen({ ...p.options, signal: controller.signal }))
      await p.until(() => grant)
      controller.abort()
      const code = await opening
      grant()
      await p.until(() => p.tracks.length > 0 && p.tracks.every(({ readyState }) => readyState === 'ended'))
      return code`)
    expect(code).toBe('aborted')
    await close()
  })

  test('is given back when the recognizer is disposed of', async () => {
    const { probe, close } = await openProbe()
    await probe(`
      p.live = await p.recognizer.listen(p.options)
      await p.recognizer.dispose()
      await p.until(() => p.live.state === 'stopped')`)
    expect(await probe('return p.states.at(-1)')).toEqual({ state: 'stopped', code: 'disposed' })
    expect(await probe('return p.tracks.map(({ readyState }) => readyState)')).toEqual(['ended'])
    await close()
  })

  test('of someone else stays theirs, and what they end is over', async () => {
    const { probe, close } = await openProbe()
    const after = await probe<unknown[]>(`
      const source = await navigator.mediaDevices.getUserMedia({ audio: true })
      p.live = await p.recognizer.listen({ ...p.options, source })
      await p.until(() => p.levels.length > 5)
      await p.live.stop()
      const kept = source.getTracks()[0].readyState
      p.live = await p.recognizer.listen({ ...p.options, source })
      source.getTracks()[0].stop()
      source.getTracks()[0].dispatchEvent(new Event('ended'))
      await p.until(() => p.live.state === 'stopped')
      return [kept, p.tracks.length, p.states.at(-1)]`)
    expect(after).toEqual(['live', 1, { state: 'stopped' }])
    await close()
  })
})

describe('says what to do', () => {
  test('when the microphone is refused', async () => {
    const other = await startBrowser(join(folder, 'speech.wav'), false)
    const { probe, close } = await openProbe(other)
    expect(await probe('return p.code(p.recognizer.listen(p.options))')).toBe('microphone-refused')
    expect(await probe('return p.contexts.map(({ state }) => state)')).toEqual(['closed'])
    await close()
    await other.close()
  })

  test('when there is none', async () => {
    const other = await startBrowser()
    const { probe, close } = await openProbe(other)
    expect(await probe('return p.code(p.recognizer.listen(p.options))')).toBe('microphone-missing')
    await close()
    await other.close()
  })

  test('when there is none of that name', async () => {
    const { probe, close } = await openProbe()
    const options = '{ ...p.options, deviceId: "none" }'
    expect(await probe(`return p.code(p.recognizer.listen(${options}))`)).toBe('microphone-missing')
    await close()
  })

  test('on a page that is not secure, where pushed samples work', async () => {
    const url = demo.url.replace(/127\.0\.0\.1|localhost/, 'kiosk.test')
    const { page, probe, close } = await openProbe({ ...demo, url })
    expect(await isSecure(page)).toBe(false)
    expect(await probe('return p.code(p.recognizer.listen(p.options))')).toBe('insecure-context')
    const samples = JSON.stringify([...speech.subarray(0, 48000)])
    await probe(`
      const stream = p.recognizer.stream({ onEmotion: p.options.onEmotion })
      await stream.push(Float32Array.from(${samples}))
      await stream.end()`)
    expect(await probe<EmotionEvent[]>('return p.emotions')).not.toEqual([])
    await close()
  })

  test('when the worklet’s file is not there, and works once it is', async () => {
    const assets = `{
      read: async (path) => new Uint8Array(await (await fetch('/' + path)).arrayBuffer()),
      url: (path) => new URL((p.there ? '/' : '/elsewhere/') + path, location.href).href,
    }`
    const { probe, close } = await openProbe(demo, `{ assets: ${assets} }`)
    expect(await probe('return p.code(p.recognizer.listen(p.options))')).toBe('asset-missing')
    expect(await probe('return p.tracks.map(({ readyState }) => readyState)')).toEqual(['ended'])
    await probe('p.there = true; await (await p.recognizer.listen(p.options)).stop()')
    await close()
  })

  test.each([
    ['{ source: {} }', 'input-invalid'],
    ['{ source: new MediaStream() }', 'input-invalid'],
    ['{ hop: -1 }', 'settings-invalid'],
    ['{ signal: AbortSignal.abort() }', 'aborted'],
  ])('of %s', async (options, code) => {
    const { probe, close } = await openProbe()
    expect(await probe(`return p.code(p.recognizer.listen(${options}))`)).toBe(code)
    expect(await probe('return p.tracks.length')).toBe(0)
    await close()
  })

  test('in Node', async () => {
    await expect(recognizer.listen()).rejects.toMatchObject({
      code: 'microphone-unsupported',
      message: expect.stringContaining('undertone listen'),
    })
  })
})

const isSecure = (page: Page) => page.evaluate(() => globalThis.isSecureContext)
