import { describe, expect, it } from 'vitest'
import { delta, pool } from '../../src/frontend/index.ts'

const features = { data: Float32Array.of(1, -4, 3, 0, 8, 4), frames: 3, bins: 2 }
const invalid = expect.objectContaining({ code: 'settings-invalid' })

describe('pooling', () => {
  it('gives a row a statistic', () => {
    const std = Math.sqrt((9 + 1 + 16) / 3)
    const expected = [4, 0, std, Math.sqrt(32 / 3), 1, -4, 8, 4]
    pool(features).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] as number, 5)
    })
    expect(pool(features, ['max', 'mean'])).toEqual(Float32Array.of(8, 4, 4, 0))
  })

  it('refuses what it cannot pool', () => {
    expect(() => pool({ data: new Float32Array(0), frames: 0, bins: 2 })).toThrow(invalid)
    for (const statistics of [['median'], ['toString'], [null], [], 'mean', null]) {
      expect(() => pool(features, statistics as never)).toThrow(invalid)
    }
    expect(() => pool(null as never)).toThrow(invalid)
  })
})

describe('delta', () => {
  it('refuses widths that no fit has', () => {
    for (const options of [
      { width: 2 },
      { width: 4 },
      { width: 9 },
      { width: 3, order: 3 },
      { width: 3, order: 0 },
    ]) {
      expect(() => delta(features, options)).toThrow(invalid)
    }
  })

  it('of so high an order that its weights overflow is refused', () => {
    const long = { data: new Float32Array(201), frames: 201, bins: 1 }
    expect(() => delta(long, { width: 201, order: 17 })).toThrow(/order is 17/)
    const high = delta({ ...long, data: long.data.fill(1, 100) }, { width: 201, order: 16 })
    expect(high.data.every(Number.isFinite)).toBe(true)
  })

  it('too large for float32 is refused', () => {
    const steep = { data: Float32Array.of(3e38, -3e38, 3e38), frames: 3, bins: 1 }
    const notFinite = expect.objectContaining({ code: 'audio-not-finite' })
    expect(() => delta(steep, { width: 3, order: 2 })).toThrow(notFinite)
  })

  it('of a line is its slope, of a parabola twice its leading coefficient', () => {
    const line = {
      data: Float32Array.from({ length: 12 }, (_, n) => 3 * n - 5),
      frames: 12,
      bins: 1,
    }
    for (const value of delta(line).data) expect(value).toBeCloseTo(3, 5)
    const parabola = { ...line, data: line.data.map((_, n) => 2 * n * n) }
    for (const value of delta(parabola, { order: 2 }).data) expect(value).toBeCloseTo(4, 5)
  })
})
