import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeAudio, toMono } from '../../src/audio/index.ts'
import { resample } from '../../src/frontend/index.ts'
import { writeWav } from '../audio/wav-writer.ts'
import { type Site, startSite } from '../engines/site.ts'
import { sample } from '../fixtures/assets.ts'
import { contrasts, readable } from './contrast.ts'
import type { Demo } from './demo-page.ts'
import { startBrowser } from './microphone-browser.ts'

const app = `
  import { StrictMode, createElement as h, useState } from 'react'
  import { createRoot } from 'react-dom/client'
  import { useUndertone } from 'undertone/react'

  function Heard() {
    const [levels, setLevels] = useState(0)
    const undertone = useUndertone({ assets: '/', onLevel: () => setLevels((n) => n + 1) })
    Object.assign(globalThis, { undertone, levels })
    return h('button', { onClick: undertone.start }, undertone.heard?.emotion ?? undertone.state)
  }
  function App() {
    const [there, setThere] = useState(true)
    Object.assign(globalThis, { setThere })
    return there && h(Heard)
  }
  createRoot(document.getElementById('app')).render(h(StrictMode, null, h(App)))`

const html = (body: string) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
   <title>Tests</title><script src="/watch.js"></script><script src="/tracks.js"></script>${body}`

let folder: string
let site: Site
let demo: Demo

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'undertone-embed-'))
  const speech = toMono((await decodeAudio(sample('1003_TSI_HAP_then_SAD.wav'))).channels)
  const samples = await resample(speech, 16000, 48000)
  const wav = writeWav([Int16Array.from(samples, (x) => x * 32767)], { sampleRate: 48000 })
  writeFileSync(join(folder, 'speech.wav'), wav)
  demo = await startBrowser(join(folder, 'speech.wav'))
  site = await startSite({
    '/tracks.js': `globalThis.tracks = []
      const { mediaDevices } = navigator
      const ask = mediaDevices.getUserMedia.bind(mediaDevices)
      mediaDevices.getUserMedia = async (wanted) => {
        const stream = await ask(wanted)
        tracks.push(...stream.getTracks())
        return stream
      }`,
    '/react.html': html('<div id="app"></div><script src="/app.js"></script>'),
    '/app.js': await bundled(app),
    '/meter.html': html(
      '<script type="module" src="/meter.js"></script><undertone-meter></undertone-meter>',
    ),
    '/global.html': html('<script src="/undertone.global.js"></script>'),
    '/clip.wav': sample('1001_ITS_HAP_XX.wav'),
  })
}, 60_000)
afterAll(async () => {
  await demo?.close()
  await site?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** As an app is bundled, with React in it. */
async function bundled(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('../..', import.meta.url)) },
    bundle: true,
    format: 'iife',
    write: false,
    logLevel: 'silent',
    alias: { 'undertone/react': fileURLToPath(new URL('../../dist/react.js', import.meta.url)) },
    define: { 'process.env.NODE_ENV': '"development"' },
  })
  return outputFiles[0]?.text ?? ''
}

async function open(path: string): Promise<Page> {
  const context = await demo.browser.newContext()
  const page = await context.newPage()
  await page.goto(new URL(path, site.url).href)
  return page
}

/** Waits for an expression to hold. */
const until = (page: Page, expression: string) =>
  expect.poll(() => page.evaluate(`Boolean(${expression})`), { timeout: 20_000 }).toBe(true)

const states = (page: Page) =>
  page.evaluate('tracks.map(({ readyState }) => readyState)') as Promise<string[]>
const clean = (page: Page) => page.evaluate('violations')

describe('the hook for React', () => {
  test('listens, renders what is heard, and gives the microphone back', async () => {
    const page = await open('/react.html')
    await expect.poll(() => page.textContent('button')).toBe('idle')
    await page.click('button')
    await until(page, 'undertone.state === "listening" && undertone.heard?.emotion')
    const { heard, labels, loaded } = (await page.evaluate(
      '({ heard: undertone.heard, labels: undertone.labels, loaded: undertone.loaded })',
    )) as { heard: { emotion: string }; labels: string[]; loaded: number }
    expect(labels).toContain(heard.emotion)
    expect(loaded).toBe(1)
    expect(labels).toContain(await page.textContent('button'))
    // The callback of the latest render is the one that is called.
    const before = (await page.evaluate('levels')) as number
    await until(page, `levels > ${before + 3}`)

    await page.evaluate('undertone.stop()')
    expect(await states(page)).toEqual(['ended'])
    await expect.poll(() => page.textContent('button')).toBe('idle')

    await page.click('button')
    await until(page, 'undertone.state === "listening"')
    const [worker] = page.workers()
    expect(worker).toBeDefined()
    await page.evaluate('setThere(false)')
    await expect.poll(() => states(page)).toEqual(['ended', 'ended'])
    await expect.poll(() => page.workers()).toEqual([])
    expect(await clean(page)).toEqual([])
    await page.context().close()
  }, 60_000)

  test('can be rendered on a server', async () => {
    const { createElement } = await import('react')
    const { renderToString } = await import('react-dom/server')
    const { useUndertone } = await import('../../src/embed/react.ts')
    const Heard = () => createElement('p', null, useUndertone().state)
    expect(renderToString(createElement(Heard))).toBe('<p>idle</p>')
  })
})

describe('<undertone-meter>', () => {
  // Kept for whoever wants to look.
  const pictures = '.cache/meter'
  mkdirSync(pictures, { recursive: true })

  test('can be read in both themes, on a phone too', async () => {
    const page = await open('/meter.html')
    const meter = page.locator('undertone-meter')
    await meter.getByRole('button', { name: 'Listen' }).click()
    await expect
      .poll(() => meter.getByRole('listitem').allTextContents(), { timeout: 20_000 })
      .toContainEqual(expect.stringContaining('%'))
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [900, 320]) {
        await page.emulateMedia({ colorScheme })
        await page.setViewportSize({ width, height: 480 })
        expect(await contrasts(page, 'undertone-meter')).toSatisfy(readable)
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
        await page.screenshot({ path: `${pictures}/${colorScheme}-${width}.png` })
      }
    }
    const paper = () =>
      page.evaluate(() => {
        const card = document.querySelector('undertone-meter')?.shadowRoot?.querySelector('.card')
        return card && getComputedStyle(card).backgroundColor
      })
    const dark = await paper()
    await page.evaluate(`document.querySelector('undertone-meter').setAttribute('theme', 'light')`)
    expect(await paper()).not.toBe(dark)

    await meter.getByRole('button').click()
    expect(await states(page)).toEqual(['ended'])
    await expect.poll(() => meter.getByRole('status').textContent()).toBe('Not listening')
    expect(await clean(page)).toEqual([])
    await page.context().close()
  }, 60_000)

  test('tells its page and a screen reader what it hears, and works by keyboard', async () => {
    const page = await open('/meter.html')
    await page.evaluate(`
      globalThis.told = { emotion: [], speech: [], state: [] }
      for (const name of Object.keys(told)) {
        document.addEventListener(name, ({ detail }) => told[name].push(detail))
      }
      globalThis.meter = document.querySelector('undertone-meter')
      meter.texts = { listen: 'Zuhören', happy: 'froh', sad: 'traurig', level: 'Lautstärke' }`)
    const meter = page.locator('undertone-meter')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await until(page, 'told.emotion.some(({ emotion }) => emotion)')
    expect(await page.evaluate('told.state[0]')).toEqual({ state: 'listening' })
    expect(await page.evaluate('told.speech[0].speech')).toBe(true)
    const level = meter.getByRole('meter', { name: 'Lautstärke' })
    await expect.poll(() => level.getAttribute('aria-valuenow')).not.toBe('0')
    expect(await meter.getByRole('listitem').allTextContents()).toContainEqual(
      expect.stringMatching(/^froh/),
    )
    expect(await meter.getByRole('status').textContent()).not.toBe('')
    // Moved, it goes on; gone, it gives the microphone back.
    await page.evaluate('document.body.prepend(meter)')
    expect(await page.evaluate('meter.snapshot.state')).toBe('listening')
    await page.evaluate('meter.remove()')
    await expect.poll(() => states(page)).toEqual(['ended'])
    await page.context().close()
  }, 60_000)

  test('says what is wrong, and can be tried again', async () => {
    const page = await open('/meter.html')
    const meter = page.locator('undertone-meter')
    await page.evaluate(
      `document.querySelector('undertone-meter').setAttribute('device-id', 'none')`,
    )
    await meter.getByRole('button').click()
    await expect
      .poll(() => meter.getByRole('alert').textContent(), { timeout: 20_000 })
      .toContain('no such microphone')
    await page.evaluate(`document.querySelector('undertone-meter').removeAttribute('device-id')`)
    await meter.getByRole('button', { name: 'Listen' }).click()
    await until(page, `document.querySelector('undertone-meter').snapshot.state === 'listening'`)
    expect(await meter.getByRole('alert').textContent()).toBe('')
    await page.context().close()
  }, 60_000)
})

test('a plain script tag gives the global, whose assets lie beside the script', async () => {
  const page = await open('/global.html')
  const found = await page.evaluate(`(async () => {
    const recognizer = await undertone.createRecognizer()
    const clip = await (await fetch('/clip.wav')).arrayBuffer()
    const { emotion } = await recognizer.recognize(clip)
    const error = await recognizer.recognize(new Uint8Array()).catch((error) => error)
    return [recognizer.worker, emotion, error instanceof undertone.UndertoneError]
  })()`)
  expect(found).toEqual([true, 'happy', true])
  expect(await clean(page)).toEqual([])
  await page.context().close()
})
