import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { serve } from '../../src/demo/serve.ts'
import { defaultModel } from '../../src/index.ts'
import { chromiumArgs, findChromium } from '../chromium.ts'
import { tinyFile } from '../fixtures/assets.ts'
import { type NotedPage, newNotedPage } from './noted-page.ts'

/** Content of files below dist/ that differs from what is there; `undefined` for none at all. */
export type Changes = Record<string, Uint8Array | undefined>

/** The tests' model in the place of the released one. */
export const withTinyModel: Changes = {
  'models/index.json': new TextEncoder().encode(JSON.stringify([defaultModel])),
  [`models/${defaultModel}/manifest.json`]: new Uint8Array(readFileSync(tinyFile('manifest.json'))),
  [`models/${defaultModel}/model.onnx`]: new Uint8Array(readFileSync(tinyFile('model.onnx'))),
}

export interface Demo {
  browser: Browser
  url: string
  close(): Promise<void>
}

/** Starts a Chromium with an empty profile, and a server of dist/. */
export async function startDemo(): Promise<Demo> {
  const server = await serve(fileURLToPath(new URL('../../dist', import.meta.url)))
  const executablePath = findChromium()
  if (!executablePath) throw new Error('No Chromium: name one in CHROMIUM_PATH.')
  const browser = await chromium.launch({
    executablePath,
    args: [...chromiumArgs],
  })
  return {
    browser,
    url: server.url,
    async close() {
      await browser.close()
      await server.close()
    },
  }
}

export interface OpenPage extends NotedPage {
  /** Puts other content in place of files, and everything else back. */
  change(changes: Changes): Promise<void>
  close(): Promise<void>
}

/** Opens the page in a profile of its own, and waits until it is ready or has failed. */
export async function openPage(
  { browser, url }: Demo,
  changes: Changes = withTinyModel,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext(options)
  const noted = await newNotedPage(context)
  const { page } = noted
  const change = async (next: Changes) => {
    await context.unrouteAll()
    for (const [path, content] of Object.entries(next)) {
      await context.route(new URL(`../${path}`, url).href, (route) =>
        content
          ? route.fulfill({
              body: Buffer.from(content),
              ...(path.endsWith('.js') && { contentType: 'text/javascript' }),
            })
          : route.fulfill({ status: 404 }),
      )
    }
  }
  await change(changes)
  await page.goto(url)
  await settled(page)
  return {
    ...noted,
    change,
    close: () => context.close(),
  }
}

/** Waits until the page works no longer. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(
    () => !document.getElementById('status')?.classList.contains('busy'),
    undefined,
    { timeout: 30_000 },
  )
}

/** Drops files or folders of this machine on the page, as a hand would. */
export async function drop(page: Page, ...paths: string[]): Promise<void> {
  const box = await page.locator('#drop').boundingBox()
  if (!box) throw new Error('There is nothing to drop on.')
  const session = await page.context().newCDPSession(page)
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  const data = { items: [], files: paths, dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, ...at, data })
  }
  await session.detach()
  await settled(page)
}

/** Chooses a file in the page's field. */
export async function choose(page: Page, name: string, bytes: Uint8Array): Promise<void> {
  const buffer = Buffer.from(bytes)
  await page.setInputFiles('#file', { name, mimeType: 'audio/wav', buffer })
  await settled(page)
}

/** Presses the button of a bundled sample. */
export async function press(page: Page, file: string): Promise<void> {
  await page.click(`button[data-file="${file}"]`)
  await settled(page)
}

export interface Shown {
  title: string
  emotion: string
  scores: Record<string, number>
  /** Windows in the timeline; 0 where none is shown. */
  windows: number
}

/** What the page shows of a result; nothing when none is visible. */
export function shownResult(page: Page): Promise<Shown | undefined> {
  return page.evaluate(() => {
    const text = (id: string) => document.getElementById(id)?.textContent ?? ''
    const visible = (id: string) => document.getElementById(id)?.checkVisibility() ?? false
    if (!visible('result')) return undefined
    const rows = [...document.querySelectorAll('#scores tr')]
    return {
      title: text('result-title'),
      emotion: text('emotion'),
      scores: Object.fromEntries(
        rows.map((row) => [
          row.querySelector('th')?.textContent ?? '',
          Number(row.querySelector('data')?.value),
        ]),
      ),
      windows: visible('timeline') ? document.querySelectorAll('#windows li').length : 0,
    }
  })
}

/** The code and the sentence of the one error that the page shows. */
export function shownError(page: Page): Promise<{ code: string; message: string } | undefined> {
  return page.evaluate(() => {
    const errors = [...document.querySelectorAll('[role=alert]')].filter((e) => e.checkVisibility())
    if (errors.length > 1) throw new Error('more than one error')
    if (!errors[0]) return undefined
    return {
      code: document.getElementById('error-code')?.textContent ?? '',
      message: document.getElementById('error-message')?.textContent ?? '',
    }
  })
}
