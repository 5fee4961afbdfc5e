import { spawnSync } from 'node:child_process'
import puppeteer from 'puppeteer-core'
import { aptInstall } from './apt-install.ts'
import type { Engine, EngineBrowser, PageOptions } from './engine.ts'

const names = ['firefox-esr', 'firefox']

/** The environment's FIREFOX_PATH, else one on the PATH. */
function find(): string | undefined {
  const { FIREFOX_PATH } = process.env
  if (FIREFOX_PATH) return FIREFOX_PATH
  return names
    .map((name) => spawnSync('which', [name], { encoding: 'utf8' }).stdout?.trim())
    .find(Boolean)
}

/** Firefox, spoken to in WebDriver BiDi. */
export const firefox: Engine = {
  name: 'Firefox',
  advice: 'Debian: apt-get install firefox-esr',
  isThere: () => find() !== undefined,
  install: () => aptInstall('firefox-esr'),
  start,
}

async function start(): Promise<EngineBrowser> {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: find() as string,
    headless: true,
    // Nothing but the tests' pages is to be asked for.
    extraPrefsFirefox: {
      'app.update.enabled': false,
      'network.captive-portal-service.enabled': false,
      'network.connectivity-service.enabled': false,
    },
  })
  return {
    async open(url, { width = 1000, height = 800 }: PageOptions = {}) {
      const context = await browser.createBrowserContext()
      const page = await context.newPage()
      await page.setViewport({ width, height })
      await page.goto(url)
      return {
        // As text: what transforms the tests would rewrite a function's imports.
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
