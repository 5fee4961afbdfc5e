import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-node'
import seedrandom from 'seedrandom'
import { expect, it } from 'vitest'
import { drawn, drawOrder } from '../fit/draws.ts'
import { fit } from '../fit/fit.ts'
import { buildNetwork } from '../network/network.ts'
import { tinyExamples, tinyLabels, tinyRecipe } from './tiny.ts'

const of = (corpus: string, count: number) =>
  tinyExamples(count, corpus).map((example) => ({
    ...example,
    clip: { ...example.clip, corpus },
  }))

it('draws from each corpus its share, each clip as often as any other of it', () => {
  const examples = [...of('a', 10), ...of('b', 30), ...of('c', 7)]
  const draws = { a: 2.5, b: 0.4 }
  const order = drawOrder(examples, { draws }, seedrandom.alea('x'))
  expect(order).toHaveLength(drawn(examples, { draws }))
  const times = (corpus: string) =>
    examples.flatMap(({ clip }, i) =>
      clip.corpus === corpus ? [order.filter((drawn) => drawn === i).length] : [],
    )
  const sum = (counts: number[]) => counts.reduce((total, count) => total + count, 0)
  expect([sum(times('a')), sum(times('b')), sum(times('c'))]).toEqual([25, 12, 7])
  expect(new Set(times('a'))).toEqual(new Set([2, 3]))
  expect(new Set(times('b'))).toEqual(new Set([0, 1]))
  expect(drawOrder(examples, { draws }, seedrandom.alea('y'))).not.toEqual(order)
})

it('takes a clip or one of its copies, each as often in the long run', () => {
  const clips = of('a', 20)
  const examples = [...clips, ...clips.map((example) => ({ ...example, copy: 1 }))]
  const settings = { oneOfCopies: true }
  expect(drawn(examples, settings)).toBe(20)
  const random = seedrandom.alea('x')
  let copies = 0
  for (let epoch = 0; epoch < 100; epoch++) {
    const order = drawOrder(examples, settings, random)
    expect(new Set(Array.from(order, (i) => i % 20)).size).toBe(20)
    copies += order.filter((i) => i >= 20).length
  }
  // Of 2000 draws; the standard deviation is 22.
  expect(Math.abs(copies - 1000)).toBeLessThan(110)
})

it('takes copies as often as it is told, all of them', () => {
  const clips = of('a', 20)
  const copy = (number: number) => clips.map((example) => ({ ...example, copy: number }))
  const examples = [...clips, ...copy(1), ...copy(2)]
  const settings = { oneOfCopies: 0.2 }
  expect(drawn(examples, settings)).toBe(20)
  const random = seedrandom.alea('x')
  const counts = [0, 0, 0]
  for (let epoch = 0; epoch < 100; epoch++) {
    for (const i of drawOrder(examples, settings, random)) counts[Math.floor(i / 20)]!++
  }
  // Of 2000 draws; the standard deviation of 200 is 13.
  for (const [i, count] of [1600, 200, 200].entries()) {
    expect(Math.abs(counts[i]! - count)).toBeLessThan(80)
  }
})

it.each([
  ['with its own labels alone, a clip says nothing of others', true],
  ['without, it says that it is none of them', false],
])(
  '%s',
  async (_, ownLabelsAlone) => {
    const folder = await mkdtemp(join(tmpdir(), 'undertone-own-labels-'))
    const [happy, sad] = [of('a', 24).filter(({ clip }) => clip.emotion !== 'angry'), of('b', 6)]
    const recipe = {
      ...tinyRecipe,
      fit: { ...tinyRecipe.fit, epochs: 2, weightDecay: 0, draws: { b: 0 }, ownLabelsAlone },
    }
    const { model } = await fit({
      ...{ recipe, labels: tinyLabels, train: [...happy, ...sad], validation: [], seed: 3, folder },
    })
    await rm(folder, { recursive: true })
    const shape = { frames: recipe.window.frames, bins: 16, labels: tinyLabels.length }
    const column = (of: tf.LayersModel) => {
      const kernel = of.getLayer('logits').getWeights()[0] as tf.Tensor2D
      return Array.from(
        tf.tidy(() => kernel.slice([0, tinyLabels.indexOf('angry')], [-1, 1]).dataSync()),
      )
    }
    const start = column(buildNetwork(recipe.network, shape, 3))
    if (ownLabelsAlone) expect(column(model)).toEqual(start)
    else expect(column(model)).not.toEqual(start)
  },
  60_000,
)
