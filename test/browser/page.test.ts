import { mkdirSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SAMPLES } from '../../src/demo/samples.ts'
import { chirp } from '../audio/chirp.ts'
import { writeWav } from '../audio/wav-writer.ts'
import { contrasts, readable } from './contrast.ts'
import {
  choose,
  type Demo,
  openPage,
  press,
  settled,
  shownError,
  shownResult,
  startDemo,
} from './demo-page.ts'

let demo: Demo
beforeAll(async () => {
  demo = await startDemo()
})
afterAll(() => demo.close())

const long = SAMPLES.at(-1) as (typeof SAMPLES)[number]
// Kept for whoever wants to look.
const pictures = '.cache/demo'
mkdirSync(pictures, { recursive: true })

describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
  test.each([
    ['desktop', 1000],
    ['phone', 320],
  ] as const)('%s: all text can be read, nothing sticks out', async (screen, width) => {
    const { page, close } = await openPage(demo, undefined, {
      colorScheme,
      viewport: { width, height: 800 },
    })
    await press(page, long.file)
    expect(await contrasts(page)).toSatisfy(readable)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    await page.screenshot({ path: `${pictures}/${colorScheme}-${screen}.png`, fullPage: true })

    await choose(page, `${'a-very-long-name-'.repeat(9)}.wav`, new Uint8Array(9))
    expect(await shownError(page)).toBeDefined()
    expect(await contrasts(page)).toSatisfy(readable)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    await page.screenshot({
      path: `${pictures}/${colorScheme}-${screen}-error.png`,
      fullPage: true,
    })
    await close()
  })
})

test('the themes differ', async () => {
  const paper = async (colorScheme: 'light' | 'dark') => {
    const { page, close } = await openPage(demo, undefined, { colorScheme })
    const color = await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    await close()
    return color
  }
  expect(await paper('light')).not.toBe(await paper('dark'))
})

test('the keyboard alone is enough, and what has the focus is seen', async () => {
  const { page, close } = await openPage(demo)
  // Early: the browser has to hear of it before it would open a dialog.
  const chooser = page.waitForEvent('filechooser')
  await page.keyboard.press('Tab')
  expect(await focused(page)).toBe('file')
  const outline = await page.evaluate(
    () => getComputedStyle(document.getElementById('drop') as HTMLElement).outlineStyle,
  )
  expect(outline).toBe('solid')
  await page.keyboard.press('Enter')
  const buffer = Buffer.from(writeWav(chirp(16_000, 0.5, 1)))
  await (await chooser).setFiles({ name: 'chosen.wav', mimeType: 'audio/wav', buffer })
  await settled(page)
  expect((await shownResult(page))?.title).toBe('chosen.wav')

  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await settled(page)
  expect((await shownResult(page))?.title).toBe(SAMPLES[1].title)
  await close()
})

test('a screen reader is told the answer, every score and every window', async () => {
  const { page, close } = await openPage(demo)
  await press(page, long.file)
  const shown = await shownResult(page)
  expect(await page.getByRole('status').textContent()).toContain(shown?.emotion)
  for (const [label, score] of Object.entries(shown?.scores ?? {})) {
    const row = page.getByRole('row', { name: label, exact: false })
    expect(await row.textContent()).toContain(`${Math.round(score * 100)} %`)
  }
  const items = page
    .getByRole('list')
    .filter({ has: page.locator('.level') })
    .getByRole('listitem')
  expect(await items.count()).toBe(shown?.windows)
  expect(await items.first().textContent()).toMatch(/^0\.0 s to \d\.\d s: \w+, \d+ %$/)
  await close()
})

test('the timeline ends where the last window does', async () => {
  const { page, close } = await openPage(demo)
  // The tests' model hears 0 s to 1.5 s and 0.5 s to 2 s of it.
  await choose(page, 'rest.wav', writeWav(chirp(16_000, 2.4, 1)))
  expect(await page.locator('#windows li').allTextContents()).toEqual([
    expect.stringMatching(/^0\.0 s to 1\.0 s: /),
    expect.stringMatching(/^1\.0 s to 2\.0 s: /),
  ])
  expect(await page.locator('#axis-end').textContent()).toBe('2.4 s')
  for (const row of ['#windows', '#runs']) {
    const share = await page.evaluate((selector) => {
      const whole = document.querySelector(selector) as Element
      const { left, width } = whole.getBoundingClientRect()
      return ((whole.lastElementChild?.getBoundingClientRect().right ?? 0) - left) / width
    }, row)
    expect(share).toBeCloseTo(2 / 2.4, 2)
  }
  await close()
})

test('a clip of one window has no timeline', async () => {
  const { page, close } = await openPage(demo)
  await choose(page, 'short.wav', writeWav(chirp(16_000, 0.5, 1)))
  expect((await shownResult(page))?.windows).toBe(0)
  await close()
})

test('a clip of minutes fits into a phone', async () => {
  const { page, close } = await openPage(demo, undefined, { viewport: { width: 320, height: 800 } })
  await choose(page, 'long.wav', writeWav(chirp(8000, 150, 1), { sampleRate: 8000 }))
  const { windows } = (await shownResult(page)) ?? { windows: 0 }
  expect(windows).toBeGreaterThan(20)
  expect(windows).toBeLessThanOrEqual(48)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320)
  const right = (selector: string) =>
    page.evaluate((s) => document.querySelector(s)?.getBoundingClientRect().right ?? 0, selector)
  expect(await right('#windows li:last-child')).toBeLessThanOrEqual((await right('#windows')) + 0.5)
  expect(await page.locator('#windows li').last().textContent()).toMatch(/ to 2:30: /)
  await page.screenshot({ path: `${pictures}/long.png`, fullPage: true })
  await close()
})

const focused = (page: Page) => page.evaluate(() => document.activeElement?.id)
