import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Engine } from '../../src/model/engine.ts'
import { loadModel } from '../../src/model/load-model.ts'
import { testAssets, tinyFile } from '../fixtures/assets.ts'

const [frames, bins] = [94, 40]
const size = frames * bins
const features = Float32Array.from({ length: 3 * size }, (_, i) => -40 + 20 * Math.sin(0.1 * i))
/** By ONNX's reference evaluator: see test/fixtures/make-model.py. */
const expected: number[][] = JSON.parse(readFileSync(tinyFile('expected.json'), 'utf8'))

describe.each(['lite', 'ort'] as const)('%s', (name) => {
  const start = async () =>
    (await loadModel({ assets: testAssets(), model: 'tiny', engine: name })).engine
  let engine: Engine
  beforeAll(async () => {
    engine = await start()
  })
  afterAll(() => engine.dispose())

  test('scores a batch as the reference evaluator does', async () => {
    const scores = await engine.run(features, [3, frames, bins])
    expected.flat().forEach((score, index) => {
      expect(scores[index]).toBeCloseTo(score, 5)
    })
  })

  test('scores windows one at a time, at once, as it does in a batch', async () => {
    const runs = [0, 1, 2].map((i) =>
      engine.run(features.subarray(i * size, (i + 1) * size), [1, frames, bins]),
    )
    const alone = (await Promise.all(runs)).flatMap((scores) => [...scores])
    const batch = await engine.run(features, [3, frames, bins])
    alone.forEach((score, index) => {
      expect(score).toBeCloseTo(batch[index] as number, 6)
    })
  })

  test('refuses features of another shape, and runs afterwards', async () => {
    await expect(engine.run(features, [3, frames + 1, bins])).rejects.toMatchObject({
      code: 'engine-failed',
    })
    expect(await engine.run(features, [3, frames, bins])).toHaveLength(12)
  })

  test('refuses to run once disposed of; other engines go on', async () => {
    const other = await start()
    const running = other.run(features, [3, frames, bins])
    await Promise.all([other.dispose(), other.dispose()])
    expect(await running).toHaveLength(12)
    await expect(other.run(features, [3, frames, bins])).rejects.toMatchObject({ code: 'disposed' })
    expect(await engine.run(features, [3, frames, bins])).toHaveLength(12)
  })

  test('starts several at once', async () => {
    const engines = await Promise.all([start(), start(), start()])
    for (const one of engines) {
      expect(await one.run(features, [3, frames, bins])).toHaveLength(12)
      await one.dispose()
    }
  })
})
