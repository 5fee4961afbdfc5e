import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { createNetwork } from '../../src/engine/index.ts'
import { knownOperators } from '../../src/engine/trace/trace.ts'
import { writeModel } from './onnx-writer.ts'
import { cases } from './operator-cases.ts'
import { Random } from './random.ts'
import { createReference } from './reference.ts'

/** Graphs of each kind: as many as find what a wrong size, stride or tail does. */
const rounds = Number(process.env.UNDERTONE_ROUNDS ?? 12)

describe('what onnxruntime-web gives, on random shapes', () => {
  test.each(Object.entries(cases))(
    '%s',
    async (name, make) => {
      for (let round = 0; round < rounds; ++round) {
        const { model, inputs } = make(new Random(round * 1009 + name.length))
        const onnx = writeModel(model)
        const what = `round ${round}: ${JSON.stringify({ ...model, constants: undefined })}`
        const network = await createNetwork(onnx)
        const reference = await createReference(onnx, { optimized: !name.startsWith('Quantize') })
        const theirs = await reference.run(inputs)
        const ours = network.run(inputs)
        for (const output of model.outputs) {
          const [own, wanted] = [ours[output]!, theirs[output]!]
          expect(own.data.length, what).toBe(wanted.length)
          const scale = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 1)
          let apart = 0
          wanted.forEach((value, n) => {
            const difference = Math.abs(own.data[n]! - value)
            if (!(difference <= apart)) apart = difference
          })
          expect(apart / scale, what).toBeLessThan(1e-5)
        }
        network.dispose()
        await reference.dispose()
      }
    },
    60_000,
  )
})

test('every operator is in the documentation, and has a test unless it moves nothing', () => {
  const page = readFileSync(new URL('../../docs/engine.md', import.meta.url), 'utf8')
  const tested = Object.keys(cases).flatMap((name) => name.split(', '))
  // Constants, shapes, and what is part of other graphs here.
  const others = [
    'Cast',
    'Constant',
    'ConstantOfShape',
    'Dropout',
    'If',
    'Loop',
    'Range',
    'Shape',
    'Size',
  ]
  for (const name of knownOperators()) {
    expect(page, name).toMatch(new RegExp(`\\b${name}\\b`))
    expect([...tested, ...others], name).toContain(name)
  }
})
