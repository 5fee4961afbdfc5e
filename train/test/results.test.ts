import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assess } from '../evaluation/assessment.ts'
import { caveats } from '../evaluation/caveats.ts'
import { corpusMatrices, pairOf, withLanguage } from '../evaluation/corpus-matrix.ts'
import { experimentsOf, mixedSettings } from '../evaluation/experiments.ts'
import {
  experimentName,
  type FoldResult,
  readFoldResults,
  testedClip,
  writeFoldResult,
} from '../evaluation/fold-result.ts'
import { withLeaks } from '../evaluation/leaks.ts'
import { metricsOf } from '../evaluation/metrics.ts'
import type { Recipe } from '../recipes/recipe.ts'
import { residualCnnRecipe } from '../recipes/residual-cnn.ts'
import { resultsDocument } from '../report/results-document.ts'
import { foldResult } from './fold-results.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Two of its four clips right, then three. */
const first = foldResult([
  ['1', 'happy', 0.9, 0.1],
  ['1', 'sad', 0.8, 0.2],
  ['2', 'happy', 0.3, 0.7],
  ['2', 'sad', 0.4, 0.6],
])
const second = foldResult(
  [
    ['3', 'happy', 0.6, 0.4],
    ['3', 'happy', 0.7, 0.3],
    ['3', 'happy', 0.2, 0.8],
    ['4', 'sad', 0.1, 0.9],
  ],
  { fold: 2 },
)

/** A recipe of others, who claim this accuracy. */
const claimed = (accuracy: number): Recipe => ({
  ...residualCnnRecipe,
  authors: {
    ...{ accuracy, claim: `${100 * accuracy} %`, testShare: 0.25 },
  },
})

describe('assess', () => {
  const whole = assess([first, second])

  it('averages folds, and pools their clips', () => {
    expect(whole.uar).toBeCloseTo((0.5 + (2 / 3 + 1) / 2) / 2)
    expect(whole.wa).toBeCloseTo(0.625)
    expect(whole.confusion).toEqual([
      [3, 2],
      [1, 2],
    ])
    expect(whole.pooled.uar).toBeCloseTo((3 / 5 + 2 / 3) / 2)
    expect(whole.pooled.precision).toBeCloseTo((3 / 4 + 1 / 2) / 2)
    expect(whole.pooled.f1).toBeCloseTo((2 / 3 + 4 / 7) / 2)
    expect(whole.clips).toBe(8)
    expect(whole.pooled.intervals).toBeUndefined()
  })

  it('tells speakers and sexes apart', () => {
    expect(whole.speakers.map(({ name, sex, clips, wa }) => [name, sex, clips, wa])).toEqual([
      ['1', 'male', 2, 0.5],
      ['2', 'female', 2, 0.5],
      ['3', 'male', 3, 2 / 3],
      ['4', 'female', 1, 1],
    ])
    expect(whole.sexes.map(({ name, clips, wa }) => [name, clips, wa])).toEqual([
      ['female', 3, 2 / 3],
      ['male', 5, 0.6],
    ])
  })

  it('counts a clip once, however many seeds heard it', () => {
    const twice = assess([first, { ...first, seed: 2 }])
    expect(twice.clips).toBe(4)
    expect(twice.classes.map(({ clips }) => clips)).toEqual([2, 2])
    expect(twice.speakers.map(({ clips }) => clips)).toEqual([2, 2])
    expect(twice.confusion.flat().reduce((sum, n) => sum + n)).toBe(8)
  })

  it('brings folds of other labels together', () => {
    const other = foldResult([['5', 'neutral', 0.2, 0.8]], { fold: 3, labels: ['sad', 'neutral'] })
    const { labels, confusion } = assess([first, other])
    expect(labels).toEqual(['neutral', 'happy', 'sad'])
    expect(confusion).toEqual([
      [1, 0, 0],
      [0, 1, 1],
      [0, 1, 1],
    ])
  })

  it('refuses a clip whose label has no score', () => {
    const strange = { ...first, labels: ['happy', 'calm'] }
    expect(() => assess([strange])).toThrow(/savee\/1-1 is sad, which its model has no score for/)
  })

  it('compares what ships on the folds that have it, and says where it differs', () => {
    const shipped = assess([{ ...first, shipped: { uar: 0.49, wa: 0.5 } }, second]).shipped!
    expect(shipped.runs).toBe(1)
    expect(shipped.of).toBe(2)
    expect(shipped.uarPoints).toBeCloseTo(-1)
    expect(shipped.waPoints).toBeCloseTo(0)
    expect(shipped.classes).toBeUndefined()
    const confusion = [
      [2, 3],
      [1, 1],
    ]
    const kept = { ...first, labels: ['sad', 'happy'], shipped: { uar: 1, wa: 1, confusion } }
    expect(assess([kept]).shipped?.classes).toMatchObject([
      { label: 'happy', recall: 0.5, precision: 0.25, clips: 2 },
      { label: 'sad', recall: 0.4, precision: 2 / 3, clips: 5 },
    ])
    const said = caveats(assess([{ ...first, shipped: { uar: 0.49, wa: 0.5 } }]))
    expect(said.join()).toContain('1.0 points')
    expect(caveats(assess([{ ...first, shipped: { uar: 0.496, wa: 0.5 } }])).join()).not.toContain(
      'points',
    )
  })

  it('says what a fold loses by being harder to hear', () => {
    const noisy = { ...first, conditions: { noise: { uar: 0.4, wa: 0.25 } } }
    const [noise, ...rest] = assess([noisy, second]).conditions
    expect(rest).toEqual([])
    expect(noise).toMatchObject({ name: 'noise', uar: 0.4, runs: 1, of: 2 })
    expect(noise!.uarPoints).toBeCloseTo(-10)
    expect(noise!.waPoints).toBeCloseTo(-25)
    const text = resultsDocument([assess([noisy, second])], [])
    expect(text).toMatch(/through noise at 10 dB[^|]* \(1 of 2 runs\) \| 0.400 \(−10.0 points\)/)
  })

  it('says how many clips are heard alike from another recording', () => {
    const tested = first.tested.map((clip, i) => (i === 3 ? clip : { ...clip, twin: [0.2, 0.8] }))
    const assessment = assess([{ ...first, tested }])
    // Heard as sad from the other recording, each: as happy, happy and sad from the first.
    expect(assessment.twins).toEqual({ clips: 3, same: 1 / 3, wa: 1 / 3, twinWa: 1 / 3 })
    expect(resultsDocument([assessment], [])).toContain('3 clips and other recordings of them')
    expect(assess([first]).twins).toBeUndefined()
  })

  it('says how many runs had a temperature fitted', () => {
    const { calibration } = assess([{ ...first, temperature: 1.5 }, second])
    expect(calibration.fitted).toEqual({ runs: 1, of: 2, temperature: 1.5 })
    const text = resultsDocument([assess([{ ...first, temperature: 1.5 }, second])], [])
    expect(text).toContain('fitted to validation clips (mean 1.50; 1 of 2 runs)')
    expect(resultsDocument([whole], [])).toContain('certainty as the network has it')
  })

  it('says which folds are not there, and which seeds are left out', () => {
    expect(caveats(assess([first, second, { ...first, seed: 7 }]))).toEqual([
      'Not complete: fold 1, 2 of 4 alone.',
      'Seed 7 is left out: it has fold 1 alone.',
      'Of these classes, the recipe tells 2 alone: happy, sad.',
    ])
  })

  it('holds the authors to their claim by their own protocol alone', () => {
    const own = assess([{ ...first, protocol: 'authors' }], claimed(0.8))
    expect(own.authors?.shortfall).toBeCloseTo(30)
    expect(own.protocolFacts.sharesSpeakers).toBe(true)
    const reached = assess([{ ...first, protocol: 'authors' }], claimed(0.4))
    expect(reached.authors?.shortfall).toBe(0)
    expect(assess([first], claimed(0.8)).authors).toEqual({ claim: '80 %', accuracy: 0.8 })
  })

  it('sets what others publish beside the same protocol alone, and says why it falls short', () => {
    const published = { uar: 0.9, source: 'Somebody 2020', why: 'Nobody knows.' }
    const recipe = { ...residualCnnRecipe, published: { ...published, protocol: first.protocol } }
    const beside = assess([first], recipe)
    expect(beside.published).toEqual({ ...published, shortfall: 100 * (0.9 - beside.uar) })
    const elsewhere = { ...recipe, published: { ...recipe.published, protocol: 'emo-db-loso' } }
    expect(assess([first], elsewhere).published).toBeUndefined()
    const document = resultsDocument([beside], [])
    expect(document).toContain('| published: Somebody 2020 | 0.900 |  |')
    expect(document).toContain(
      `It falls ${(100 * (0.9 - beside.uar)).toFixed(1)} points short of the published 0.900 (Somebody 2020). Nobody knows.`,
    )
  })
})

describe('withLeaks', () => {
  const [one, leaking] = withLeaks([
    assess([{ ...first, protocol: 'authors' }], claimed(0.8)),
    assess(
      [{ ...second, protocol: 'authors', leak: 'copies', settings: 'abc-leak' }],
      claimed(0.8),
    ),
  ])

  it('puts a leak beside the same experiment without it, and nowhere else', () => {
    expect(one?.leaks).toEqual([{ leak: 'copies', uar: leaking?.uar, wa: 0.75 }])
    expect(leaking?.leaks).toBeUndefined()
    const other = assess([{ ...first, protocol: 'authors', settings: 'def' }], claimed(0.8))
    expect(withLeaks([other, leaking!])[0]?.leaks).toBeUndefined()
  })

  it('is said in the document, and of the authors’ claim', () => {
    const document = resultsDocument([one!, leaking!], [])
    expect(document).toContain('| leaking: copies | 0.833 | 0.750 |')
    expect(document).toContain('| its authors claim |  | ≥ 0.800 |')
    expect(document).toContain('| shortfall |  | 30.0 points |')
    expect(document).toContain(
      'It falls 30.0 points short of what its authors claim, without a leak. With a leak (copies) it seems to be 5.0 points short of it.',
    )
  })
})

describe('testedClip', () => {
  const clip = { corpus: 'savee', id: 'DC_a01', path: '', speaker: 'DC', emotion: 'angry' } as const

  it('keeps the highest score the highest, though it be rounded', () => {
    expect(testedClip(clip, [0.33331, 0.33334, 0.33335]).scores).toEqual([0.3333, 0.3333, 0.3334])
    expect(testedClip(clip, [0.33331, 0.33333, 0.33332]).scores).toEqual([0.3333, 0.3334, 0.3333])
    expect(testedClip(clip, [0.5, 0.3, 0.2]).scores).toEqual([0.5, 0.3, 0.2])
  })
})

describe('experimentsOf', () => {
  it('keeps settings, corpora, protocols and leaks apart', () => {
    const others = [
      first,
      second,
      { ...first, settings: 'def' },
      { ...first, leak: 'copies made before the split' },
      { ...first, protocol: 'cross-corpus', testedOn: 'tess' },
      { ...first, recipe: 'other' },
    ]
    const experiments = experimentsOf(others)
    expect(experiments.map(({ results }) => results.length).sort()).toEqual([1, 1, 1, 1, 2])
    expect(new Set(experiments.map(experimentName)).size).toBe(4)
  })

  it('takes a result once that was gathered twice, and refuses one that differs', () => {
    const [experiment] = experimentsOf([first, structuredClone(first)])
    expect(experiment?.results).toEqual([first])
    const changed = structuredClone(first)
    changed.tested[0]!.scores = [0.1, 0.9]
    expect(() => experimentsOf([first, changed])).toThrow(/Fold 1 .* is there twice/)
  })

  it('tells which tables have more than one setting', () => {
    expect(mixedSettings(experimentsOf([first, second]))).toEqual([])
    const [sentence, ...rest] = mixedSettings(
      experimentsOf([first, { ...second, settings: 'def' }]),
    )
    expect(rest).toEqual([])
    expect(sentence).toContain('abc has fold 1 (seed 1); def has fold 2 (seed 1)')
  })
})

describe('corpusMatrices', () => {
  const pair = (corpus: string, testedOn: string, language?: 'de' | 'en') => {
    const result = { ...first, protocol: 'cross-corpus', corpus, testedOn }
    const tested = first.tested.map((clip) => ({ ...clip, ...(language ? { language } : {}) }))
    return assess([{ ...result, tested }])
  }
  const pairs = [pair('savee', 'emo-db', 'de'), pair('emo-db', 'savee', 'en'), assess([second])]

  it('has a row for each corpus trained on, a column for each tested on', () => {
    const [matrix, ...rest] = corpusMatrices(pairs)
    expect(rest).toEqual([])
    expect(matrix?.trainedOn).toEqual(['emo-db', 'savee'])
    expect(matrix?.testedOn).toEqual(['emo-db', 'savee'])
    expect(pairOf(matrix!, 'savee', 'emo-db')).toBe(pairs[0])
    expect(pairOf(matrix!, 'savee', 'savee')).toBeUndefined()
    expect(withLanguage(matrix!, 'emo-db')).toBe('emo-db (German)')
    expect(withLanguage(matrix!, 'tess')).toBe('tess')
  })

  it('stands in the document with the labels of each figure', () => {
    const document = resultsDocument(pairs, [])
    expect(document).toContain('| savee (English) | 0.500 | – |')
    expect(document).toContain(
      '| emo-db | savee (English) | 0.500 | – | 0.500 | 0.500 | 4 | happy, sad |',
    )
    const { protocol: _, ...rest } = pairs[0]!
    const alone = resultsDocument([{ ...rest, protocol: 'leave-corpus-out' }], [])
    expect(alone).toContain('### residual-cnn by `leave-corpus-out`')
    expect(alone).not.toContain('that of the column')
  })
})

describe('resultsDocument', () => {
  it('says in the heading who shares speakers, and what leaks', () => {
    const random = { ...first, protocol: 'ravdess-random-10fold' }
    const leaking = { ...first, leak: 'copies made before the split' }
    const document = resultsDocument(
      experimentsOf([first, random, leaking]).map(({ results }) => assess(results)),
      ['Two settings.'],
    )
    const headings = document.split('\n').filter((line) => line.startsWith('###'))
    expect(headings).toEqual([
      '### residual-cnn on savee by `ravdess-random-10fold`: SHARES SPEAKERS',
      '### residual-cnn on savee by `savee-loso`',
      '### residual-cnn on savee by `savee-loso`: LEAKING',
    ])
    expect(document).toContain('**Two settings.**')
    expect(document).toContain('**yes, and clips too: copies made before the split**')
  })
})

describe('npm run results', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'undertone-results-'))
    for (const result of [first, second]) await writeFoldResult(join(folder, 'a'), result)
    await writeFoldResult(join(folder, 'b'), { ...first, settings: 'def' })
  })
  afterAll(() => rm(folder, { recursive: true }))

  const run = (...args: string[]) =>
    spawnSync(process.execPath, ['--import', 'tsx', 'train/results.ts', ...args], {
      ...{ encoding: 'utf8', cwd: root },
      env: { ...process.env, INIT_CWD: folder },
    })
  const both = ['--results', 'a', '--results', 'b']
  const table = ['--recipe', 'residual-cnn', '--protocol', 'savee-loso']

  it('prints an array, a figure an experiment', () => {
    const { stdout, status, stderr } = run('--results', 'a', '--json')
    expect(status, stderr).toBe(0)
    const [experiment, ...rest] = JSON.parse(stdout)
    expect(rest).toEqual([])
    expect(experiment).toMatchObject({
      ...{ recipe: 'residual-cnn', corpus: 'savee', protocol: 'savee-loso', settings: 'abc' },
      ...{ wa: 0.625, params: 1234, command: 'npm run evaluate --folds 1,2', folds: [1, 2] },
    })
    expect(experiment).toMatchObject({ seeds: [1], complete: false, uarSpread: null })
  })

  it('gives a leaking experiment no name that a measurement has', async () => {
    const leaking = { ...first, settings: 'abc-leak', leak: 'copies made before the split' }
    await writeFoldResult(join(folder, 'c'), leaking)
    const { stdout } = run('--results', 'c', '--json')
    expect(JSON.parse(stdout)).toMatchObject([{ protocol: 'savee-loso-leaking' }])
  })

  it('gathers folders, and never averages different settings', () => {
    const all = run(...both)
    expect(all.status, all.stderr).toBe(0)
    expect(all.stdout).toContain('measured with 2 different settings')
    expect(all.stdout).toContain('Not complete: fold 1, 2 of 4 alone.')
    const one = run(...both, ...table)
    expect(one.status).toBe(1)
    expect(one.stderr).toContain('Name one by --settings.')
    expect(one.stdout).toBe('')
    const named = run(...both, ...table, '--settings', 'def', '--json')
    expect(JSON.parse(named.stdout)).toHaveLength(1)
  })

  it('says so where nothing is found', () => {
    const { status, stderr } = run('--results', 'a', '--recipe', 'none')
    expect(status).toBe(1)
    expect(stderr).toContain('There is no result of recipe none')
  })

  it('names a file that is no whole result', async () => {
    const broken = join(folder, 'broken.json')
    await writeFile(broken, '{"recipe":')
    const { status, stderr } = run('--results', '.')
    await rm(broken)
    expect(status).toBe(1)
    expect(stderr).toContain(`${broken} is no whole result`)
  })
})

describe('the committed results', () => {
  it('are what docs/results.md says', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'undertone-results-'))
    const path = join(folder, 'results.md')
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', 'train/results.ts', '--write', path],
      { encoding: 'utf8', cwd: root },
    )
    expect(status, stderr).toBe(0)
    const written = await readFile(path, 'utf8')
    await rm(folder, { recursive: true })
    expect(written).toBe(await readFile(join(root, 'docs/results.md'), 'utf8'))
  })

  it('have the scores that their clips have', async () => {
    const results: FoldResult[] = await readFoldResults(join(root, 'train/results'))
    expect(results.length).toBeGreaterThan(0)
    for (const result of results) {
      const { confusion } = assess([{ ...result, seed: 1 }])
      expect(confusion, `${result.recipe}, fold ${result.fold}`).toEqual(result.confusion)
      const { uar, wa } = metricsOf(result.labels, result.confusion)
      expect(result.uar).toBeCloseTo(uar, 12)
      expect(result.wa).toBeCloseTo(wa, 12)
    }
  })
})
