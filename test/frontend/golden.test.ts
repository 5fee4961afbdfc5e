import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  type ClipOptions,
  createFrontEnd,
  type FrontEndSettings,
} from '../../src/frontend/index.ts'
import { signals } from './signals.ts'

interface Case {
  signal: string
  settings: Partial<FrontEndSettings>
  clip: ClipOptions
  frames: number
  bins: number
  offset: number
}

const golden = (name: string) => readFileSync(new URL(`../golden/${name}`, import.meta.url))
const { cases }: { cases: Case[] } = JSON.parse(golden('frontend.json').toString())
const bytes = golden('frontend.f32')
const numbers = new Float32Array(new Uint8Array(bytes).buffer)

/** dB, and MFCC units. */
const tolerance = 0.01

describe('librosa 0.11', () => {
  for (const { signal, settings, clip, frames, bins, offset } of cases) {
    const { feature, nFft, hopLength, nMels, nMfcc } = settings
    const name = `${feature} ${nFft}/${hopLength}/${nMels}${nMfcc ? `/${nMfcc}` : ''}`
    it(`${signal}: ${name} ${JSON.stringify(clip)}`, async () => {
      const frontEnd = await createFrontEnd(settings)
      const features = frontEnd.compute(signals[signal] as Float32Array, clip)
      expect([features.frames, features.bins]).toEqual([frames, bins])
      const expected = numbers.subarray(offset, offset + frames * bins)
      const worst = expected.reduce(
        (most, value, i) => Math.max(most, Math.abs((features.data[i] as number) - value)),
        0,
      )
      expect(worst).toBeLessThan(tolerance)
    })
  }
})
