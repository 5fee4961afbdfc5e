import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serve } from '../../src/demo/serve.ts'
import { createRecognizer } from '../../src/index.ts'
import type { Demo } from '../browser/demo-page.ts'
import { startBrowser } from '../browser/microphone-browser.ts'
import { sample } from '../fixtures/assets.ts'
import { buildExample, examples, installExamples, pageOf } from './install.ts'

const clip = {
  name: 'clip.wav',
  mimeType: 'audio/wav',
  buffer: Buffer.from(sample('1003_TSI_HAP_then_SAD.wav')),
}
let folder: string
let expected: string
let demo: Demo

beforeAll(async () => {
  await installExamples()
  folder = mkdtempSync(join(tmpdir(), 'undertone-examples-'))
  writeFileSync(join(folder, 'clip.wav'), clip.buffer)
  const recognizer = await createRecognizer()
  const { emotion, confidence } = await recognizer.recognize(new Uint8Array(clip.buffer))
  expected = `${emotion}, ${Math.round(100 * confidence)} %`
  await recognizer.dispose()
  demo = await startBrowser(join(folder, 'clip.wav'))
}, 600_000)
afterAll(async () => {
  await demo?.close()
  if (folder) rmSync(folder, { recursive: true })
})

describe.each(examples)('$name', (example) => {
  test('builds from npm, and works as Node does, without asking anyone else', async () => {
    await buildExample(example)
    const server = await serve(pageOf(example))
    const context = await demo.browser.newContext()
    const requests: string[] = []
    context.on('request', (request) => requests.push(request.url()))
    const page = await context.newPage()
    const problems: string[] = []
    page.on('pageerror', (error) => problems.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(`${message.text()} ${message.location().url}`)
    })
    await page.goto(server.url)

    await page.waitForSelector('#file:enabled')
    await page.setInputFiles('#file', clip)
    await expect.poll(() => page.textContent('#heard')).toBe(expected)
    expect(page.workers()).toHaveLength(1)

    await page.click('#listen')
    await page.waitForFunction(
      (before) =>
        / %$/.test(document.getElementById('heard')?.textContent ?? '') &&
        document.getElementById('heard')?.textContent !== before,
      expected,
    )
    await page.click('#listen')
    await expect.poll(() => page.textContent('#listen')).toBe('Listen')

    expect(requests.length).toBeGreaterThan(4)
    expect(requests.filter((url) => !url.startsWith(server.url))).toEqual([])
    // Browsers ask for it by themselves.
    expect(problems.filter((text) => !text.endsWith('/favicon.ico'))).toEqual([])
    await context.close()
    await server.close()
  }, 240_000)
})
