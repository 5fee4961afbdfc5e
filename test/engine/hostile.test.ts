import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { createNetwork } from '../../src/engine/index.ts'
import { readModel } from '../../src/engine/onnx.ts'
import { UndertoneError } from '../../src/error.ts'
import { tinyFile } from '../fixtures/assets.ts'

const tiny = new Uint8Array(readFileSync(tinyFile('model.onnx')))
const [frames, bins] = [94, 40]

/** A field that holds bytes, or text. */
function field(number: number, content: Uint8Array | string): Uint8Array {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  return join(varint(number * 8 + 2), varint(bytes.length), bytes)
}
const whole = (number: number, value: number) => join(varint(number * 8), varint(value))

function varint(value: number): Uint8Array {
  const bytes: number[] = []
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) + 128)
  return Uint8Array.of(...bytes, value)
}

const join = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]))

const opset = field(8, join(field(1, ''), whole(2, 17)))
const graph = (...parts: Uint8Array[]) => join(opset, field(7, join(...parts)))
const value = (number: number, name: string) => field(number, field(1, name))
const node = (operator: string, input: string, output: string) =>
  field(1, join(field(1, input), field(2, output), field(4, operator)))

/** Loads and runs it: whatever it is, that ends, in an answer or an error that tells. */
async function attempt(onnx: Uint8Array): Promise<string> {
  try {
    const network = await createNetwork(onnx)
    const data = new Float32Array(frames * bins)
    const [input] = network.inputs
    if (!input) return 'no input'
    network.run({ [input.name]: { data, shape: [1, frames, bins] } })
    return 'ran'
  } catch (error) {
    if (error instanceof UndertoneError) return error.code
    throw error
  }
}

const refusals = ['model-invalid', 'model-unsupported', 'input-invalid', 'engine-failed']

describe('hostile files', () => {
  test('cut off anywhere are refused', () => {
    for (let length = 0; length < tiny.length; length += length < 600 ? 1 : 97) {
      expect(() => readModel(tiny.subarray(0, length)), `${length}`).toThrow(UndertoneError)
    }
  })

  test('with any bytes changed end in an answer or a refusal', async () => {
    let state = 7
    const random = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return Math.floor((state / 2 ** 32) * below)
    }
    const seen = new Set<string>()
    for (let round = 0; round < 400; ++round) {
      const bytes = tiny.slice()
      // Structure lies at the ends; weights between.
      for (let n = 0; n <= round % 4; ++n) {
        bytes[random(2) ? random(700) : bytes.length - 1 - random(400)] = random(256)
      }
      seen.add(await attempt(bytes))
    }
    for (const end of seen) expect([...refusals, 'ran', 'no input']).toContain(end)
    expect(seen).toContain('model-invalid')
    expect(seen).toContain('ran')
  }, 60_000)

  test.each([
    ['nothing', new Uint8Array(0)],
    ['text', new TextEncoder().encode('<!doctype html><title>404</title>')],
    ['a length beyond the end', join(opset, Uint8Array.of(58, 255, 255, 255, 255, 15))],
    ['a number without end', new Uint8Array(64).fill(255)],
    ['a group, which is no more', Uint8Array.of(11, 12)],
    ['no graph', opset],
    [
      'more numbers than bytes',
      graph(field(5, join(whole(1, 2 ** 40), whole(2, 1), field(9, '1234'))), value(12, 'y')),
    ],
    [
      'an axis of negative size',
      graph(
        field(5, join(varint(8), new Uint8Array(9).fill(255), Uint8Array.of(1), whole(2, 1))),
        value(12, 'y'),
      ),
    ],
  ])('%s is refused', (_, bytes) => {
    expect(() => readModel(bytes)).toThrow(expect.objectContaining({ code: 'model-invalid' }))
  })

  test('graphs within graphs without end are refused', () => {
    let inner: Uint8Array = value(12, 'y')
    for (let depth = 0; depth < 40; ++depth) {
      const attribute = join(field(1, 'body'), field(6, inner))
      inner = join(field(1, join(field(4, 'Loop'), field(5, attribute))), value(12, 'y'))
    }
    expect(() => readModel(join(opset, field(7, inner)))).toThrow(/nested too deep/)
  })

  test('loops in loops that compute nothing end', async () => {
    const many = field(
      5,
      join(whole(2, 7), field(8, 'n'), field(9, Uint8Array.of(255, 63, 0, 0, 0, 0, 0, 0))),
    )
    const on = field(5, join(whole(2, 9), field(8, 'on'), field(9, Uint8Array.of(1))))
    const loop = (body: Uint8Array, depth: number): Uint8Array => {
      const inner = join(field(2, 'g'), value(11, `i${depth}`), value(11, `c${depth}`), body)
      const attribute = join(field(1, 'body'), field(6, join(inner, value(12, 'on'))), whole(20, 5))
      return field(1, join(field(1, 'n'), field(1, 'on'), field(4, 'Loop'), field(5, attribute)))
    }
    const nested = loop(loop(new Uint8Array(), 1), 0)
    const onnx = graph(nested, node('Relu', 'x', 'y'), many, on, value(11, 'x'), value(12, 'y'))
    const network = await createNetwork(onnx)
    expect(() => network.prepare({ x: [3] })).toThrow(
      expect.objectContaining({ message: expect.stringContaining('too many turns') }),
    )
  })

  test('a graph that goes in circles, or uses what is not there, is refused', async () => {
    const circle = graph(
      node('Relu', 'b', 'a'),
      node('Relu', 'a', 'b'),
      value(11, 'x'),
      value(12, 'b'),
    )
    const network = await createNetwork(circle)
    expect(() => network.run({ x: { data: new Float32Array(1), shape: [] } })).toThrow(
      expect.objectContaining({ code: 'model-unsupported' }),
    )
  })

  test('an unknown operator is refused by its name', async () => {
    const onnx = graph(
      node('Einsum', 'x', 'y'),
      node('toString', 'y', 'z'),
      value(11, 'x'),
      value(12, 'z'),
    )
    await expect(createNetwork(onnx)).rejects.toMatchObject({
      code: 'model-unsupported',
      message: expect.stringContaining('Einsum, toString'),
    })
  })
})
