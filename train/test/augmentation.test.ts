import seedrandom from 'seedrandom'
import { describe, expect, it } from 'vitest'
import { mixup, shuffled } from '../augmentation/mixup.ts'
import { specAugment } from '../augmentation/spec-augment.ts'

describe('mixup', () => {
  const make = () => ({
    inputs: Float32Array.from({ length: 12 }, (_, i) => i),
    targets: Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
  })

  it('mixes inputs and labels by the same share, with more of its own than of the other', () => {
    const { inputs, targets } = make()
    mixup([inputs, targets], 3, 0.4, seedrandom.alea('a'))
    for (let row = 0; row < 3; row++) {
      const labels = targets.slice(row * 3, row * 3 + 3)
      expect(labels.reduce((sum, p) => sum + p)).toBeCloseTo(1, 6)
      expect(Math.max(...labels)).toBeGreaterThanOrEqual(0.5)
      // Rows are 0–3, 4–7, 8–11: the mixed one tells its shares, as the labels do.
      expect(inputs[row * 4]).toBeCloseTo(4 * labels[1]! + 8 * labels[2]!, 4)
    }
  })

  it('does the same for the same seed', () => {
    const [a, b] = [make(), make()]
    mixup([a.inputs, a.targets], 3, 0.4, seedrandom.alea('s'))
    mixup([b.inputs, b.targets], 3, 0.4, seedrandom.alea('s'))
    expect(a).toEqual(b)
  })
})

describe('shuffled', () => {
  it('holds every number once, in another order for another seed', () => {
    const a = shuffled(50, seedrandom.alea('1'))
    expect([...a].sort((x, y) => x - y)).toEqual(Array.from({ length: 50 }, (_, i) => i))
    expect(a).not.toEqual(shuffled(50, seedrandom.alea('2')))
  })
})

describe('specAugment', () => {
  const settings = { timeMasks: 1, timeWidth: 4, frequencyMasks: 1, frequencyWidth: 3 }

  it('replaces whole frames and whole bands, no wider than allowed, by the mean', () => {
    const bins = 10
    let touched = 0
    for (let seed = 0; seed < 50; seed++) {
      const window = Float32Array.from({ length: 20 * bins }, (_, i) => i + 1)
      const mean = (20 * bins + 1) / 2
      specAugment(window, bins, settings, seedrandom.alea(String(seed)))
      const hidden = (frame: number, bin: number) => window[frame * bins + bin] === mean
      const frames = [...Array(20).keys()].filter((f) =>
        [...Array(bins).keys()].every((b) => hidden(f, b)),
      )
      const bands = [...Array(bins).keys()].filter((b) =>
        [...Array(20).keys()].every((f) => hidden(f, b)),
      )
      expect(frames.length).toBeLessThanOrEqual(settings.timeWidth)
      expect(bands.length).toBeLessThanOrEqual(settings.frequencyWidth)
      const expected = frames.length * bins + bands.length * (20 - frames.length)
      expect(window.filter((value) => value === mean).length).toBe(expected)
      touched += expected
    }
    expect(touched).toBeGreaterThan(0)
  })
})
