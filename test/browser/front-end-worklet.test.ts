import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build, type Format } from 'esbuild'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFrontEnd, type FeatureSettings } from '../../src/frontend/index.ts'
import { noise } from '../frontend/signals.ts'
import { type Demo, startDemo } from './demo-page.ts'

const settings: Partial<FeatureSettings> = { feature: ['mfcc', 'chroma', 'rms'], nMfcc: 13 }
const samples = noise(128 * 200)
const docs = readFileSync(new URL('../../docs/frontend.md', import.meta.url), 'utf8')
const [, processor = ''] = docs.match(/```js\n(.*?registerProcessor.*?)```/s) ?? []

/** As the documentation says to bundle. */
async function bundle(contents: string, format: Format): Promise<string> {
  const resolveDir = fileURLToPath(new URL('../..', import.meta.url))
  const { outputFiles } = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    format,
    write: false,
    logLevel: 'error',
  })
  return outputFiles[0]?.text ?? ''
}

let demo: Demo
let page: Page
beforeAll(async () => {
  demo = await startDemo()
  page = await demo.browser.newPage()
  // a file of that origin, without the demo's policy, which forbids scripts from text
  await page.goto(new URL('/frontend.js', demo.url).href)
  // as text, since the tests' own imports are not the page's
  await page.evaluate(
    `import('/frontend.js').then((frontend) => { globalThis.frontend = frontend })`,
  )
})
afterAll(() => demo.close())

for (const [name, source] of [
  ['bundled', () => bundle(processor, 'esm')],
  [
    'from the URL of dist/',
    async () => processor.replace('undertone/frontend', new URL('/frontend.js', demo.url).href),
  ],
] as const) {
  test(`an AudioWorklet, ${name}, gives the frames that Node gives, bit for bit`, async () => {
    const heard = await page.evaluate(
      async ({ samples, settings, source }) => {
        const { frontend } = globalThis as unknown as {
          frontend: typeof import('../../src/frontend/index.ts')
        }
        const module = await frontend.loadModule()
        const context = new OfflineAudioContext(1, samples.length, 16000)
        const script = new Blob([source], { type: 'text/javascript' })
        await context.audioWorklet.addModule(URL.createObjectURL(script))
        const node = new AudioWorkletNode(context, 'features', {
          processorOptions: { module, settings },
        })
        const values: number[] = []
        node.port.onmessage = ({ data }) => values.push(...data)
        const buffer = context.createBuffer(1, samples.length, 16000)
        buffer.copyToChannel(Float32Array.from(samples), 0)
        const player = new AudioBufferSourceNode(context, { buffer })
        player.connect(node).connect(context.destination)
        player.start()
        await context.startRendering()
        await new Promise((resolve) => setTimeout(resolve, 200))
        return values
      },
      { samples: [...samples], settings, source: await source() },
    )
    const stream = (await createFrontEnd(settings)).stream()
    expect(heard.length).toBeGreaterThan(1000)
    expect(new Float32Array(heard)).toEqual(stream.push(samples).data)
  })
}

test('a classic Worker says what it needs, and works with it', async () => {
  const worker = await bundle(
    `import { createFrontEnd } from 'undertone/frontend'
    onmessage = async ({ data: { samples, settings, options } }) => {
      try {
        postMessage((await createFrontEnd(settings, options)).compute(samples).data)
      } catch ({ code, message }) {
        postMessage({ code, message })
      }
    }`,
    'iife',
  )
  const ask = (options: object) =>
    page.evaluate(
      async ({ worker, samples, settings, options }) => {
        const script = new Blob([worker], { type: 'text/javascript' })
        const thread = new Worker(URL.createObjectURL(script))
        const answer = await new Promise<MessageEvent>((resolve) => {
          thread.onmessage = resolve
          const clip = Float32Array.from(samples)
          thread.postMessage({ samples: clip, settings, options })
        })
        thread.terminate()
        return answer.data instanceof Float32Array ? [...answer.data] : answer.data
      },
      { worker, samples: [...samples], settings, options },
    )
  expect(await ask({})).toMatchObject({
    code: 'asset-missing',
    message: expect.stringMatching(/`assets`.*`wasm`/),
  })
  // a Worker made of a blob knows no place that this could be relative to
  expect(await ask({ assets: '/' })).toMatchObject({
    code: 'asset-missing',
    message: expect.stringMatching(/from '\/' here.*whole URL/),
  })
  const expected = (await createFrontEnd(settings)).compute(samples).data
  expect(new Float32Array(await ask({ assets: new URL('/', demo.url).href }))).toEqual(expected)
})
