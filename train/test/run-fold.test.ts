import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clip } from 'undertone/corpora'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { divide, type Features, measure, runFold } from '../evaluation/run-fold.ts'
import { scoreClips } from '../evaluation/score-clips.ts'
import type { Example } from '../features/example.ts'
import { fitRecipe } from '../fit/fit-recipe.ts'
import { ravdessSpeaker5Fold } from '../protocols/by-speaker.ts'
import { crossCorpus, leaveCorpusOut } from '../protocols/cross-corpus.ts'
import type { Protocol } from '../protocols/protocol.ts'
import type { Recipe } from '../recipes/recipe.ts'
import { tinyExamples, tinyRecipe } from './tiny.ts'

let runs: string
beforeAll(async () => {
  runs = await mkdtemp(join(tmpdir(), 'undertone-fold-'))
})
afterAll(() => rm(runs, { recursive: true }))

/** Made-up clips by speakers 1 to 24, and their features. */
function madeUp(corpus: string, count = 96) {
  const examples = tinyExamples(count, corpus).map((example, i): Example => {
    const clip = { ...example.clip, corpus, speaker: String((i % 24) + 1) }
    return { ...example, clip }
  })
  return examples
}

function featuresOf(examples: Example[]): Features {
  const byId = new Map(
    examples.map((example) => [`${example.clip.corpus}/${example.clip.id}`, example]),
  )
  return {
    originals: async (clips) =>
      clips.map((clip) => ({ ...byId.get(`${clip.corpus}/${clip.id}`)!, clip })),
    copies: async () => [],
    under: async (condition, clips) =>
      clips.map((clip) => {
        const example = byId.get(`${clip.corpus}/${clip.id}`)!
        // Nothing of the voice is left.
        const features = example.features.map(() => (condition === 'noise' ? -40 : -60))
        return { ...example, clip, features }
      }),
  }
}

describe('runFold', () => {
  it('reads no test label before the final score', async () => {
    const examples = madeUp('ravdess')
    const clips = examples.map(({ clip }) => clip)
    const fold = { protocol: ravdessSpeaker5Fold, fold: 1, seed: 1, clips }
    const parts = divide(fold)
    let trained = false
    const early: string[] = []
    const hidden = parts.test.map(
      (clip): Clip => ({
        ...clip,
        get emotion() {
          if (!trained) early.push(clip.id)
          return clip.emotion
        },
      }),
    )
    const best = { ...tinyRecipe, fit: { ...tinyRecipe.fit, keep: 'best' as const } }
    const { epochs } = best.fit
    const features = featuresOf(examples)
    const twins = [{ ...parts.train[0]! }, { ...parts.test[0]!, speaker: 'of the other recording' }]
    const run = await runFold(best, fold, { ...parts, test: hidden }, features, {
      runs,
      conditions: ['telephone'],
      twins,
      onEpoch: ({ epoch }) => {
        trained = epoch === epochs
      },
    })
    expect(early).toEqual([])
    expect(run.history).toHaveLength(epochs)
    const [tested] = run.tested
    expect(tested!.clips).toHaveLength(hidden.length)
    expect(measure(tested!).uar).toBeGreaterThan(0.4)
    const heard = await features.originals(parts.test)
    expect(run.temperature).not.toBe(1)
    expect(tested!.scores).toEqual(scoreClips(run.model, heard, best, run.temperature))
    expect([...tested!.twins.keys()]).toEqual([parts.test[0]!.id])
    const { telephone, noise } = tested!.under
    expect(noise).toBeUndefined()
    expect(telephone).toHaveLength(hidden.length)
    // Of clips without a voice, every one is heard alike: the model was given what was changed.
    expect(new Set(telephone!.map((row) => row.join())).size).toBeLessThan(hidden.length / 2)
    expect(measure({ ...tested!, scores: telephone! }).uar).toBeCloseTo(1 / 3)
  }, 60_000)

  it('tests each other corpus over the labels that both have', async () => {
    const [a, b] = [madeUp('a', 48), madeUp('b', 48).filter(({ clip }) => clip.emotion !== 'sad')]
    const odd = { ...b[0]!, clip: { ...b[0]!.clip, id: 'odd', emotion: 'bored' as const } }
    const examples = [...a, ...b, odd]
    const clips = examples.map(({ clip }) => clip)
    const fold = { protocol: crossCorpus, fold: 1, seed: 1, clips }
    const run = await runFold(tinyRecipe, fold, divide(fold), featuresOf(examples), { runs })
    const [tested] = run.tested
    expect(tested!.testedOn).toBe('b')
    expect(tested!.labels).toEqual(['happy', 'angry'])
    expect(tested!.clips).toHaveLength(b.length)
    for (const row of tested!.scores) {
      expect(row).toHaveLength(2)
      expect(row[0]! + row[1]!).toBeCloseTo(1)
    }
  }, 60_000)

  const half: Protocol = {
    ...{ name: 'half', description: '', corpora: [], sharesSpeakers: true, folds: 1 },
    ...{ designFolds: [], eachCorpus: true },
    divide: (clips) => ({
      train: clips.filter((_, i) => i % 4 < 2),
      validation: clips.filter((_, i) => i % 4 === 2),
      // Of b, the test has no happy clip: that stays among the answers.
      test: clips.filter((c, i) => i % 4 === 3 && (c.corpus === 'a' || c.emotion === 'angry')),
    }),
  }

  it('fits the temperature without the labels of the test', async () => {
    const b = madeUp('b', 48).filter(({ clip }) => clip.emotion !== 'sad')
    const examples = [...madeUp('a', 48), ...b]
    const clips = examples.map(({ clip }) => clip)
    const fold = { protocol: { ...half, name: 'half-twice' }, fold: 1, seed: 1, clips }
    const recipe = { ...tinyRecipe, fit: { ...tinyRecipe.fit, ownLabelsAlone: true } }
    const parts = divide(fold)
    // A label that b has in its test alone.
    const test = parts.test.map((clip): Clip => ({ ...clip, emotion: 'sad' }))
    const features = featuresOf(examples)
    const own = await runFold(recipe, fold, parts, features, { runs })
    const other = await runFold(recipe, fold, { ...parts, test }, features, { runs })
    expect(other.tested[1]!.labels).toEqual(['happy', 'sad', 'angry'])
    expect(own.tested[1]!.labels).toEqual(['happy', 'angry'])
    expect(other.temperature).toBe(own.temperature)
    expect(own.temperature).not.toBe(1)
  }, 60_000)

  it('tests each of several corpora by itself, over the labels that it has', async () => {
    const a = madeUp('a', 48)
    const b = madeUp('b', 48).filter(({ clip }) => clip.emotion !== 'sad')
    const examples = [...a, ...b]
    const clips = examples.map(({ clip }) => clip)
    const fold = { protocol: half, fold: 1, seed: 1, clips }
    const recipe = { ...tinyRecipe, fit: { ...tinyRecipe.fit, ownLabelsAlone: true } }
    const run = await runFold(recipe, fold, divide(fold), featuresOf(examples), { runs })
    expect(run.tested.map(({ testedOn, labels }) => [testedOn, labels])).toEqual([
      ['a', ['happy', 'sad', 'angry']],
      ['b', ['happy', 'angry']],
    ])
    for (const { clips, scores, testedOn } of run.tested) {
      expect(clips.length).toBeGreaterThan(0)
      expect(new Set(clips.map(({ corpus }) => corpus))).toEqual(new Set([testedOn]))
      for (const row of scores) expect(row.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1)
    }
  }, 60_000)

  it('tests a corpus on a model of all the others', async () => {
    const examples = ['a', 'b', 'c'].flatMap((corpus) => madeUp(corpus, 48))
    const clips = examples.map(({ clip }) => clip)
    const fold = { protocol: leaveCorpusOut, fold: 1, seed: 1, clips }
    const run = await runFold(tinyRecipe, fold, divide(fold), featuresOf(examples), { runs })
    expect(new Set(run.trainedOn.map(({ corpus }) => corpus))).toEqual(new Set(['b', 'c']))
    expect(run.tested.map(({ testedOn, clips }) => [testedOn, clips.length])).toEqual([['a', 48]])
  }, 60_000)
})

describe('a recipe that is trained on several corpora, then on one alone', () => {
  const twice: Recipe = {
    ...tinyRecipe,
    after: {
      alone: 'ravdess',
      recipe: {
        ...tinyRecipe,
        name: 'tiny-first',
        fit: { ...tinyRecipe.fit, epochs: 2, draws: { other: 0.5 }, ownLabelsAlone: true },
      },
    },
  }
  const other = madeUp('other', 48).map(
    (example): Example => ({ ...example, clip: { ...example.clip, emotion: 'bored' } }),
  )

  it('tells the labels of that one, and counts the epochs of both trainings', async () => {
    const examples = [...madeUp('ravdess'), ...other]
    const clips = examples.map(({ clip }) => clip)
    const fold = { protocol: ravdessSpeaker5Fold, fold: 2, seed: 1, clips }
    const run = await runFold(twice, fold, divide(fold), featuresOf(examples), { runs })
    expect(run.labels).toEqual(['happy', 'sad', 'angry'])
    expect(run.history.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6])
    expect(run.tested[0]!.clips.every(({ corpus }) => corpus === 'ravdess')).toBe(true)
    expect(measure(run.tested[0]!).uar).toBeGreaterThan(0.4)
  }, 60_000)

  it('goes on from a run of the first recipe, where that is measured already', async () => {
    const examples = [...madeUp('ravdess'), ...other]
    const clips = examples.map(({ clip }) => clip)
    const fold = { protocol: ravdessSpeaker5Fold, fold: 2, seed: 2, clips }
    const firstRuns = join(runs, 'first')
    const { recipe } = twice.after!
    const features = featuresOf(examples)
    const first = await runFold(recipe, fold, divide(fold), features, { runs: firstRuns })
    const seen: number[] = []
    const onEpoch = ({ epoch }: { epoch: number }) => seen.push(epoch)
    const run = await runFold(twice, fold, divide(fold), features, { runs, firstRuns, onEpoch })
    expect(run.history.slice(0, 2)).toEqual(first.history)
    expect(seen).toEqual([3, 4, 5, 6])
  }, 60_000)

  it('refuses that one alone, and the others without it', async () => {
    for (const examples of [madeUp('ravdess'), other]) {
      const [labels, train] = [['happy', 'sad', 'angry', 'bored'] as const, examples]
      const options = { recipe: twice, labels, train, validation: [], seed: 1, name: 'x', runs }
      await expect(fitRecipe(options)).rejects.toThrow(/by --data NAME=PATH/)
    }
  })
})

describe('divide', () => {
  it('warns of an emotion that is not tested, unless another corpus alone has it', () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => {})
    const own = madeUp('ravdess').map(({ clip }) => clip)
    const foreign = { ...own[0]!, corpus: 'other', id: 'odd', emotion: 'bored' as const }
    const lone = { ...own[0]!, id: 'lone', speaker: '1', emotion: 'calm' as const }
    divide({ protocol: ravdessSpeaker5Fold, fold: 1, seed: 1, clips: [...own, foreign] })
    expect(said).not.toHaveBeenCalled()
    divide({ protocol: ravdessSpeaker5Fold, fold: 1, seed: 1, clips: [...own, lone] })
    expect(said.mock.calls.flat().join()).toMatch(/has no clip of calm to test/)
    said.mockRestore()
  })

  it('refuses an emotion that is tested and never trained on', () => {
    const clips = madeUp('ravdess').map(({ clip }) =>
      clip.speaker === '2' ? { ...clip, emotion: 'calm' as const } : clip,
    )
    const fold = { protocol: ravdessSpeaker5Fold, fold: 1, seed: 1, clips }
    expect(() => divide(fold)).toThrow(/tests calm, of which no clip is trained on/)
  })
})
