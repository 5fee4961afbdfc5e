import { expect, test } from 'vitest'
import type { AssetSource } from '../../src/assets.ts'
import { createRecognizer } from '../../src/index.ts'
import { sample, testAssets } from '../fixtures/assets.ts'

const path = 'models/tiny/manifest.json'

/** The tests' model with a temperature. */
function assetsAt(temperature: number | undefined): AssetSource {
  const assets = testAssets()
  return {
    url: assets.url,
    async read(asked, signal) {
      const bytes = await assets.read(asked, signal)
      if (asked !== path || temperature === undefined) return bytes
      const manifest = JSON.parse(new TextDecoder().decode(bytes))
      const calibration = { temperature, speakers: ['one'] }
      return new TextEncoder().encode(JSON.stringify({ ...manifest, calibration }))
    },
  }
}

async function recognized(temperature?: number) {
  const recognizer = await createRecognizer({ assets: assetsAt(temperature), model: 'tiny' })
  const windows: (Record<string, number> | undefined)[] = []
  const stream = recognizer.stream({
    voiceActivity: false,
    onEmotion: ({ window }) => windows.push(window?.scores),
  })
  const samples = Float32Array.from({ length: 48000 }, (_, n) => Math.sin(n * n) / 9)
  await stream.push(samples)
  await stream.end()
  const clip = await recognizer.recognize(sample('1001_ITS_HAP_XX.wav'))
  await recognizer.dispose()
  return { clip, windows }
}

test("the manifest's temperature changes how sure it is, in files and streams, and nothing else", async () => {
  const plain = await recognized()
  for (const temperature of [0.5, 3]) {
    const { clip, windows } = await recognized(temperature)
    const rows = [
      ...clip.timeline.map(({ scores }, n) => [scores, plain.clip.timeline[n]?.scores] as const),
      ...windows.map((scores, n) => [scores, plain.windows[n]] as const),
    ]
    expect(rows.length).toBeGreaterThan(1)
    for (const [scores, before] of rows) {
      const [found, given] = [Object.values(scores ?? {}), Object.values(before ?? {})]
      const wanted = given.map((score) => Math.exp(Math.log(score) / temperature))
      const sum = wanted.reduce((a, b) => a + b)
      for (const [label, score] of found.entries()) {
        expect(score).toBeCloseTo((wanted[label] as number) / sum, 5)
      }
      const most = Math.max(...given)
      if (temperature > 1) expect(Math.max(...found)).toBeLessThan(most)
      else expect(Math.max(...found)).toBeGreaterThan(most)
    }
    expect(clip.timeline.map(({ emotion }) => emotion)).toEqual(
      plain.clip.timeline.map(({ emotion }) => emotion),
    )
  }
})

test('a temperature of 1 leaves every bit', async () => {
  const { clip, windows } = await recognized(1)
  const plain = await recognized()
  expect(clip.timeline).toEqual(plain.clip.timeline)
  expect(windows).toEqual(plain.windows)
})
