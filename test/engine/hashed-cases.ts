/** What every platform has to give to the last bit: each operator, and the released models. */
import { readdirSync, readFileSync } from 'node:fs'
import { runInThisContext } from 'node:vm'
import { createNetwork } from '../../src/engine/index.ts'
import { parseManifest } from '../../src/model/manifest.ts'
import { writeModel } from './onnx-writer.ts'
import { cases } from './operator-cases.ts'
import { Random } from './random.ts'

export interface HashedCase {
  /** In base64. */
  onnx: string
  inputs: Record<string, { data: number[]; shape: readonly number[] }>
}

/** Source of `networkHash`, for a page. */
export const script = readFileSync(new URL('network-hash.js', import.meta.url), 'utf8')
const networkHash: (create: typeof createNetwork, cases: HashedCase[]) => Promise<string> =
  runInThisContext(`${script};networkHash`)

export const hashInNode = (cases: HashedCase[]) => networkHash(createNetwork, cases)

export function hashedCases(): HashedCase[] {
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
  const operators = Object.values(cases).flatMap((make) =>
    [1, 2].map((seed): HashedCase => {
      const { model, inputs } = make(new Random(seed))
      const given = Object.entries(inputs).map(([name, { data, shape }]) => [
        name,
        { data: [...data], shape },
      ])
      return { onnx: base64(writeModel(model)), inputs: Object.fromEntries(given) }
    }),
  )
  const models = new URL('../../models/', import.meta.url)
  const released = readdirSync(models).map((name): HashedCase => {
    const read = (file: string) => readFileSync(new URL(`${name}/${file}`, models))
    const { files, graph, window, frontEnd } = parseManifest(`${read('manifest.json')}`, name)
    const shape = [1, window.frames, frontEnd.nMels]
    const { data } = new Random(3).tensor(shape, -70, -10)
    return {
      onnx: base64(read(files.model.path)),
      inputs: { [graph.input]: { data: [...data].map((x) => Math.round(x * 8) / 8), shape } },
    }
  })
  return [...operators, ...released]
}
