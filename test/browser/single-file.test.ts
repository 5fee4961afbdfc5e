import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { writeBundle } from '../../src/bundle/write-bundle.ts'
import { createRecognizer, type Recognition, type Recognizer } from '../../src/index.ts'
import { fixture } from '../audio/fixtures.ts'
import { type EngineBrowser, engines } from '../engines/index.ts'
import { startSite, strictPolicy } from '../engines/site.ts'
import { sample } from '../fixtures/assets.ts'
import { startBrowser } from './microphone-browser.ts'
import { newNotedPage } from './noted-page.ts'

const clip = sample('1003_TSI_HAP_then_SAD.wav')
// Pages are loaded whole again and again, on a machine that may have much to do.
vi.setConfig({ testTimeout: 90_000 })

let folder: string
let recognizer: Recognizer
let expected: Recognition

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'undertone-single-'))
  await writeBundle({ out: join(folder, 'bundle'), model: undefined, singleFile: true })
  writeFileSync(
    join(folder, 'bundle/own.html'),
    '<!doctype html><title>Own</title><script src="undertone.js"></script>',
  )
  recognizer = await createRecognizer()
  expected = await recognizer.recognize(clip)
})
afterAll(async () => {
  await recognizer?.dispose()
  rmSync(folder, { recursive: true })
})

const address = (name: string) => pathToFileURL(join(folder, 'bundle', name)).href

/** Script that gives a file to the page, waits for what it shows, and returns that. */
const recognizeOnPage = (bytes: Uint8Array, name: string) => `
  const until = async (holds) => {
    for (let tries = 0; !holds(); tries++) {
      if (tries > 1200) throw new Error('waited in vain: ' + document.body.innerText)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  const byId = (id) => document.getElementById(id)
  await until(() => !byId('file').disabled || !byId('error').hidden)
  const bytes = Uint8Array.from(atob('${Buffer.from(bytes).toString('base64')}'), (c) => c.charCodeAt(0))
  const transfer = new DataTransfer()
  transfer.items.add(new File([bytes], '${name}'))
  byId('file').files = transfer.files
  byId('file').dispatchEvent(new Event('change'))
  await until(() => byId('state').textContent.startsWith('${name}, ') || !byId('error').hidden)
  return {
    error: byId('error').hidden ? undefined : byId('error-message').textContent,
    emotion: byId('emotion').textContent,
    scores: Object.fromEntries([...document.querySelectorAll('#scores tr')].map((row) =>
      [row.querySelector('th').textContent, Number(row.querySelector('data').value)])),
  }`

interface Shown {
  error?: string
  emotion: string
  scores: Record<string, number>
}

function expectSame(
  { error, emotion, scores }: Shown,
  { emotion: label, scores: wanted }: Recognition,
) {
  expect(error).toBeUndefined()
  expect(emotion).toBe(label)
  expect(Object.keys(scores)).toEqual(Object.keys(wanted))
  for (const [name, score] of Object.entries(wanted)) expect(scores[name]).toBeCloseTo(score, 4)
}

for (const engine of engines) {
  describe.skipIf(!engine.isThere())(`from a disk, in ${engine.name}`, () => {
    let browser: EngineBrowser
    beforeAll(async () => {
      browser = await engine.start()
    }, 120_000)
    afterAll(() => browser?.close())

    test('the page answers as Node does', async () => {
      const page = await browser.open(address('undertone.html'))
      expect(await page.run('return location.protocol')).toBe('file:')
      expectSame(await page.run<Shown>(recognizeOnPage(clip, 'clip.wav')), expected)
      await page.close()
    })

    test('the script answers as Node does, in a worker', async () => {
      const page = await browser.open(address('own.html'))
      const answer = await page.run<{ worker: boolean; result: Recognition }>(`
        const bytes = Uint8Array.from(atob('${Buffer.from(clip).toString('base64')}'), (c) => c.charCodeAt(0))
        const recognizer = await undertone.createRecognizer()
        const result = await recognizer.recognize(bytes)
        await recognizer.dispose()
        return { worker: recognizer.worker, result }`)
      expect(answer.worker).toBe(true)
      expectSame(answer.result, expected)
      await page.close()
    })
  })
}

describe('in Chromium', () => {
  let browser: Browser
  let close: () => Promise<void>
  beforeAll(async () => {
    const microphone = join(folder, 'clip.wav')
    writeFileSync(microphone, clip)
    const demo = await startBrowser(microphone)
    browser = demo.browser
    close = demo.close
  })
  afterAll(() => close?.())

  /** A page that notes what it asks for, and what it does against its policy. */
  async function open(show: (page: Page) => Promise<unknown>) {
    const context = await browser.newContext()
    const { page, requests, violations } = await newNotedPage(context)
    await show(page)
    const run = <Result>(script: string) =>
      page.evaluate(`(async () => { ${script} })()`) as Promise<Result>
    return {
      page,
      run,
      /** What it asked for but itself; data has no address. */
      asked: () => requests.filter((url) => !/^(data:|blob:)/.test(url) && url !== page.url()),
      violations,
      close: () => context.close(),
    }
  }

  test('from a disk it listens, asks for nothing, and keeps to its policy', async () => {
    const { page, run, asked, violations, close } = await open((page) =>
      page.goto(address('undertone.html')),
    )
    expectSame(await run<Shown>(recognizeOnPage(clip, 'clip.wav')), expected)
    await page.click('#listen')
    await page.waitForFunction(() => document.querySelectorAll('#heard li').length > 0)
    expect(await page.textContent('#state')).toBe('Listening.')
    await page.click('#listen')
    await page.waitForFunction(() => document.getElementById('state')?.textContent === 'Stopped.')
    expect(page.workers().map((worker) => worker.url().slice(0, 5))).toContain('data:')
    expect(asked()).toEqual([])
    expect(await violations()).toEqual([])
    await close()
  })

  test('from a disk it decodes what it decodes elsewhere', async () => {
    const { run, asked, violations, close } = await open((page) =>
      page.goto(address('undertone.html')),
    )
    for (const name of ['stereo.flac', 'stereo.mp3', 'stereo.ogg', 'stereo.opus']) {
      const { bytes } = fixture(name)
      expectSame(await run<Shown>(recognizeOnPage(bytes, name)), await recognizer.recognize(bytes))
    }
    // By the browser's own decoder, which Node has not.
    const { error } = await run<Shown>(recognizeOnPage(fixture('stereo.webm').bytes, 'stereo.webm'))
    expect(error).toBeUndefined()
    expect(asked()).toEqual([])
    expect(await violations()).toEqual([])
    await close()
  })

  test.each([
    ['as text, as a webview has it', (page: Page, html: string) => page.setContent(html)],
    [
      'in a frame that is shut off from all',
      async (page: Page, html: string) => {
        await page.setContent('<iframe sandbox="allow-scripts" style="width:900px;height:600px">')
        await page.evaluate((text) => {
          const frame = document.querySelector('iframe')
          if (frame) frame.srcdoc = text
        }, html)
      },
    ],
  ])('given %s, it recognizes recordings, and says why it cannot listen', async (_, give) => {
    const html = readFileSync(join(folder, 'bundle/undertone.html'), 'utf8')
    const { page, asked, close } = await open((page) => give(page, html))
    const frame = page.frames().at(-1) ?? page.mainFrame()
    await frame.waitForSelector('#listen')
    const shown = (await frame.evaluate(
      `(async () => { ${recognizeOnPage(clip, 'clip.wav')} })()`,
    )) as Shown
    expectSame(shown, expected)
    expect(await frame.evaluate(() => [origin, isSecureContext])).toEqual(['null', false])
    await frame.click('#listen')
    await frame.waitForFunction(() => !document.getElementById('error')?.hidden)
    expect(await frame.textContent('#error-code')).toBe('insecure-context')
    expect(asked()).toEqual([])
    await close()
  })

  test('where no worker may start, the page’s thread does the work', async () => {
    const { page, run, asked, close } = await open((page) => page.goto(address('own.html')))
    await page.evaluate(() => {
      const meta = document.createElement('meta')
      meta.httpEquiv = 'Content-Security-Policy'
      meta.content = "default-src 'none'; script-src 'wasm-unsafe-eval'"
      document.head.append(meta)
    })
    const { worker, emotion } = await run<{ worker: boolean; emotion: string }>(`
      const bytes = Uint8Array.from(atob('${Buffer.from(clip).toString('base64')}'), (c) => c.charCodeAt(0))
      const recognizer = await undertone.createRecognizer()
      return { worker: recognizer.worker, emotion: (await recognizer.recognize(bytes)).emotion }`)
    expect({ worker, emotion }).toEqual({ worker: false, emotion: expected.emotion })
    expect(asked().filter((url) => !url.startsWith('file:'))).toEqual([])
    await close()
  })

  test('under a strict policy, listening takes data: in script-src, as its error says', async () => {
    const files = {
      '/own.html': readFileSync(join(folder, 'bundle/own.html')),
      '/undertone.js': readFileSync(join(folder, 'bundle/undertone.js')),
    }
    const listen = async (policy: string) => {
      const site = await startSite(files, policy)
      const { run, close } = await open((page) => page.goto(`${site.url}own.html`))
      const answer = await run<{ state?: string; code?: string; message?: string }>(`
        const recognizer = await undertone.createRecognizer()
        try {
          const live = await recognizer.listen()
          await live.stop()
          return { state: live.state }
        } catch ({ code, message }) {
          return { code, message }
        }`)
      await close()
      await site.close()
      return answer
    }
    const { code, message } = await listen(strictPolicy)
    expect(code).toBe('asset-missing')
    expect(message).toMatch(/Content-Security-Policy must have `data:` in its script-src/)
    expect(message).not.toMatch(/base64/)
    expect(await listen(`${strictPolicy} data:`)).toEqual({ state: 'stopped' })
  })

  test('a damaged file is told', async () => {
    const broken = join(folder, 'bundle/broken.html')
    const html = readFileSync(join(folder, 'bundle/undertone.js'), 'utf8')
    writeFileSync(
      join(folder, 'bundle/broken.js'),
      html.replace(/("models\/[\w-]+\/model\.onnx":")[^"]{8}/, '$1AAAAAAAA'),
    )
    writeFileSync(broken, '<!doctype html><script src="broken.js"></script>')
    const { run, close } = await open((page) => page.goto(pathToFileURL(broken).href))
    expect(
      await run(
        'return undertone.createRecognizer().catch(({ code, message }) => ({ code, message }))',
      ),
    ).toMatchObject({ code: 'asset-corrupt', message: expect.stringMatching(/cannot be unpacked/) })
    await close()
  })
})
