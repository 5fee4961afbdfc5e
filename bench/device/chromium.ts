import { chromium, type Page } from 'playwright-core'
import { chromiumArgs, findChromium } from '../../test/chromium.ts'

/** A Chromium that can be asked what its pages take. */
export interface MeasuredChromium {
  /** Opens a page in an empty profile. */
  open(url: string): Promise<MeasuredPage>
  /** Processor time of the pages' processes up to now, seconds. */
  processorTime(): Promise<number>
  close(): Promise<void>
}

export interface MeasuredPage {
  run<Result = void>(body: string): Promise<Result>
  /** Bytes that are held, after what is not needed was collected. */
  memory(): Promise<{ heap: number; buffers: number }>
  close(): Promise<void>
}

/** @param microphone a WAV file that the microphone plays again and again */
export async function startChromium(microphone: string): Promise<MeasuredChromium> {
  const browser = await chromium.launch({
    executablePath: findChromium() as string,
    args: [
      ...chromiumArgs,
      '--autoplay-policy=no-user-gesture-required',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-audio-capture=${microphone}`,
    ],
  })
  const system = await browser.newBrowserCDPSession()
  return {
    async open(url) {
      const context = await browser.newContext()
      const page = await context.newPage()
      await page.goto(url)
      return measured(page)
    },
    async processorTime() {
      const { processInfo } = await system.send('SystemInfo.getProcessInfo')
      return processInfo
        .filter(({ type }) => type === 'renderer')
        .reduce((sum, { cpuTime }) => sum + cpuTime, 0)
    },
    close: () => browser.close(),
  }
}

async function measured(page: Page): Promise<MeasuredPage> {
  const session = await page.context().newCDPSession(page)
  return {
    run: <Result>(body: string) => page.evaluate(`(async () => { ${body} })()`) as Promise<Result>,
    async memory() {
      for (let time = 0; time < 3; time++) await session.send('HeapProfiler.collectGarbage')
      const { usedSize, backingStorageSize } = await session.send('Runtime.getHeapUsage')
      return { heap: usedSize, buffers: backingStorageSize }
    },
    close: () => page.context().close(),
  }
}
