import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeAudio, toMono } from '../../src/audio/index.ts'
import { writeBundle } from '../../src/bundle/write-bundle.ts'
import { createRecognizer } from '../../src/index.ts'
import { customScheme } from '../engines/custom-scheme.ts'
import { sample } from '../fixtures/assets.ts'
import type { Demo } from './demo-page.ts'
import { startBrowser } from './microphone-browser.ts'
import { newNotedPage } from './noted-page.ts'

const clip = sample('1003_TSI_HAP_then_SAD.wav')
const example = (path: string) => fileURLToPath(new URL(`../../examples/${path}`, import.meta.url))
const source = (path: string) => readFileSync(example(path), 'utf8')

/** The MIME types that an app's code gives to its files. */
function typesIn(path: string, pattern: RegExp): Record<string, string> {
  const [, table = ''] = source(path).match(/mimeTypes = (?:mapOf\(|\[)([^)\]]*)[)\]]/) ?? []
  return Object.fromEntries(Array.from(table.matchAll(pattern), ([, end, type]) => [end, type]))
}
const android = typesIn('android-webview/MainActivity.kt', /"(\w+)" to "([^"]+)"/g)
const ios = typesIn('ios-webview/ViewController.swift', /"(\w+)": "([^"]+)"/g)

let folder: string
let bundle: string
let samples: string
let expected: string
/** The emotions of the clip, as a stream gives them. */
const heard: string[] = []
let app: Server
let demo: Demo

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'undertone-webview-'))
  bundle = join(folder, 'bundle')
  await writeBundle({ out: bundle, model: undefined, singleFile: false })
  writeFileSync(join(folder, 'clip.wav'), clip)
  const speech = toMono((await decodeAudio(clip)).channels)
  samples = join(folder, 'clip.f32')
  writeFileSync(samples, new Uint8Array(speech.buffer, speech.byteOffset, speech.byteLength))
  const recognizer = await createRecognizer()
  expected = (await recognizer.recognize(clip)).emotion
  const stream = recognizer.stream({
    sampleRate: 16000,
    onEmotion: ({ emotion }) => heard.push(emotion ?? 'no speech'),
  })
  await stream.push(speech)
  // Those before the end alone: when an app is told to stop is a matter of moments.
  const whole = heard.length
  await stream.end()
  heard.length = whole
  await recognizer.dispose()
  app = await startApp()
  const address = `127.0.0.1:${(app.address() as AddressInfo).port}`
  const hosts = origins.map(([, base]) => [new URL(base).hostname, address])
  demo = await startBrowser(join(folder, 'clip.wav'), true, Object.fromEntries(hosts))
}, 60_000)
afterAll(async () => {
  await demo?.close()
  app?.close()
  app?.closeAllConnections()
  if (folder) rmSync(folder, { recursive: true })
})

test('the examples know the types of what they serve', () => {
  for (const types of [android, ios]) {
    expect(types).toMatchObject({ js: 'text/javascript', wasm: 'application/wasm' })
  }
})

const origins = [
  ['WebViewAssetLoader', 'https://appassets.androidplatform.net/undertone/'],
  ['Capacitor on Android', 'https://localhost/'],
] as const

/** Answers as the app does, for every origin, under a certificate that none trusts. */
async function startApp(): Promise<Server> {
  const files = { key: join(folder, 'key.pem'), cert: join(folder, 'cert.pem') }
  const request = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost'
  const args = [...request.split(' '), '-keyout', files.key, '-out', files.cert]
  execFileSync('openssl', args, { stdio: 'ignore' })
  const server = createServer(
    { key: readFileSync(files.key), cert: readFileSync(files.cert) },
    ({ headers, url = '' }, response) => {
      const address = `https://${headers.host}${url}`
      const [, base = address] = origins.find(([, base]) => address.startsWith(base)) ?? []
      const file = join(bundle, address.slice(base.length))
      if (base === address || !existsSync(file)) return response.writeHead(404).end()
      const type = android[extname(file).slice(1)] ?? 'application/octet-stream'
      response.writeHead(200, { 'content-type': type }).end(readFileSync(file))
    },
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

describe.each(origins)('%s, as Chromium sees it', (_, base) => {
  test('recognizes and listens, and asks nobody for anything', async () => {
    const context = await demo.browser.newContext({
      ignoreHTTPSErrors: true,
      // A webview's service workers do not get the app's files.
      serviceWorkers: 'block',
    })
    const { page, requests, violations } = await newNotedPage(context)
    await page.goto(`${base}index.html`)
    await page.waitForSelector('#listen:enabled')
    await page.setInputFiles('#file', join(folder, 'clip.wav'))
    await expect.poll(() => page.textContent('#state')).toMatch(/^clip\.wav, /)
    expect(await page.textContent('#emotion')).toBe(expected)
    await page.click('#listen')
    await page.waitForSelector('#heard li')
    expect(page.workers()).toHaveLength(1)
    expect(await page.evaluate('[isSecureContext, typeof SharedArrayBuffer]')).toEqual([
      true,
      'undefined',
    ])
    expect(await violations()).toEqual([])
    expect(requests.length).toBeGreaterThan(4)
    expect(requests.filter((url) => !url.startsWith(base))).toEqual([])
    await context.close()
  }, 60_000)
})

const until =
  'const until = async (holds) => { while (!holds()) await new Promise((r) => setTimeout(r, 20)) }'

describe.skipIf(!customScheme.isThere())('in WebKit, by a scheme of the app', () => {
  test('Capacitor on iOS: the bundle recognizes, and a microphone is asked for', async () => {
    const served = join(folder, 'capacitor')
    cpSync(bundle, served, { recursive: true })
    cpSync(join(folder, 'clip.wav'), join(served, 'clip.wav'))
    const answer = await customScheme.run(
      { url: 'capacitor://localhost/index.html', folder: served, types: ios },
      `${until}
      await until(() => !document.getElementById('listen').disabled)
      const { createRecognizer } = await import(new URL('undertone/index.js', document.baseURI).href)
      const recognizer = await createRecognizer()
      const { emotion } = await recognizer.recognize(await (await fetch('clip.wav')).arrayBuffer())
      const { code } = await recognizer.listen().catch((error) => error)
      const { worker } = recognizer
      return { emotion, code, worker, shared: typeof SharedArrayBuffer, secure: isSecureContext, violations }`,
    )
    expect(answer).toEqual({
      emotion: expected,
      // This one has none; that it was looked for is what the scheme could have forbidden.
      code: 'microphone-missing',
      worker: true,
      shared: 'undefined',
      secure: true,
      violations: [],
    })
  }, 120_000)

  test('WKWebView: the app records, and the page hears what Node hears', async () => {
    const served = join(folder, 'ios')
    cpSync(example('ios-webview/www'), served, { recursive: true })
    cpSync(bundle, join(served, 'bundle'), { recursive: true })
    const answer = await customScheme.run<{ seen: string[]; violations: string[] }>(
      {
        url: 'undertone://app/index.html',
        folder: served,
        types: ios,
        recording: { samples, sampleRate: 16000 },
      },
      `${until}
      const [emotion, state, listen] = ['emotion', 'state', 'listen'].map((id) => document.getElementById(id))
      await until(() => !listen.disabled)
      const seen = []
      new MutationObserver(() => seen.push(emotion.textContent)).observe(emotion, { childList: true })
      listen.click()
      await until(() => seen.length >= ${heard.length})
      listen.click()
      await until(() => state.textContent === 'Stopped.')
      return { seen: seen.slice(0, ${heard.length}), violations }`,
    )
    expect(heard.length).toBeGreaterThan(5)
    expect(answer).toEqual({ seen: heard, violations: [] })
  }, 120_000)
})
