import '../tensorflow-settings.ts'
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as tf from '@tensorflow/tfjs-node'
import seedrandom from 'seedrandom'
import { createRecognizer, type ModelManifest } from 'undertone'
import { decodeAudio } from 'undertone/audio'
import { emotions } from 'undertone/corpora'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeWav } from '../../test/audio/wav-writer.ts'
import { convert } from '../convert/convert.ts'
import { scoreClips } from '../evaluation/score-clips.ts'
import type { Example } from '../features/example.ts'
import { extractFeatures } from '../features/extract.ts'
import { framesSeen } from '../features/window.ts'
import { standardize } from '../fit/standardize.ts'
import { buildNetwork } from '../network/network.ts'
import { cnnRavdessRecipe } from '../recipes/cnn-ravdess.ts'
import { cnn1dFourCorporaRecipe } from '../recipes/cnn1d-four-corpora.ts'
import { dense180Recipe } from '../recipes/dense-180.ts'
import { gruRecipe } from '../recipes/gru.ts'
import { lstmAttentionRecipe } from '../recipes/lstm-attention.ts'
import type { Recipe } from '../recipes/recipe.ts'
import { residualCnnRecipe } from '../recipes/residual-cnn.ts'
import { transformerRecipe } from '../recipes/transformer.ts'
import { draftManifest } from '../release/draft-manifest.ts'

const dist = fileURLToPath(new URL('../../dist/', import.meta.url))
const samples = fileURLToPath(new URL('../../samples/', import.meta.url))

/** A recipe's network with weights, biases and batch statistics all of some size. */
function networkOf({ network, window, pooled }: Recipe, bins: number) {
  const shape = { frames: pooled ? null : window.frames, bins, labels: emotions.length }
  const model = buildNetwork(network, shape, 1)
  const random = seedrandom.alea('statistics')
  for (const weight of model.weights.filter(({ shape }) => shape.length === 1)) {
    const values = Array.from({ length: weight.shape[0]! }, () => 0.5 + random())
    weight.write(tf.tensor1d(values))
  }
  return model
}

const { network } = residualCnnRecipe

describe.each<[string, Recipe]>([
  ['dense', dense180Recipe],
  ['1-D convolutional', cnn1dFourCorporaRecipe],
  ['2-D convolutional', cnnRavdessRecipe],
  ['LSTM', lstmAttentionRecipe],
  ['GRU', gruRecipe],
  ['transformer', transformerRecipe],
  ['residual', residualCnnRecipe],
  [
    'residual with a fixed level',
    {
      ...residualCnnRecipe,
      network: { ...network, level: { ...network.level, reference: 'fixed' } },
    },
  ],
  [
    'residual without attention to pauses',
    { ...residualCnnRecipe, network: { ...network, pauseBelow: -35 } },
  ],
])('a converted %s network', (_, recipe) => {
  let folder: string
  let saved: string
  let out: string
  let files: string[]
  let examples: Example[]
  let model: tf.LayersModel
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'undertone-parity-'))
    saved = join(folder, 'saved')
    out = join(folder, 'models', 'parity')
    const names = (await readdir(samples)).filter((name) => name.endsWith('.wav')).sort()
    files = [...names.map((name) => join(samples, name)), join(folder, 'short.wav')]
    // One that is shorter than any window, and begins aloud.
    const { channels } = await decodeAudio(await readFile(files[0]!))
    const short = channels[0]!.slice(12_000, 19_000)
    await writeFile(files.at(-1)!, writeWav([short], { format: 'f32', sampleRate: 16_000 }))
    const clips = files.map((path) => ({
      corpus: 'samples',
      id: path,
      path,
      speaker: '',
      emotion: 'happy' as const,
      sex: 'female' as const,
      statement: '',
      intensity: '',
    }))
    const settings = { frontEnd: recipe.frontEnd, preparation: recipe.preparation }
    examples = (await extractFeatures(clips, settings, { cache: join(folder, 'cache') })).examples
    model = networkOf(recipe, examples[0]!.bins)
    standardize(model, examples, recipe.pooled)
    await model.save(`file://${saved}`)
    const manifest = draftManifest({
      name: 'parity',
      recipe,
      corpora: [{ name: 'crema-d', licence: 'ODbL-1.0' }],
      labels: [...emotions],
      clips: [],
    })
    await writeFile(join(saved, 'manifest.json'), JSON.stringify(manifest))
    convert(saved, out)
  }, 300_000)
  afterAll(() => rm(folder, { recursive: true }))

  it.each(['lite', 'ort'] as const)(
    'gives by %s what tfjs-node gives, to 1e-5, for every label of real clips',
    async (engine) => {
      const expected = scoreClips(model, examples, recipe)
      const recognizer = await createRecognizer({
        model: 'parity',
        engine,
        assets: {
          url: (path) => new URL(path, `file://${dist}`).href,
          read: async (path) =>
            new Uint8Array(await readFile(join(path.startsWith('models/') ? folder : dist, path))),
        },
      })
      expect(files.length).toBeGreaterThan(3)
      const lengths = examples.map(({ frames }) => framesSeen(frames, recipe.window))
      if (recipe.pooled) expect(Math.min(...lengths)).toBeLessThan(Math.max(...lengths))
      let spread = 0
      for (const [i, file] of files.entries()) {
        const { scores } = await recognizer.recognize(await readFile(file))
        const row = Array.from(expected[i]!)
        spread = Math.max(spread, Math.max(...row) - Math.min(...row))
        emotions.forEach((emotion, label) => {
          expect(
            Math.abs(scores[emotion]! - row[label]!),
            `${basename(file)}: ${emotion}`,
          ).toBeLessThan(1e-5)
        })
      }
      // Uniform scores would agree whatever went wrong.
      expect(spread).toBeGreaterThan(0.1)
      await recognizer.dispose()
    },
    60_000,
  )

  it('has a manifest with the hash of what was written', async () => {
    const manifest: ModelManifest = JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8'))
    const bytes = await readFile(join(out, 'model.onnx'))
    expect(manifest.files.model.bytes).toBe(bytes.length)
    expect(manifest.files.model.sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
    expect(manifest.graph.parameters).toBe(model.countParams())
  })
})

it('is not converted from weights that are cut off', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'undertone-cut-'))
  const saved = join(folder, 'saved')
  await networkOf(residualCnnRecipe, 128).save(`file://${saved}`)
  await writeFile(join(saved, 'manifest.json'), JSON.stringify({ labels: [...emotions] }))
  const weights = join(saved, 'weights.bin')
  await writeFile(weights, (await readFile(weights)).subarray(0, -4))
  expect(() => convert(saved, join(folder, 'out'))).toThrow(/Conversion failed/)
  expect(await readdir(join(folder, 'out'))).toEqual([])
  await rm(folder, { recursive: true })
}, 120_000)
