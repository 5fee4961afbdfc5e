import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decode } from 'fast-png'
import { parseHTML } from 'linkedom'
import { beforeAll, describe, expect, it } from 'vitest'
import { chooseExamples } from '../report/examples.ts'
import { report, writeReport } from '../report/report.ts'
import { soundPlots } from '../report/sound-plots.ts'
import { foldResult } from './fold-results.ts'

const epoch = (epoch: number) => ({
  ...{ epoch, learningRate: 0.1, loss: 2 / epoch, validationLoss: 3 / epoch },
  ...{ validationUar: 0.2 * epoch, seconds: 1 },
})

const first = foldResult(
  [
    ['1', 'happy', 0.9, 0.1],
    ['1', 'sad', 0.8, 0.2],
    ['2', 'happy', 0.3, 0.7],
    ['2', 'sad', 0.45, 0.55],
  ],
  { history: [epoch(1), epoch(2)] },
)
const results = [first, { ...first, fold: 2 }]

const tone = (hertz: number) => ({
  samples: Float32Array.from({ length: 16000 }, (_, i) =>
    i < 8000 ? 0.5 * Math.sin((2 * Math.PI * hertz * i) / 16000) : 0,
  ),
  sampleRate: 16000,
})

describe('report', () => {
  let text: string
  let document: ReturnType<typeof parseHTML>['document']
  beforeAll(async () => {
    text = (await report(results, { audioOf: async () => tone(1000) })).html
    document = parseHTML(text).document
  })

  it('loads nothing and runs nothing', () => {
    expect(document.querySelectorAll('script, link, iframe, object, base')).toHaveLength(0)
    for (const element of document.querySelectorAll('[src], [href], [srcset], [action]')) {
      const source = element.getAttribute('src') ?? element.getAttribute('href')
      expect(source, element.tagName).toMatch(/^data:image\/png;base64,/)
    }
    expect(text).not.toMatch(/\son[a-z]+=|@import|url\(/)
  })

  it('has a policy that allows its one style, and no style beside', () => {
    const [style, ...others] = document.querySelectorAll('style')
    expect(others).toEqual([])
    expect(document.querySelectorAll('[style]')).toHaveLength(0)
    const digest = createHash('sha256').update(style!.textContent!).digest('base64')
    const policy = document.querySelector('meta[http-equiv]')?.getAttribute('content')
    expect(policy).toContain(`default-src 'none'`)
    expect(policy).toContain(`style-src 'sha256-${digest}'`)
  })

  it('names every plot and table for those who do not see them', () => {
    const plots = [...document.querySelectorAll('svg')]
    // History, distribution, confusion, reliability, speakers, and two of each example.
    expect(plots).toHaveLength(2 + 4 + 2 * 4)
    for (const svg of plots) {
      expect(svg.getAttribute('role')).toBe('img')
      expect(svg.querySelector('title')?.textContent).toBe(svg.getAttribute('aria-label'))
      expect(svg.getAttribute('aria-label')).toMatch(/\w+ \w+/)
      expect(svg.outerHTML).not.toMatch(/NaN|undefined|Infinity/)
    }
    for (const table of document.querySelectorAll('table')) {
      expect(table.querySelector('caption')?.textContent).toMatch(/\w+/)
      for (const th of table.querySelectorAll('th')) expect(th.getAttribute('scope')).toBeTruthy()
    }
  })

  it('has the figures of its JSON', async () => {
    const figures = JSON.parse((await report(results)).json)
    expect(figures.uar).toBe(0.5)
    expect(figures.runs).toHaveLength(2)
    expect(figures.runs[0].history).toEqual(first.history)
    const tiles = [...document.querySelectorAll('.tile .value')].map((tile) => tile.textContent)
    expect(tiles).toEqual([
      figures.uar.toFixed(3),
      figures.wa.toFixed(3),
      figures.pooled.f1.toFixed(3),
      figures.calibration.ece.toFixed(3),
    ])
    const counts = [...document.querySelectorAll('details table')][0]!
    expect([...counts.querySelectorAll('td')].map((cell) => Number(cell.textContent))).toEqual(
      figures.confusion.flat(),
    )
    expect(document.querySelector('pre')?.textContent).toBe(`${first.command} --folds 1,2`)
  })

  it('says in its heading who shares speakers, and what leaks', async () => {
    const heading = async (rest: object) => {
      const { html } = await report([{ ...first, ...rest }])
      return parseHTML(html).document.querySelector('h1')?.textContent
    }
    expect(await heading({})).toBe('residual-cnn on savee, with voices it never heard')
    expect(await heading({ protocol: 'ravdess-random-10fold' })).toBe(
      'residual-cnn on savee, sharing speakers between training and test',
    )
    expect(await heading({ leak: 'copies made before the split' })).toBe(
      'residual-cnn on savee (leaking)',
    )
    expect(document.querySelector('.notice')?.textContent).toBe(
      'Not complete: fold 1, 2 of 4 alone.',
    )
  })

  it('takes nothing of a corpus for markup', async () => {
    const hostile = structuredClone(first)
    for (const clip of hostile.tested) clip.speaker = '<img src=x onerror=alert(1)>'
    hostile.note = '</p><script>alert(1)</script>'
    const { html } = await report([hostile], { audioOf: async () => tone(1000) })
    const page = parseHTML(html).document
    expect(page.querySelectorAll('script, img')).toHaveLength(0)
    expect(page.documentElement.textContent).toContain('<img src=x onerror=alert(1)>')
  })

  it('says what conditions cost, where they were measured', async () => {
    expect(text).not.toContain('Harder to hear')
    const harder = results.map((one) => ({ ...one, conditions: { room: { uar: 0.45, wa: 0.4 } } }))
    const { body } = parseHTML((await report(harder)).html).document
    const cells = [...body.querySelectorAll('td, th')].map(({ textContent }) => textContent)
    const at = cells.findIndex((text) => text?.startsWith('small rooms'))
    expect(cells.slice(at + 1, at + 5)).toEqual(['0.450', '−5.0 points', '0.400', '−10.0 points'])
  })

  it('leaves pictures of sound out where there is no audio, and says where no history is kept', async () => {
    const { html } = await report([{ ...first, history: [] }], { audioOf: async () => undefined })
    const page = parseHTML(html).document
    expect(page.querySelectorAll('svg')).toHaveLength(4)
    expect(page.documentElement.textContent).toContain('kept without their training’s history')
  })

  it('is written as a page and a JSON, whole', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'undertone-report-'))
    const paths = await writeReport(folder, results)
    expect((await readdir(folder)).sort()).toEqual([
      'residual-cnn-savee-loso-abc.html',
      'residual-cnn-savee-loso-abc.json',
    ])
    expect(await readFile(paths.html, 'utf8')).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/)
    await rm(folder, { recursive: true })
  })
})

describe('chooseExamples', () => {
  it('takes the surest, the surest that are wrong and the least sure', () => {
    const { surest, surestWrong, leastSure } = chooseExamples([first], 1)
    const ids = [surest, surestWrong, leastSure].map(([one]) => [one!.clip.id, one!.heardAs])
    expect(ids).toEqual([
      ['1-0', 'happy'],
      ['1-1', 'happy'],
      ['1-3', 'sad'],
    ])
  })

  it('hears a clip by the mean of the seeds', () => {
    const other = structuredClone(first)
    other.tested[0]!.scores = [0.02, 0.98]
    const { surestWrong } = chooseExamples([first, { ...other, seed: 2 }])
    const [clip] = surestWrong.filter(({ clip }) => clip.id === '1-0')
    expect(clip?.heardAs).toBe('sad')
    expect(clip?.scores[0]?.score).toBeCloseTo(0.54)
  })
})

describe('soundPlots', () => {
  it.each([500, 1000, 4000])(
    'shows a tone of %d Hz at its height, while it lasts',
    async (hertz) => {
      const [, spectrogram] = await soundPlots('a tone', tone(hertz))
      const svg = parseHTML(spectrogram!.text).document
      const image = svg.querySelector('image')!
      const source = image.getAttribute('href')!
      const { width, height, data } = decode(Buffer.from(source.split(',')[1]!, 'base64'))
      const column = (at: number) =>
        Array.from({ length: height }, (_, row) => data[row * width + at]!)
      const sounding = column(Math.round(width / 4))
      expect(Math.max(...sounding)).toBeGreaterThan(245)
      expect(Math.max(...column(Math.round((3 * width) / 4)))).toBe(0)
      // The axis's tick of that frequency stands beside the brightest row.
      const labels = [...svg.querySelectorAll('[aria-label="y-axis tick label"] text')]
      const tick = labels.find((label) => label.textContent === `${hertz / 1000}`)!
      const y = Number(/,([\d.]+)\)/.exec(tick.getAttribute('transform')!)![1])
      const top = Number(image.getAttribute('y'))
      const row = ((y - top) / Number(image.getAttribute('height'))) * height - 0.5
      expect(Math.abs(sounding.indexOf(Math.max(...sounding)) - row)).toBeLessThan(1)
    },
  )
})
