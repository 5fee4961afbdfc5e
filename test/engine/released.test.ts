import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { decodeAudio } from '../../src/audio/index.ts'
import { createNetwork } from '../../src/engine/index.ts'
import { createFrontEnd } from '../../src/frontend/index.ts'
import { parseManifest } from '../../src/model/manifest.ts'
import { padToWindow, windowStarts } from '../../src/recognizer/windows.ts'
import { distFile, engineTolerance, sample } from '../fixtures/assets.ts'
import { createReference } from './reference.ts'

const samples = readdirSync(new URL('../../samples/', import.meta.url)).filter((name) =>
  name.endsWith('.wav'),
)
const models = readdirSync(new URL('../../models/', import.meta.url))

describe.each(models)('%s', (name) => {
  const read = (file: string) =>
    new Uint8Array(readFileSync(new URL(`../../models/${name}/${file}`, import.meta.url)))
  const manifest = parseManifest(new TextDecoder().decode(read('manifest.json')), name)

  const tolerance = engineTolerance(name)

  test(`gives what onnxruntime-web gives, to ${tolerance}, with the same label, on real clips`, async () => {
    const onnx = read(manifest.files.model.path)
    const network = await createNetwork(onnx)
    const reference = await createReference(onnx)
    const frontEnd = await createFrontEnd(manifest.frontEnd)
    const { input, output } = manifest.graph
    let windows = 0
    for (const file of samples) {
      const { channels } = await decodeAudio(sample(file))
      const { data, frames, bins } = frontEnd.compute(padToWindow(channels[0]!, manifest))
      const length = manifest.window.frames
      for (const start of windowStarts(frames, manifest)) {
        const features = data.slice(start * bins, (start + length) * bins)
        const shape = [1, length, bins]
        const inputs = { [input]: { data: features, shape } }
        const own = network.run(inputs)[output]!.data
        const theirs = (await reference.run(inputs))[output]!
        theirs.forEach((score, n) => {
          expect(Math.abs(own[n]! - score), `${file}: label ${n}`).toBeLessThan(tolerance)
        })
        expect(own.indexOf(Math.max(...own))).toBe(theirs.indexOf(Math.max(...theirs)))
        windows += 1
      }
    }
    expect(windows).toBeGreaterThanOrEqual(samples.length)
    expect(network.memory).toBeLessThanOrEqual(16e6)
    network.dispose()
    await reference.dispose()
  })
})

test('reads a Buffer from wherever it lies', async () => {
  const model = readFileSync(new URL('../../models/undertone-6/model.onnx', import.meta.url))
  const shape = [1, 188, 128]
  const features = { data: new Float32Array(188 * 128).fill(-40), shape }
  const [expected, ...others] = await Promise.all(
    [0, 1, 2, 3].map(async (offset) => {
      const bytes = Buffer.alloc(model.length + 4).subarray(offset, offset + model.length)
      model.copy(bytes)
      return (await createNetwork(bytes)).run({ features })
    }),
  )
  for (const answer of others) expect(answer).toEqual(expected)
})

test('the engine and the front end together take no more than 64 KB', () => {
  for (const engine of ['undertone-engine.wasm', 'undertone-engine-relaxed.wasm']) {
    const bytes = [engine, 'undertone-frontend.wasm'].map(
      (name) => readFileSync(distFile(name)).length,
    )
    expect(bytes[0]! + bytes[1]!).toBeLessThanOrEqual(64 * 1024)
  }
})
