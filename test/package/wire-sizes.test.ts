import { expect, test } from 'vitest'
import { aim, wireSizes } from '../../bench/wire-sizes.ts'

const parts = wireSizes({ runtime: false })

test.each(parts.map((part) => [part.name, part] as const))(
  '%s: keeps to its budget on the wire, by brotli',
  (_, { bytes, budget }) => {
    expect(bytes).toBeGreaterThan(1000)
    expect(bytes).toBeLessThanOrEqual(budget)
  },
)

test('what is always loaded, with one model, is 400 kB in all', () => {
  const bytes = parts.filter(({ ours }) => ours).reduce((sum, part) => sum + part.bytes, 0)
  expect(bytes).toBeGreaterThan(300_000)
  expect(bytes).toBeLessThanOrEqual(aim)
})
