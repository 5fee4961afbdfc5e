import '../tensorflow-settings.ts'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { convert } from '../convert/convert.ts'
import { buildNetwork, type NetworkSettings } from '../network/network.ts'
import { tinyRecipe } from './tiny.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'undertone-convert-'))
})
afterAll(() => rm(folder, { recursive: true }))

it.each<[string, NetworkSettings]>([
  ['residual CNN', tinyRecipe.network],
  // Becomes a loop, whose body is a graph of its own.
  ['GRU', { kind: 'gru', standardize: true, layers: [{ units: 6, dropout: 0 }], hidden: [] }],
])(
  'a %s is converted to the same bytes each time',
  async (kind, network) => {
    const saved = join(folder, kind)
    const { window } = tinyRecipe
    await buildNetwork(network, { frames: window.frames, bins: 16, labels: 3 }, 1).save(
      `file://${saved}`,
    )
    const manifest = { name: 'tiny', labels: ['happy', 'sad', 'angry'], window }
    await writeFile(join(saved, 'manifest.json'), JSON.stringify(manifest))
    const [first, second] = [join(folder, `${kind} first`), join(folder, `${kind} second`)]
    convert(saved, first)
    convert(saved, second)
    const model = await readFile(join(first, 'model.onnx'))
    expect(model.equals(await readFile(join(second, 'model.onnx')))).toBe(true)
  },
  120_000,
)
