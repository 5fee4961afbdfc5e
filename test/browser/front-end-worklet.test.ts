import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFrontEnd, type FeatureSettings } from '../../src/frontend/index.ts'
import { noise } from '../frontend/signals.ts'
import { type Demo, startDemo } from './demo-page.ts'

const settings: Partial<FeatureSettings> = { feature: ['mfcc', 'chroma', 'rms'], nMfcc: 13 }

// as docs/frontend.md shows it
const processor = `
  import { FrontEnd } from 'ORIGIN/frontend.js'
  registerProcessor('features', class extends AudioWorkletProcessor {
    constructor({ processorOptions: { module, settings } }) {
      super()
      this.stream = new FrontEnd(module, settings).stream()
    }
    process([[samples]]) {
      if (!samples) return true
      const { frames, data } = this.stream.push(samples)
      if (frames > 0) this.port.postMessage(data, [data.buffer])
      return true
    }
  })`

let demo: Demo
beforeAll(async () => {
  demo = await startDemo()
})
afterAll(() => demo.close())

test('an AudioWorklet gives the frames that Node gives, bit for bit', async () => {
  const samples = noise(128 * 200)
  const page = await demo.browser.newPage()
  // a file of that origin, without the demo's policy, which forbids scripts from text
  await page.goto(new URL('/frontend.js', demo.url).href)
  // as text, since the tests' own imports are not the page's
  await page.evaluate(
    `import('/frontend.js').then((frontend) => { globalThis.frontend = frontend })`,
  )
  const heard = await page.evaluate(
    async ({ samples, settings, processor }) => {
      const { frontend } = globalThis as unknown as {
        frontend: typeof import('../../src/frontend/index.ts')
      }
      const module = await frontend.loadModule()
      const context = new OfflineAudioContext(1, samples.length, 16000)
      const source = processor.replace('ORIGIN', location.origin)
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
    { samples: [...samples], settings, processor },
  )
  const stream = (await createFrontEnd(settings)).stream()
  expect(heard.length).toBeGreaterThan(1000)
  expect(new Float32Array(heard)).toEqual(stream.push(samples).data)
})
