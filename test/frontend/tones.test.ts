import { describe, expect, it } from 'vitest'
import { fourier } from '../../src/frontend/fourier.ts'
import { createFrontEnd } from '../../src/frontend/index.ts'

/** Magnitudes of one Hann-windowed frame, in float64. */
function exactly(samples: Float32Array): number[] {
  const { length } = samples
  const window = (n: number) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / length)
  const re = Float64Array.from(samples, (x, n) => x * window(n))
  const im = new Float64Array(length)
  fourier(re, im)
  return Array.from({ length: length / 2 + 1 }, (_, k) =>
    Math.hypot(re[k] as number, im[k] as number),
  )
}

describe('full-scale tones', () => {
  for (const nFft of [32, 256, 512, 1024, 4096, 32768]) {
    it(`are right to 2e-7 of the strongest bin, in an FFT of ${nFft}`, async () => {
      const settings = { nFft, hopLength: nFft, center: false } as const
      const frontEnd = await createFrontEnd({ ...settings, feature: 'magnitude' })
      for (const turns of [0, 1, nFft / 8, nFft / 8 + 0.5, nFft / 3.7, nFft / 2 - 1, nFft / 2]) {
        const tone = Float32Array.from({ length: nFft }, (_, n) =>
          Math.cos((2 * Math.PI * turns * n) / nFft),
        )
        const exact = exactly(tone)
        const { data } = frontEnd.compute(tone)
        const worst = exact.reduce((w, x, k) => Math.max(w, Math.abs(x - (data[k] as number))), 0)
        expect(worst / Math.max(...exact)).toBeLessThan(2e-7)
      }
    })
  }
})
