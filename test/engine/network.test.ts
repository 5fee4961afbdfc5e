import { setFlagsFromString } from 'node:v8'
import { expect, test } from 'vitest'
import { createNetwork } from '../../src/engine/index.ts'
import { writeModel } from './onnx-writer.ts'

const relu = (shape?: readonly (number | string)[]) =>
  writeModel({
    inputs: { x: shape as readonly number[] },
    outputs: ['y'],
    nodes: [{ operator: 'Relu', inputs: ['x'], outputs: ['y'] }],
  })
const x = (...data: number[]) => ({ x: { data: Float32Array.from(data), shape: [1, data.length] } })

test.each([
  ['no shape', undefined],
  ['a size of −1', [-1, 3]],
  ['a size of 0', [0, 3]],
])('an input with %s takes what comes', async (_, shape) => {
  const network = await createNetwork(relu(shape))
  expect(network.run(x(1, -2, 3)).y).toEqual({ shape: [1, 3], data: Float32Array.of(1, 0, 3) })
})

test('takes the file as fetch gives it', async () => {
  const { buffer, byteOffset, byteLength } = relu([1, 3])
  const copy = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer
  expect((await createNetwork(copy)).run(x(-1, 0, 2)).y?.data).toEqual(Float32Array.of(0, 0, 2))
})

test.each([
  ['a path', 'model.onnx', {}, 'input-invalid', /bytes of an ONNX file.*'model\.onnx'/],
  ['nothing', undefined, {}, 'input-invalid', /bytes of an ONNX file/],
  ['an option that there is not', relu(), { relaxd: true }, 'settings-invalid', /no 'relaxd'/],
  ['null for the options', relu(), null, 'settings-invalid', /must be an object/],
])('is not made of %s', async (_, onnx, options, code, message) => {
  await expect(createNetwork(onnx as never, options as never)).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
  })
})

const numbers = Float32Array.of(1, 2, 3)
test.each([
  ['nothing', undefined, /must be an object/],
  ['null', { x: null }, /must be 1 × 3 numbers; what was given is nothing/],
  ['no shape', { x: { data: numbers } }, /what was given is nothing/],
  ['a shape of another kind', { x: { data: numbers, shape: Int32Array.of(1, 3) } }, /an object/],
  ['another shape', { x: { data: numbers, shape: [3] } }, /must be 1 × 3 numbers.*is 3\./],
  ['doubles', { x: { data: [1, 2, 3], shape: [1, 3] } }, /must be a Float32Array.*a list/],
  ['no data', { x: { shape: [1, 3] } }, /must be a Float32Array.*undefined/],
  ['too few', { x: { data: numbers.subarray(1), shape: [1, 3] } }, /has 2 numbers.*has 3/],
  ['another name', { y: { data: numbers, shape: [1, 3] } }, /no input "y"; there are x\./],
])('does not run %s', async (_, given, message) => {
  const network = await createNetwork(relu([1, 3]))
  expect(() => network.run(given as never)).toThrow(
    expect.objectContaining({ code: 'input-invalid', message: expect.stringMatching(message) }),
  )
  expect(network.run(x(1, 2, 3)).y?.data).toEqual(numbers)
})

test('what it gives is the caller’s own', async () => {
  const network = await createNetwork(relu([1, 3]))
  const first = network.run(x(1, 2, 3)).y
  ;(first?.shape as number[])[0] = 99
  first?.data.fill(7)
  expect(network.run(x(1, 2, 3)).y).toEqual({ shape: [1, 3], data: numbers })
})

test('holds nothing once it is disposed of', async () => {
  const network = await createNetwork(relu([1, 3]))
  expect(network.memory).toBeGreaterThan(0)
  network.dispose()
  expect(network.memory).toBe(0)
  expect(() => network.run(x(1, 2, 3))).toThrow(expect.objectContaining({ code: 'disposed' }))
  network.dispose()
})

test('where memory ends, what was there stays right', async () => {
  const data = Float32Array.from({ length: 64 * 64 }, (_, n) => Math.sin(n))
  const onnx = writeModel({
    inputs: { x: ['n', 64] },
    constants: { w: { shape: [64, 64], data } },
    outputs: ['y'],
    nodes: [{ operator: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
  })
  const given = (rows: number) => ({
    x: { data: Float32Array.from({ length: rows * 64 }, (_, n) => Math.cos(n)), shape: [rows, 64] },
  })
  const reference = await createNetwork(onnx)
  const expected = new Map([2, 500].map((rows) => [rows, reference.run(given(rows))]))
  setFlagsFromString('--wasm-max-mem-pages=64')
  try {
    const before = await createNetwork(onnx)
    const network = await createNetwork(onnx)
    expect(before.run(given(2))).toEqual(expected.get(2))
    for (const one of [network, before]) {
      expect(() => one.prepare({ x: [100_000, 64] })).toThrow(
        expect.objectContaining({ code: 'engine-failed' }),
      )
      for (const [rows, results] of expected) expect(one.run(given(rows))).toEqual(results)
    }
  } finally {
    setFlagsFromString('--wasm-max-mem-pages=65536')
  }
})
