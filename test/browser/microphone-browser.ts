import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { serve } from '../../src/demo/serve.ts'
import { findChromium } from '../chromium.ts'
import type { Demo } from './demo-page.ts'

/**
 * Starts a Chromium and a server of dist/.
 * @param microphone a WAV file that the microphone plays again and again; none for no microphone
 * @param allow whether pages get the microphone when they ask for it
 * @param hosts where further names lead, with a port if that is another
 */
export async function startBrowser(
  microphone?: string,
  allow = true,
  hosts: Record<string, string> = {},
): Promise<Demo> {
  const server = await serve(fileURLToPath(new URL('../../dist', import.meta.url)))
  const executablePath = findChromium()
  if (!executablePath) throw new Error('No Chromium: name one in CHROMIUM_PATH.')
  const browser = await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-component-update',
      '--no-first-run',
      // A name that is not this machine's, over plain http, as on the network of a kiosk.
      `--host-resolver-rules=${Object.entries({ 'kiosk.test': '127.0.0.1', ...hosts })
        .map(([name, address]) => `MAP ${name} ${address}`)
        .join()}`,
      ...(allow ? ['--use-fake-ui-for-media-stream'] : []),
      ...(microphone
        ? ['--use-fake-device-for-media-stream', `--use-file-for-fake-audio-capture=${microphone}`]
        : []),
    ],
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
