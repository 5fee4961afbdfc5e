import '../tensorflow-settings.ts'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as tf from '@tensorflow/tfjs-node'
import type { ModelManifest } from 'undertone'
import type { Clip } from 'undertone/corpora'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { scoreClips } from '../evaluation/score-clips.ts'
import { scoreShipped } from '../evaluation/score-shipped.ts'
import { extractFeatures } from '../features/extract.ts'
// Registers the layers that a saved network is read with.
import '../network/network.ts'

const saved = fileURLToPath(new URL('../released/undertone-6', import.meta.url))
const samples = fileURLToPath(new URL('../../samples/', import.meta.url))

describe('what ships of a trained model', () => {
  let folder: string
  let manifest: ModelManifest
  let clips: Clip[]
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'undertone-scored-'))
    manifest = JSON.parse(await readFile(join(saved, 'manifest.json'), 'utf8'))
    const files = (await readdir(samples)).filter((name) => name.endsWith('.wav')).sort()
    const clipOf = (id: string, path: string): Clip => ({
      ...{ corpus: 'samples', id, path },
      ...{ speaker: id.slice(0, 4), emotion: 'happy' },
    })
    clips = files.map((name) => clipOf(name, join(samples, name)))
    // As corpora have them: CREMA-D's 1076_MTI_SAD_XX is one.
    const silent = await readFile(clips[0]!.path)
    silent.fill(0, 44)
    await writeFile(join(folder, 'silent.wav'), silent)
    clips.splice(1, 0, clipOf('silent', join(folder, 'silent.wav')))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('scores clips from files as the trainer scores their features; refuses silence by name', async () => {
    const model = await tf.loadLayersModel(`file://${saved}/model.json`)
    const { scores, refused } = await scoreShipped({ model, manifest, clips })
    expect(refused.map(({ clip }) => clip.id)).toEqual(['silent'])
    expect(refused[0]!.reason).toMatch(/Nothing can be heard/)
    expect(scores[1]).toBeUndefined()

    const heard = clips.filter(({ id }) => id !== 'silent')
    const { frontEnd, preparation = [] } = manifest
    const { examples } = await extractFeatures(
      heard,
      { frontEnd, preparation },
      { cache: join(folder, 'cache') },
    )
    const expected = scoreClips(model, examples, { ...manifest, pooled: false })
    const answered = scores.filter((row) => row !== undefined)
    expect(answered).toHaveLength(expected.length)
    let spread = 0
    answered.forEach((row, i) => {
      expect(row).toHaveLength(manifest.labels.length)
      row.forEach((score, label) => {
        expect(Math.abs(score - expected[i]![label]!), heard[i]!.id).toBeLessThan(1e-5)
      })
      spread = Math.max(spread, Math.max(...row) - Math.min(...row))
    })
    // Uniform scores would agree whatever went wrong.
    expect(spread).toBeGreaterThan(0.1)
  }, 120_000)

  it('is the same from a folder that a training saved, and leaves nothing behind', async () => {
    const left = async () =>
      (await readdir(tmpdir())).filter((name) => name.startsWith('undertone-shipped-'))
    const before = await left()
    const model = await tf.loadLayersModel(`file://${saved}/model.json`)
    const some = clips.slice(2, 4)
    const { scores } = await scoreShipped({ model: saved, manifest, clips: some })
    expect(scores).toEqual((await scoreShipped({ model, manifest, clips: some })).scores)
    expect(scores[0]).toBeDefined()
    expect(await left()).toEqual(before)
  }, 240_000)

  it('is told when a clip is gone', async () => {
    const gone = { ...clips[0]!, path: join(folder, 'gone.wav') }
    await expect(scoreShipped({ model: saved, manifest, clips: [gone] })).rejects.toThrow(
      /gone.wav/,
    )
  }, 120_000)
})
