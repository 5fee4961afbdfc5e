import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assess } from '../evaluation/assessment.ts'
import { besideListeners, readVotes, type Votes } from '../evaluation/listeners.ts'
import { fit } from '../fit/fit.ts'
import { targetsOf } from '../fit/targets.ts'
import { report } from '../report/report.ts'
import { resultsDocument } from '../report/results-document.ts'
import { foldResult } from './fold-results.ts'
import { tinyExamples, tinyLabels, tinyRecipe } from './tiny.ts'

const labels = ['happy', 'sad', 'angry'] as const
const votes: Votes = new Map([
  ['a', { happy: 3, sad: 1, angry: 0 }],
  ['b', { happy: 1, sad: 1, angry: 0 }],
  ['c', { happy: 1 }],
])

describe('besideListeners', () => {
  it('leaves each listener out, and judges model and listener by the others', () => {
    // Left out, one of the three happy ones meets 2/3 happy, 1/3 sad; the sad one meets all happy.
    const { clips, model, listener } = besideListeners(['a'], labels, [[0.6, 0.4, 0]], votes)!
    expect(clips).toBe(1)
    expect(listener.agreement).toBeCloseTo(3 / 4)
    expect(listener.distance).toBeCloseTo((3 / 4) * (1 / 3) + (1 / 4) * 1)
    expect(model.agreement).toBe(1)
    expect(model.distance).toBeCloseTo((3 / 4) * (2 / 3 - 0.6) + (1 / 4) * 0.4)
  })

  it('judges the answers of who knows no clip', () => {
    const heard: Votes = new Map([
      ['a', { happy: 2 }],
      ['b', { happy: 2 }],
      ['c', { sad: 2 }],
    ])
    const scores = Array(3).fill([0, 0, 1])
    const { mostHeard, meanShares } = besideListeners(['a', 'b', 'c'], labels, scores, heard)!
    expect(mostHeard.agreement).toBeCloseTo(2 / 3)
    expect(mostHeard.distance).toBeCloseTo(1 / 3)
    expect(meanShares.agreement).toBeCloseTo(2 / 3)
    expect(meanShares.distance).toBeCloseTo((2 / 3) * (1 / 3) + (1 / 3) * (2 / 3))
  })

  it('counts a tie by halves, and leaves out what one listener alone heard, or none', () => {
    const tied: Votes = new Map([['t', { happy: 2, sad: 1, angry: 1 }]])
    const { listener } = besideListeners(['t'], labels, [[1, 0, 0]], tied)!
    // A happy one meets three that are heard alike; the others meet happy.
    expect(listener.agreement).toBeCloseTo((2 / 4) * (1 / 3))
    const two = besideListeners(['b', 'c', 'none'], labels, Array(3).fill([0, 1, 0]), votes)!
    expect(two.clips).toBe(1)
    expect(two.listener).toEqual({ agreement: 0, distance: 1 })
    expect(two.model).toEqual({ agreement: 0.5, distance: 0.5 })
    expect(besideListeners(['c'], labels, [[1, 0, 0]], votes)).toBeUndefined()
  })
})

describe('readVotes', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'undertone-votes-'))
  })
  afterAll(() => rm(folder, { recursive: true }))
  const read = async (text: string) => {
    const path = join(folder, 'votes.csv')
    await writeFile(path, text)
    return readVotes(path)
  }

  it('takes the emotions, and nothing else', async () => {
    const found = await read('clip,angry,happy,responses\n1001_A,2,8,10\n')
    expect([...found]).toEqual([['1001_A', { happy: 8, angry: 2 }]])
  })

  it('says what is wrong with a file', async () => {
    await expect(readVotes(join(folder, 'nowhere.csv'))).rejects.toThrow(/Cannot read the votes/)
    await expect(read('file,angry\nx,1\n')).rejects.toThrow(/first line has to be clip/)
    await expect(read('clip,angry,happy\nx,1,0.5\n')).rejects.toThrow(/on x are no counts/)
  })
})

it('share a clip’s target with its label, among the labels there are', () => {
  const [example] = tinyExamples(1, 'a')
  const of = (id: string) => ({
    ...example!,
    clip: { ...example!.clip, id, emotion: 'sad' as const },
  })
  const heard: Votes = new Map([
    ['a', { happy: 3, sad: 1, fearful: 4 }],
    ['b', { fearful: 4 }],
  ])
  const targets = targetsOf([of('a'), of('b'), of('none')], labels, heard, 0.5)
  expect([...targets]).toEqual([0.375, 0.625, 0, 0, 1, 0, 0, 1, 0])
})

it('are asked for by a recipe that learns from them', async () => {
  const recipe = { ...tinyRecipe, fit: { ...tinyRecipe.fit, votes: 0.5 } }
  const data = { labels: tinyLabels, train: tinyExamples(6, 'a'), validation: [] }
  await expect(fit({ recipe, ...data, seed: 1, folder: '' })).rejects.toThrow(/by --votes CSV/)
})

it('stands in document and report', async () => {
  const near = { agreement: 0.75, distance: 0.25 }
  const far = { agreement: 0.25, distance: 0.75 }
  const answers = [['1', 'happy', 0.9, 0.1] as const]
  const beside = { listener: far, mostHeard: far, meanShares: near }
  const results = [
    foldResult(answers, { listeners: { clips: 30, model: near, ...beside } }),
    foldResult(answers, { fold: 2, listeners: { clips: 10, model: far, ...beside } }),
  ]
  expect(assess(results).listeners).toEqual({
    ...{ clips: 40, runs: 2, of: 2 },
    model: { agreement: 0.625, distance: 0.375 },
    ...beside,
  })
  expect(resultsDocument([assess(results)], [])).toContain('| model | 0.625 | 0.375 |')
  expect(resultsDocument([assess(results)], [])).toContain(
    '| always the mean shares | 0.750 | 0.250 |',
  )
  expect((await report(results)).html).toContain('Beside one listener')
})
