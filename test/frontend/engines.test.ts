import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runInThisContext } from 'node:vm'
import { chromium } from 'playwright-core'
import { afterAll, describe, expect, it } from 'vitest'
import { findChromium } from '../chromium.ts'

const script = readFileSync(new URL('kernel-hash.js', import.meta.url), 'utf8')
const wasmFile = fileURLToPath(new URL('../../dist/undertone-frontend.wasm', import.meta.url))
const wasm = readFileSync(wasmFile)
const kernelHash: (wasm: Uint8Array) => string = runInThisContext(`${script};kernelHash`)
const expected = kernelHash(wasm)

const folder = mkdtempSync(join(tmpdir(), 'undertone-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 9, retryDelay: 100 }))

const starts = (command: string, ...args: string[]) => spawnSync(command, args).status === 0
const jsc = ['jsc', '/usr/lib/x86_64-linux-gnu/webkitgtk-4.1/jsc'].find((shell) =>
  starts(shell, '-e', '0'),
)
const firefox = ['firefox', 'firefox-esr'].find((browser) => starts(browser, '--version'))
const chromiumPath = findChromium()

describe('the bits are the same', { timeout: 90_000 }, () => {
  it('twice, and not by chance', () => {
    expect(expected).toMatch(/^[0-9a-f]+$/)
    expect(kernelHash(wasm)).toBe(expected)
  })

  it.skipIf(!chromiumPath)('in Chromium (V8)', async () => {
    const browser = await chromium.launch({ executablePath: chromiumPath!, args: ['--no-sandbox'] })
    try {
      const page = await browser.newPage()
      await page.addScriptTag({ content: script })
      const hash = await page.evaluate((wasm) => {
        const { kernelHash } = globalThis as unknown as { kernelHash(wasm: Uint8Array): string }
        return kernelHash(Uint8Array.from(atob(wasm), (byte) => byte.charCodeAt(0)))
      }, wasm.toString('base64'))
      expect(hash).toBe(expected)
    } finally {
      await browser.close()
    }
  })

  it.skipIf(!jsc)('in JavaScriptCore (Debian: libjavascriptcoregtk-4.0-bin)', () => {
    const file = join(folder, 'hash.js')
    writeFileSync(
      file,
      `${script};print(kernelHash(readFile(${JSON.stringify(wasmFile)}, 'binary')))`,
    )
    const { stdout, stderr } = spawnSync(jsc!, [file], { encoding: 'utf8' })
    expect(stdout.trim(), stderr).toBe(expected)
  })

  it.skipIf(!firefox)('in Firefox (SpiderMonkey; Debian: firefox-esr)', async () => {
    expect(await hashInFirefox()).toBe(expected)
  })
})

/** Opens a page that hashes and tells, since stock Firefox is not to be driven otherwise. */
async function hashInFirefox(): Promise<string> {
  let tell = (_: string) => {}
  const answer = new Promise<string>((resolve) => {
    tell = resolve
  })
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    if (pathname === '/answer') tell(searchParams.get('hash') ?? '')
    if (pathname === '/wasm') return response.end(wasm)
    response.setHeader('content-type', 'text/html')
    response.end(`<script>${script}
      fetch('/wasm').then((wasm) => wasm.arrayBuffer())
        .then((wasm) => kernelHash(new Uint8Array(wasm)))
        .catch(String)
        .then((hash) => fetch('/answer?hash=' + encodeURIComponent(hash)))
    </script>`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const profile = join(folder, 'firefox')
  const args = ['--headless', '--no-remote', '--profile', profile, `http://127.0.0.1:${port}/`]
  mkdirSync(profile)
  const browser = spawn(firefox!, args, { stdio: 'ignore', env: { ...process.env, HOME: folder } })
  try {
    return await answer
  } finally {
    browser.kill()
    server.closeAllConnections()
    server.close()
  }
}
