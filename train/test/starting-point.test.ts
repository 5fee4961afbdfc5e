import '../tensorflow-settings.ts'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fit } from '../fit/fit.ts'
import { readStartingPoint, refuseHeard, startFrom } from '../fit/starting-point.ts'
import { residualCnn } from '../network/residual-cnn.ts'
import { residualCnnRecipe } from '../recipes/residual-cnn.ts'
import { residualCnnCremaDRecipe } from '../recipes/residual-cnn-crema-d.ts'
import { draftManifest } from '../release/draft-manifest.ts'
import { tinyExamples, tinyLabels, tinyRecipe } from './tiny.ts'

const network = (labels: number, seed: number, stem = 4) =>
  residualCnn({ ...tinyRecipe.network, stem }, { frames: 16, bins: 16, labels }, seed)
const crema = { name: 'crema-d', licence: 'ODbL-1.0', speakers: ['1002'] }

describe('a training that starts from a trained model', () => {
  let folder: string
  const source = network(6, 1)
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'undertone-start-'))
    await source.save(`file://${folder}`)
    await writeFile(join(folder, 'manifest.json'), JSON.stringify({ corpora: [crema] }))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('takes every weight but those of the last layer', async () => {
    const from = await readStartingPoint(folder)
    const model = network(3, 2)
    const before = model.weights.map((weight) => weight.read().dataSync().slice())
    startFrom(model, from, tinyLabels)
    let taken = 0
    model.weights.forEach((weight, i) => {
      const values = weight.read().dataSync()
      const original = source.weights.find(
        ({ originalName }) => originalName === weight.originalName,
      )
      if (weight.originalName.startsWith('logits/')) expect(values).toEqual(before[i])
      else {
        expect(values).toEqual(original!.read().dataSync())
        taken++
      }
    })
    expect(taken).toBeGreaterThan(20)
  })

  it('takes of the last layer what is of labels that both have, where it is told them', async () => {
    const from = await readStartingPoint(folder)
    const model = network(3, 2)
    const last = () =>
      model.weights
        .filter(({ originalName }) => originalName.startsWith('logits/'))
        .map((weight) => [...weight.read().dataSync()])
    const [freshKernel] = last()
    const known = ['neutral', 'sad', 'happy', 'fearful', 'disgust', 'bored'] as const
    startFrom(model, { ...from, labels: known }, ['happy', 'calm', 'sad'])
    const [kernel, bias] = last()
    const [old, oldBias] = source.weights
      .filter(({ originalName }) => originalName.startsWith('logits/'))
      .map((weight) => weight.read().dataSync())
    const rows = kernel!.length / 3
    for (let row = 0; row < rows; row++) {
      expect(kernel!.slice(3 * row, 3 * row + 3)).toEqual([
        old![6 * row + 2],
        freshKernel![3 * row + 1],
        old![6 * row + 1],
      ])
    }
    expect(bias).toEqual([oldBias![2], 0, oldBias![1]])
  })

  it('refuses another network, and a folder without a model', async () => {
    const from = await readStartingPoint(folder)
    expect(() => startFrom(network(3, 2, 5), from, tinyLabels)).toThrow(/another network/)
    await expect(readStartingPoint(join(folder, 'no'))).rejects.toThrow(/No saved model/)
  })

  it('is asked for by the recipe, or refused', async () => {
    const from = await readStartingPoint(folder)
    const options = {
      labels: tinyLabels,
      train: tinyExamples(8, 'train'),
      validation: [],
      seed: 1,
      folder: join(folder, 'run'),
    }
    await expect(fit({ ...options, recipe: { ...tinyRecipe, transfer: true } })).rejects.toThrow(
      /--from/,
    )
    await expect(fit({ ...options, recipe: tinyRecipe, from })).rejects.toThrow(/leave --from out/)
  })

  it('is refused when it has heard who must stay unheard', async () => {
    const from = await readStartingPoint(folder)
    expect(() => refuseHeard(from, 'crema-d', ['1001', '1002'])).toThrow(/unheard: 1002\./)
    refuseHeard(from, 'crema-d', ['1001'])
    refuseHeard(from, 'ravdess', ['1002'])
  })

  it('passes on what its starting point heard, and the strictest terms', async () => {
    const from = await readStartingPoint(folder)
    const draft = (name: string, licence: string) =>
      draftManifest({
        name: 'm',
        recipe: residualCnnRecipe,
        corpora: [{ name, licence }],
        labels: [...tinyLabels],
        clips: [],
        from,
      })
    expect(draft('savee', 'research use only').licence.name).toBe('research use only')
    const both = draft('ravdess', 'CC-BY-NC-SA-4.0')
    expect(both.licence.name).toBe('CC-BY-NC-SA-4.0')
    expect(both.corpora.map(({ name }) => name)).toEqual(['crema-d', 'ravdess'])
    expect(both.licence.commercialUse).toBe(false)
    expect(both.licence.note).toMatch(/CREMA-D.*RAVDESS/)
    const five = draftManifest({
      ...{ name: 'm', recipe: residualCnnRecipe, labels: [...tinyLabels], clips: [] },
      corpora: [
        { name: 'crema-d', licence: 'ODbL-1.0' },
        { name: 'ravdess', licence: 'CC-BY-NC-SA-4.0' },
        { name: 'savee', licence: 'research use only' },
        { name: 'tess', licence: 'CC-BY-NC-ND-4.0' },
      ],
    })
    expect(five.licence.name).toBe('research use only')
    expect(five.licence.note).toMatch(/CREMA-D.*RAVDESS.*SAVEE.*TESS/)
    const again = draft('crema-d', 'ODbL-1.0')
    expect(again.licence.commercialUse).toBe(true)
    expect(again.corpora).toEqual([crema])
    expect(() => draft('tess', 'unheard of')).toThrow(/No terms/)
  })

  it.each([
    [undefined, false, /CREMA-D.*whose terms were not told/],
    ['ESC-10, CC BY 3.0', true, /CREMA-D.*Noise was mixed into some of it: ESC-10, CC BY 3\.0/],
  ])(
    'noise of the terms %s decides whether it may be used commercially',
    (noiseTerms, may, note) => {
      const { licence } = draftManifest({
        ...{ name: 'm', recipe: residualCnnCremaDRecipe, labels: [...tinyLabels], clips: [] },
        corpora: [{ name: 'crema-d', licence: 'ODbL-1.0' }],
        ...(noiseTerms ? { noiseTerms } : {}),
      })
      expect(licence.commercialUse).toBe(may)
      expect(licence.note).toMatch(note)
    },
  )
})
