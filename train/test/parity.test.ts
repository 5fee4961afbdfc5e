import '../quiet-tensorflow.ts'
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as tf from '@tensorflow/tfjs-node'
import seedrandom from 'seedrandom'
import { createRecognizer, type ModelManifest } from 'undertone'
import { emotions } from 'undertone/corpora'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { convert } from '../convert/convert.ts'
import { scoreClips } from '../evaluation/score-clips.ts'
import { extractFeatures } from '../features/extract.ts'
import { type ResidualCnnSettings, residualCnn } from '../network/residual-cnn.ts'
import { residualCnnRecipe as recipe } from '../recipes/residual-cnn.ts'
import { draftManifest } from '../release/draft-manifest.ts'

const dist = fileURLToPath(new URL('../../dist/', import.meta.url))
const samples = fileURLToPath(new URL('../../samples/', import.meta.url))

/** The recipe's network with weights, biases and batch statistics all of some size. */
function networkOf(changes: Partial<ResidualCnnSettings>) {
  const network = { ...recipe.network, ...changes }
  const model = residualCnn(
    network,
    { frames: recipe.window.frames, bins: 128, labels: emotions.length },
    1,
  )
  const random = seedrandom.alea('statistics')
  for (const weight of model.weights.filter(({ shape }) => shape.length === 1)) {
    const values = Array.from({ length: weight.shape[0]! }, () => 0.5 + random())
    weight.write(tf.tensor1d(values))
  }
  return { model, recipe: { ...recipe, network } }
}

describe.each<[string, Partial<ResidualCnnSettings>]>([
  ['as the recipe has it', {}],
  ['with a fixed level', { level: { ...recipe.network.level, reference: 'fixed' } }],
  ['without attention to pauses', { pauseBelow: -35 }],
])('a converted model, %s', (_, changes) => {
  let folder: string
  let saved: string
  let out: string
  const trained = networkOf(changes)
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'undertone-parity-'))
    saved = join(folder, 'saved')
    out = join(folder, 'models', 'parity')
    await trained.model.save(`file://${saved}`)
    const manifest = draftManifest({
      name: 'parity',
      recipe: trained.recipe,
      corpora: [{ name: 'crema-d', licence: 'ODbL-1.0' }],
      labels: [...emotions],
      clips: [],
    })
    await writeFile(join(saved, 'manifest.json'), JSON.stringify(manifest))
    convert(saved, out)
  }, 300_000)
  afterAll(() => rm(folder, { recursive: true }))

  it('gives by onnxruntime-web what tfjs-node gives, to 1e-5, for every label of real clips', async () => {
    const files = (await readdir(samples)).filter((name) => name.endsWith('.wav')).sort()
    const clips = files.map((name) => ({
      corpus: 'samples',
      id: name,
      path: join(samples, name),
      speaker: '',
      emotion: 'happy' as const,
      sex: 'female' as const,
      statement: '',
      intensity: '',
    }))
    const { examples } = await extractFeatures(clips, recipe, {
      cache: join(folder, 'cache'),
    })
    const expected = scoreClips(trained.model, examples, recipe)
    const recognizer = await createRecognizer({
      model: 'parity',
      assets: {
        url: (path) => new URL(path, `file://${dist}`).href,
        read: async (path) =>
          new Uint8Array(await readFile(join(path.startsWith('models/') ? folder : dist, path))),
      },
    })
    expect(files.length).toBeGreaterThan(2)
    let spread = 0
    for (const [i, name] of files.entries()) {
      const { scores } = await recognizer.recognize(await readFile(join(samples, name)))
      const row = Array.from(expected[i]!)
      spread = Math.max(spread, Math.max(...row) - Math.min(...row))
      emotions.forEach((emotion, label) => {
        expect(Math.abs(scores[emotion]! - row[label]!), `${name}: ${emotion}`).toBeLessThan(1e-5)
      })
    }
    // Uniform scores would agree whatever went wrong.
    expect(spread).toBeGreaterThan(0.1)
    await recognizer.dispose()
  }, 60_000)

  it('has a manifest with the hash of what was written', async () => {
    const manifest: ModelManifest = JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8'))
    const bytes = await readFile(join(out, 'model.onnx'))
    expect(manifest.files.model.bytes).toBe(bytes.length)
    expect(manifest.files.model.sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
    expect(manifest.graph.parameters).toBe(trained.model.countParams())
  })
})

it('is not converted from weights that are cut off', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'undertone-cut-'))
  const saved = join(folder, 'saved')
  await networkOf({}).model.save(`file://${saved}`)
  await writeFile(join(saved, 'manifest.json'), JSON.stringify({ labels: [...emotions] }))
  const weights = join(saved, 'weights.bin')
  await writeFile(weights, (await readFile(weights)).subarray(0, -4))
  expect(() => convert(saved, join(folder, 'out'))).toThrow(/Conversion failed/)
  expect(await readdir(join(folder, 'out'))).toEqual([])
  await rm(folder, { recursive: true })
}, 120_000)
