import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { writeBundle } from '../../src/bundle/write-bundle.ts'
import { serve } from '../../src/demo/serve.ts'
import { createRecognizer, defaultModel, type Recognition } from '../../src/index.ts'
import { sample, tinyModel } from '../fixtures/assets.ts'
import { contrasts, readable } from './contrast.ts'
import { startBrowser } from './microphone-browser.ts'
import { newNotedPage } from './noted-page.ts'

type Server = Awaited<ReturnType<typeof serve>>

const clip = {
  name: 'clip.wav',
  mimeType: 'audio/wav',
  buffer: Buffer.from(sample('1003_TSI_HAP_then_SAD.wav')),
}
// Kept for whoever wants to look.
const pictures = '.cache/kiosk-pictures'
mkdirSync(pictures, { recursive: true })

// Pages are loaded whole again and again, on a machine that may have much to do.
vi.setConfig({ testTimeout: 90_000 })

let folder: string
let bundle: string
let expected: Recognition
let browser: Browser
let closeBrowser: () => Promise<void>

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'undertone-kiosk-'))
  bundle = join(folder, 'bundle')
  await writeBundle({ out: bundle, model: undefined, singleFile: false })
  const recognizer = await createRecognizer()
  expected = await recognizer.recognize(new Uint8Array(clip.buffer))
  await recognizer.dispose()
  const microphone = join(folder, 'clip.wav')
  writeFileSync(microphone, clip.buffer)
  const demo = await startBrowser(microphone)
  browser = demo.browser
  closeBrowser = demo.close
})
afterAll(async () => {
  await closeBrowser?.()
  rmSync(folder, { recursive: true })
})

/** Opens the kiosk's page in a profile of its own. */
async function openKiosk(url: string, options: BrowserContextOptions = {}) {
  const context = await browser.newContext(options)
  const noted = await newNotedPage(context)
  await noted.page.goto(url)
  return { ...noted, close: () => context.close() }
}

const ready = (page: Page) => page.waitForSelector('#listen:enabled')
const shows = (page: Page, text: RegExp) =>
  page.waitForFunction(
    (source) => new RegExp(source).test(document.getElementById('state')?.textContent ?? ''),
    text.source,
  )

async function recognized(page: Page): Promise<string | null> {
  await ready(page)
  await page.setInputFiles('#file', clip)
  await shows(page, /^clip\.wav, /)
  return page.textContent('#emotion')
}

describe('served as it is', () => {
  let server: Server
  beforeAll(async () => {
    server = await serve(bundle)
  })
  afterAll(() => server.close())

  test('it answers as Node does, keeps to its policy, and asks nobody else', async () => {
    const { page, requests, violations, close } = await openKiosk(server.url)
    await ready(page)
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}))
    const loaded = requests.length
    expect(await recognized(page)).toBe(expected.emotion)
    for (const [label, score] of Object.entries(expected.scores)) {
      const row = page.getByRole('row', { name: label })
      expect(Number(await row.locator('data').getAttribute('value'))).toBeCloseTo(score, 4)
    }
    await page.click('#listen')
    await page.waitForSelector('#heard li')
    await page.click('#listen')
    await shows(page, /^Stopped/)
    expect(requests.filter((url) => !url.startsWith(server.url))).toEqual([])
    // Listening loads the worklet; then, and for recordings, nothing.
    const later = requests.slice(loaded).filter((url) => !url.endsWith('/microphone-worklet.js'))
    expect(later).toEqual([])
    expect(await violations()).toEqual([])
    expect(page.workers().length).toBeGreaterThan(0)
    await close()
  })

  test('it can be installed', async () => {
    const { page, close } = await openKiosk(server.url)
    const session = await page.context().newCDPSession(page)
    const { url, errors, data } = (await session.send('Page.getAppManifest')) as {
      url: string
      errors: unknown[]
      data: string
    }
    expect(url).toBe(`${server.url}manifest.webmanifest`)
    expect(errors).toEqual([])
    for (const { src, sizes } of JSON.parse(data).icons) {
      const response = await page.request.get(new URL(src, url).href)
      expect(response.status()).toBe(200)
      if (sizes !== 'any') {
        // A PNG says its size at bytes 16 to 23.
        const png = await response.body()
        expect(`${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`).toBe(sizes)
      }
    }
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}))
    const { installabilityErrors } = await session.send('Page.getInstallabilityErrors')
    // A private profile, as the tests have, installs nothing.
    const others = installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')
    expect(others).toEqual([])
    await close()
  })

  test('it is painted before the model is there, and shows how far that is', async () => {
    const context = await browser.newContext({ serviceWorkers: 'block' })
    const page = await context.newPage()
    let letGo = () => {}
    const held = new Promise<void>((resolve) => {
      letGo = resolve
    })
    await context.route('**/model.onnx', async (route) => {
      await held
      await route.continue()
    })
    await page.goto(server.url)
    await page.waitForFunction(
      () => performance.getEntriesByName('first-contentful-paint').length > 0,
    )
    const progress = page.getByRole('progressbar', { name: 'Loading the model' })
    expect(await progress.isVisible()).toBe(true)
    await page.waitForFunction(() => {
      const { value, max } = document.querySelector('progress') as HTMLProgressElement
      return value === 0 && max > 100_000
    })
    expect(await page.isDisabled('#listen')).toBe(true)
    await page.screenshot({ path: `${pictures}/loading.png` })
    letGo()
    await ready(page)
    expect(await progress.isVisible()).toBe(false)
    await context.close()
  })

  test.each([
    ['light', 'desktop', 1280],
    ['dark', 'desktop', 1280],
    ['light', 'phone', 320],
    ['dark', 'phone', 320],
  ] as const)('%s, %s: all text can be read, nothing sticks out', async (theme, screen, width) => {
    const { page, close } = await openKiosk(server.url, {
      colorScheme: theme,
      viewport: { width, height: 800 },
    })
    await recognized(page)
    await page.waitForTimeout(300)
    expect(await contrasts(page)).toSatisfy(readable)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    // On a kiosk's screen nothing has to be scrolled for.
    const height = await page.evaluate(() => document.documentElement.scrollHeight)
    if (screen === 'desktop') expect(height).toBe(800)
    await page.screenshot({ path: `${pictures}/${theme}-${screen}.png`, fullPage: true })
    // Every picture has something in it.
    for (const id of ['waveform', 'spectrogram', 'chart']) {
      const colors = await page.evaluate((id) => {
        const canvas = document.getElementById(id) as HTMLCanvasElement
        const { data } = (canvas.getContext('2d') as CanvasRenderingContext2D).getImageData(
          0,
          0,
          canvas.width,
          canvas.height,
        )
        return new Set(new Uint32Array(data.buffer)).size
      }, id)
      expect(colors, id).toBeGreaterThan(2)
    }
    await close()
  })

  test('the keyboard is enough', async () => {
    const { page, close } = await openKiosk(server.url)
    await ready(page)
    const focused = () => page.evaluate(() => document.activeElement?.id)
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('listen')
    await page.keyboard.press('Enter')
    await shows(page, /^Listening/)
    await page.keyboard.press('Enter')
    await shows(page, /^Stopped/)
    const chooser = page.waitForEvent('filechooser')
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('file')
    await page.keyboard.press('Enter')
    await (await chooser).setFiles(clip)
    await shows(page, /^clip\.wav, /)
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('fullscreen')
    await page.keyboard.press('Enter')
    // The button follows an event, which comes after the page is full-screen.
    await page.waitForSelector('#fullscreen[aria-pressed=true]')
    expect(await page.evaluate(() => document.fullscreenElement !== null)).toBe(true)
    await close()
  })

  test('a screen reader is told what changes, and not more often than it can say', async () => {
    const { page, close } = await openKiosk(server.url)
    await ready(page)
    await page.evaluate(() => {
      const told: [number, string | null][] = []
      Object.assign(globalThis, { told })
      const status = document.querySelector('[role=status]') as Element
      new MutationObserver(() => told.push([performance.now(), status.textContent])).observe(
        status,
        { childList: true },
      )
    })
    await page.click('#listen')
    await page.waitForSelector('#heard li')
    await page.waitForFunction(() =>
      / %$/.test((globalThis as unknown as { told: [number, string][] }).told.at(-1)?.[1] ?? ''),
    )
    const told = await page.evaluate(
      () => (globalThis as unknown as { told: [number, string][] }).told,
    )
    const [last] = await page.locator('#heard li span:nth-child(2)').allTextContents()
    expect(told.at(-1)?.[1]).toMatch(new RegExp(`^${last}, \\d+ %$`))
    for (const [index, [time]] of told.slice(1).entries()) {
      expect(time - (told[index]?.[0] ?? 0)).toBeGreaterThan(3900)
    }
    for (const picture of await page.getByRole('img').all()) {
      expect(await picture.getAttribute('aria-label')).toMatch(/\w/)
    }
    await close()
  })

  test('for who wants no motion, the pictures move once a second at most', async () => {
    const { page, close } = await openKiosk(server.url, { reducedMotion: 'reduce' })
    await ready(page)
    await page.click('#listen')
    await shows(page, /^Listening/)
    const drawn = () =>
      page.evaluate(async () => {
        let count = 0
        const { drawImage } = CanvasRenderingContext2D.prototype
        CanvasRenderingContext2D.prototype.drawImage = function (...args: unknown[]) {
          count += 1
          return Reflect.apply(drawImage, this, args)
        }
        await new Promise((resolve) => setTimeout(resolve, 2500))
        CanvasRenderingContext2D.prototype.drawImage = drawImage
        return count
      })
    expect(await drawn()).toBeLessThanOrEqual(3)
    await page.emulateMedia({ reducedMotion: 'no-preference' })
    expect(await drawn()).toBeGreaterThan(5)
    await close()
  })

  test('with #listen it listens by itself', async () => {
    const { page, close } = await openKiosk(`${server.url}#listen`)
    await shows(page, /^Listening/)
    await close()
  })

  test('by plain http on a network it recognizes, and says why it cannot listen', async () => {
    const url = server.url.replace('127.0.0.1', 'kiosk.test')
    const { page, violations, close } = await openKiosk(url)
    expect(
      await page.evaluate(() => [
        isSecureContext,
        'subtle' in crypto,
        'serviceWorker' in navigator,
      ]),
    ).toEqual([false, false, false])
    expect(await recognized(page)).toBe(expected.emotion)
    expect(page.workers().length).toBeGreaterThan(0)
    await page.click('#listen')
    await page.waitForSelector('#error:not([hidden])')
    expect(await page.textContent('#error-code')).toBe('insecure-context')
    expect(await page.textContent('#error-message')).toMatch(/https/)

    // Pushed samples take the same way as the microphone's would.
    const events = (await page.evaluate(`(async () => {
      const { createRecognizer } = await import(location.origin + '/undertone/index.js')
      const recognizer = await createRecognizer()
      const emotions = []
      const stream = recognizer.stream({
        sampleRate: 16000,
        voiceActivity: false,
        onEmotion: ({ emotion }) => emotions.push(emotion),
      })
      await stream.push(Float32Array.from({ length: 64000 }, (_, n) => Math.sin(n * n) / 9))
      await stream.end()
      const { code } = await recognizer.listen().catch((error) => error)
      return { emotions, code, worker: recognizer.worker }
    })()`)) as { emotions: string[]; code: string; worker: boolean }
    expect(events.emotions).toHaveLength(3)
    expect(events).toMatchObject({ code: 'insecure-context', worker: true })
    expect(await violations()).toEqual([])
    await close()
  })
})

describe('offline', () => {
  let server: Server
  let served: string
  beforeEach(async () => {
    served = join(folder, 'served')
    rmSync(served, { recursive: true, force: true })
    await writeBundle({ out: served, model: tinyModel, singleFile: false })
    server = await serve(served)
  })
  afterEach(() => server.close())

  /** Opens the page and waits until it is kept. */
  async function openKept() {
    const open = await openKiosk(server.url)
    await ready(open.page)
    await open.page.waitForFunction(() => navigator.serviceWorker.controller !== null)
    return open
  }

  const modelOf = (page: Page) => page.evaluate(() => document.documentElement.dataset.model)
  const caches = (page: Page) => page.evaluate(() => globalThis.caches.keys())

  /** Lets the service worker look for a new version. @returns what becomes of it */
  const update = (page: Page) =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready
      const end = new Promise<string>((resolve) => {
        registration.addEventListener('updatefound', () => {
          const { installing } = registration
          installing?.addEventListener('statechange', () => {
            if (installing.state !== 'installing') resolve(installing.state)
          })
        })
      })
      await registration.update()
      return end
    })

  test('the page comes, and recognizes, when its server is gone', async () => {
    const { page, close } = await openKept()
    await server.close()
    await page.reload()
    expect(await recognized(page)).toMatch(/\w/)
    await page.click('#listen')
    await shows(page, /^Listening/)
    await close()
  })

  test('a new version takes the place of the old one, once nobody listens', async () => {
    const { page, close } = await openKept()
    const [old] = await caches(page)
    await page.click('#listen')
    await shows(page, /^Listening/)
    await writeBundle({ out: served, model: defaultModel, singleFile: false })
    expect(await update(page)).toBe('installed')
    // Listening goes on as it was.
    expect(await page.textContent('#state')).toBe('Listening.')
    expect(await modelOf(page)).toBe('tiny')
    const anew = page.waitForEvent('load')
    await page.click('#listen')
    await anew
    await ready(page)
    expect(await modelOf(page)).toBe(defaultModel)
    expect(await caches(page)).not.toContain(old)
    await server.close()
    await page.reload()
    expect(await recognized(page)).toBe(expected.emotion)
    await close()
  })

  test.each([
    ['a file is damaged', 'undertone/undertone-frontend.wasm'],
    ['a file is not the one of this version', 'index.html'],
  ])('where %s in a new version, the old one stays whole', async (_, path) => {
    const { page, close } = await openKept()
    const before = await caches(page)
    await writeBundle({ out: served, model: defaultModel, singleFile: false })
    const file = readFileSync(join(served, path))
    file[file.length - 5] = (file[file.length - 5] as number) ^ 1
    writeFileSync(join(served, path), file)
    expect(await update(page)).toBe('redundant')
    expect(await caches(page)).toEqual(before)
    await server.close()
    await page.reload()
    expect(await recognized(page)).toMatch(/\w/)
    expect(await modelOf(page)).toBe('tiny')
    await close()
  })
})
