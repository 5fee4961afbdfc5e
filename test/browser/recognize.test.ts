import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeAudio } from '../../src/audio/index.ts'
import { SAMPLES } from '../../src/demo/samples.ts'
import { createRecognizer, defaultModel, type Recognition } from '../../src/index.ts'
import { fixture } from '../audio/fixtures.ts'
import { distFile, testAssets } from '../fixtures/assets.ts'
import {
  choose,
  type Demo,
  drop,
  type OpenPage,
  openPage,
  press,
  shownError,
  shownResult,
  startDemo,
  withTinyModel,
} from './demo-page.ts'

let demo: Demo
beforeAll(async () => {
  demo = await startDemo()
})
afterAll(() => demo.close())

const samplePath = (file: string) =>
  fileURLToPath(new URL(`../../samples/${file}`, import.meta.url))

const released = existsSync(distFile(`models/${defaultModel}/manifest.json`))
describe.each([
  { model: 'the tests’ model', there: true, changes: withTinyModel, options: tinyOptions },
  { model: 'the released model', there: released, changes: {}, options: () => ({}) },
])('$model', ({ there, changes, options }) => {
  test.skipIf(!there)('answers in the page as in Node, for every sample', async () => {
    const recognizer = await createRecognizer(options())
    const open = await openPage(demo, changes)
    for (const { file } of SAMPLES) {
      await drop(open.page, samplePath(file))
      const expected = await recognizer.recognize(new Uint8Array(readFileSync(samplePath(file))))
      await expectSame(open, file, expected)
    }
    expect(await open.violations()).toEqual([])
    expectOwnOrigin(open)
    await open.close()
    await recognizer.dispose()
  })
})

function tinyOptions() {
  return { assets: testAssets(), model: 'tiny' }
}

async function expectSame({ page }: OpenPage, title: string, expected: Recognition) {
  expect(await shownError(page)).toBeUndefined()
  const shown = await shownResult(page)
  expect(shown?.title).toBe(title)
  expect(shown?.emotion).toBe(expected.emotion)
  expect(Object.keys(shown?.scores ?? {}).sort()).toEqual(Object.keys(expected.scores).sort())
  for (const [label, score] of Object.entries(expected.scores)) {
    expect(Math.abs((shown?.scores[label] ?? Number.NaN) - score), label).toBeLessThan(1e-4)
  }
  expect(shown?.windows).toBe(expected.timeline.length > 1 ? expected.timeline.length : 0)
}

function expectOwnOrigin({ requests }: OpenPage) {
  const { origin } = new URL(demo.url)
  expect(requests.length).toBeGreaterThan(3)
  expect(requests.filter((url) => new URL(url).origin !== origin)).toEqual([])
}

test('every sample has a button that works', async () => {
  const open = await openPage(demo)
  for (const { file, title } of SAMPLES) {
    await press(open.page, file)
    expect((await shownResult(open.page))?.title).toBe(title)
  }
  await open.close()
})

test.each(['stereo.flac', 'stereo-flac.oga', 'stereo.mp3', 'stereo.ogg', 'stereo.opus'])(
  '%s is decoded without eval, blob or another origin, to the samples that Node gets',
  async (file) => {
    const { bytes } = fixture(file)
    const open = await openPage(demo)
    await choose(open.page, file, bytes)
    expect((await shownResult(open.page))?.title).toBe(file)

    const script = new URL('../audio.js', demo.url).href
    // As text: vitest would rewrite the import of a function.
    const decoded = await open.page.evaluate<Awaited<ReturnType<typeof decodeAudio>>>(`
      import(${JSON.stringify(script)}).then(async ({ decodeAudio }) => {
        const { sampleRate, channels } = await decodeAudio(Uint8Array.of(${bytes.join()}))
        return { sampleRate, channels: channels.map((samples) => [...samples]) }
      })`)
    const expected = await decodeAudio(bytes)
    expect(decoded.sampleRate).toBe(expected.sampleRate)
    expect(decoded.channels).toEqual(expected.channels.map((samples) => [...samples]))
    expect(await open.violations()).toEqual([])
    expectOwnOrigin(open)
    await open.close()
  },
)

test("what else there is goes to the browser's own decoder", async () => {
  const open = await openPage(demo)
  await choose(open.page, 'stereo.webm', fixture('stereo.webm').bytes)
  expect((await shownResult(open.page))?.title).toBe('stereo.webm')
  // AAC is not in every Chromium: decoded, or clearly refused.
  await choose(open.page, 'stereo.m4a', fixture('stereo.m4a').bytes)
  const error = await shownError(open.page)
  if (error) expect(error).toMatchObject({ code: 'audio-unsupported' })
  else expect((await shownResult(open.page))?.title).toBe('stereo.m4a')
  await open.close()
})

test('a page that breaks the policy would be noticed', async () => {
  const open = await openPage(demo)
  await open.page.evaluate(async () => {
    document.body.append(Object.assign(document.createElement('script'), { text: 'void 0' }))
    await fetch('https://undertone.invalid/').catch(() => {})
  })
  const violations = await open.violations()
  expect(violations.join()).toContain('script-src')
  expect(violations.join()).toContain('undertone.invalid')
  await open.close()
})

test('of two clips in a row, the later one is shown', async () => {
  const open = await openPage(demo)
  await open.page.evaluate(() => {
    const buttons = document.querySelectorAll<HTMLButtonElement>('#samples button')
    for (const button of buttons) button.click()
  })
  await open.page.waitForSelector('#result:not([hidden])')
  expect((await shownResult(open.page))?.title).toBe(SAMPLES.at(-1)?.title)
  expect(await shownError(open.page)).toBeUndefined()
  await open.close()
})
