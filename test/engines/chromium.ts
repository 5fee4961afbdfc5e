import { chromium as playwright } from 'playwright-core'
import { chromiumArgs, findChromium, installChromium } from '../chromium.ts'
import type { Engine, EngineBrowser, PageOptions } from './engine.ts'

export const chromium: Engine = {
  name: 'Chromium',
  advice: 'Debian: apt-get install chromium; or name one in CHROMIUM_PATH',
  isThere: () => findChromium() !== undefined,
  install: () => void installChromium(),
  start,
}

async function start(): Promise<EngineBrowser> {
  const browser = await playwright.launch({
    executablePath: findChromium() as string,
    args: [...chromiumArgs],
  })
  return {
    async open(url, { width = 1000, height = 800 }: PageOptions = {}) {
      const context = await browser.newContext({ viewport: { width, height } })
      const page = await context.newPage()
      await page.goto(url)
      return {
        run: <Result>(body: string) =>
          page.evaluate(`(async () => { ${body} })()`) as Promise<Result>,
        reload: async () => void (await page.reload()),
        screenshot: () => page.screenshot(),
        close: () => context.close(),
      }
    },
    close: () => browser.close(),
  }
}
