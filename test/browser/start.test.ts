import { existsSync, readFileSync } from 'node:fs'
import { extname } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Recognition } from '../../src/index.ts'
import { createRecognizer } from '../../src/index.ts'
import { distFile, sample, testAssets, tinyFile } from '../fixtures/assets.ts'
import { type Demo, startDemo } from './demo-page.ts'

const clip = '1001_ITS_HAP_XX.wav'
let demo: Demo
let expected: Recognition

beforeAll(async () => {
  demo = await startDemo()
  const recognizer = await createRecognizer({ assets: testAssets(), model: 'tiny' })
  expected = await recognizer.recognize(sample(clip))
  await recognizer.dispose()
})
afterAll(() => demo.close())

const html = `<script type="module">
  import * as undertone from '/index.js'
  globalThis.undertone = undertone
</script>`
const types: Record<string, string> = { '.js': 'text/javascript', '.wasm': 'application/wasm' }

/** Opens a page of some origin, with dist/ and the tests' model there. */
async function openPage(origin: string, headers: Record<string, string> = {}): Promise<Page> {
  const page = await demo.browser.newPage()
  await page.route(`${origin}/**`, (route) => {
    const path = new URL(route.request().url()).pathname.slice(1)
    if (path === '') return route.fulfill({ headers, contentType: 'text/html', body: html })
    const file = path.startsWith('tiny/') ? tinyFile(path.slice(5)) : distFile(path)
    if (!existsSync(file)) return route.fulfill({ status: 404 })
    const contentType = types[extname(path)] ?? 'application/octet-stream'
    return route.fulfill({ headers, contentType, body: readFileSync(file) })
  })
  await page.goto(`${origin}/`)
  return page
}

/** Recognizes the clip in a page, on its own thread, where all that starts can be seen. */
function recognizeIn(page: Page, threads: number): Promise<Recognition> {
  return page.evaluate(
    async ({ clip, threads }) => {
      const { undertone } = globalThis as unknown as {
        undertone: typeof import('../../src/index.ts')
      }
      const recognizer = await undertone.createRecognizer({
        model: '/tiny/',
        threads,
        engine: 'ort',
        worker: false,
      })
      const response = await fetch(`/demo/samples/${clip}`)
      const answer = await recognizer.recognize(await response.arrayBuffer())
      await recognizer.dispose()
      return answer
    },
    { clip, threads },
  )
}

function expectSameScores({ scores }: Recognition) {
  for (const [label, score] of Object.entries(expected.scores)) {
    expect(scores[label]).toBeCloseTo(score, 4)
  }
}

test('starts on plain http, where there is no crypto.subtle', async () => {
  const page = await openPage('http://kiosk.test')
  expect(await page.evaluate(() => isSecureContext || 'subtle' in crypto)).toBe(false)
  expectSameScores(await recognizeIn(page, 1))
  await page.close()
})

test('starts threads where the page is cross-origin isolated, and only when asked', async () => {
  const page = await openPage('https://kiosk.test', {
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
  })
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
  expectSameScores(await recognizeIn(page, 2))
  expect(page.workers()).toHaveLength(1)
  await page.reload()
  expectSameScores(await recognizeIn(page, 1))
  expect(page.workers()).toHaveLength(0)
  await page.close()
})

test('starts no thread where the page is not isolated, whatever is asked', async () => {
  const page = await openPage('https://kiosk.test')
  expectSameScores(await recognizeIn(page, 4))
  expect(page.workers()).toHaveLength(0)
  await page.close()
})

test('starts after a start that ran out of memory', async () => {
  const page = await openPage('https://kiosk.test')
  await page.evaluate(() => {
    const { instantiate } = WebAssembly
    let failures = 1
    // The front end's module is instantiated from a compiled one, by another function.
    Object.assign(WebAssembly, {
      instantiate: (...args: Parameters<typeof instantiate>) => {
        if (failures-- > 0) throw new RangeError('Out of memory')
        return instantiate(...args)
      },
    })
  })
  await expect(recognizeIn(page, 1)).rejects.toThrow('Out of memory')
  expectSameScores(await recognizeIn(page, 1))
  await page.close()
})
