import '../tensorflow-settings.ts'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type EngineName, loadModel, type ModelManifest } from 'undertone'
import type { Clip } from 'undertone/corpora'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { calibrationWindows } from '../convert/calibration-windows.ts'
import { type QuantizationKind, quantize } from '../convert/quantize.ts'
import { quantizationCost } from '../evaluation/quantization-cost.ts'
import { extractFeatures } from '../features/extract.ts'

const train = fileURLToPath(new URL('..', import.meta.url))
const samples = fileURLToPath(new URL('../../samples/', import.meta.url))
const model = fileURLToPath(new URL('../../models/undertone-6', import.meta.url))

describe('a quantised model', () => {
  let folder: string
  let manifest: ModelManifest
  let clips: Clip[]
  let windows: Float32Array
  let bins: number
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'undertone-quantize-'))
    manifest = JSON.parse(await readFile(join(model, 'manifest.json'), 'utf8'))
    const names = (await readdir(samples)).filter((name) => name.endsWith('.wav')).sort()
    clips = names.map((name) => ({
      ...{ corpus: 'samples', id: name, path: join(samples, name), speaker: name.slice(0, 4) },
      emotion: name.includes('_HAP_') ? 'happy' : 'sad',
    }))
    const { frontEnd, preparation = [] } = manifest
    const { examples } = await extractFeatures(
      clips,
      { frontEnd, preparation },
      { cache: join(folder, 'cache') },
    )
    bins = examples[0]!.bins
    windows = calibrationWindows(examples, manifest)
  })
  afterAll(() => rm(folder, { recursive: true }))

  /** Probabilities of every window. */
  async function scores(of: string, name: EngineName = 'ort'): Promise<Float32Array> {
    const { engine } = await loadModel({ model: pathToFileURL(of), engine: name })
    const { frames } = manifest.window
    const rows = await engine.run(windows, [windows.length / frames / bins, frames, bins])
    await engine.dispose()
    return rows
  }

  it.each<[QuantizationKind, number, number]>([
    ['int8', 0.03, 0.33],
    ['float16', 5e-4, 0.52],
  ])(
    'as %s runs in both engines, to %d of each probability, in %d of the bytes',
    async (kind, most, share) => {
      const out = join(folder, kind)
      quantize(model, out, { name: kind, kind, windows })
      const exact = await scores(model)
      for (const engine of ['ort', 'lite'] as const) {
        const quantized = await scores(out, engine)
        let largest = 0
        exact.forEach((score, i) => {
          largest = Math.max(largest, Math.abs(score - quantized[i]!))
        })
        expect(largest, engine).toBeLessThan(most)
        // The very same model would agree too.
        expect(largest, engine).toBeGreaterThan(0)
      }
      expect(Math.max(...exact) - Math.min(...exact)).toBeGreaterThan(0.3)

      const bytes = await readFile(join(out, 'model.onnx'))
      expect(bytes.length).toBeLessThan(share * manifest.files.model.bytes)
      const written: ModelManifest = JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8'))
      expect(written.files.model.bytes).toBe(bytes.length)
      expect(written.files.model.sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
      expect(written.name).toBe(kind)
      expect(written.description).toContain(`Quantised from ${manifest.name}: `)
      const { files: _, name, description, ...others } = manifest
      expect(written).toMatchObject(others)

      const again = join(folder, `${kind}-again`)
      quantize(model, again, { name: kind, kind, windows })
      expect(bytes.equals(await readFile(join(again, 'model.onnx')))).toBe(true)

      expect(() => quantize(out, again, { name: 'twice', kind, windows })).toThrow(
        /quantised already/,
      )
    },
    120_000,
  )

  it('is not made of a file that is another than its manifest says, nor of half a window', async () => {
    const broken = join(folder, 'broken')
    await cp(model, broken, { recursive: true })
    const bytes = await readFile(join(broken, 'model.onnx'))
    bytes[bytes.length >> 1]! ^= 1
    await writeFile(join(broken, 'model.onnx'), bytes)
    const out = join(folder, 'none')
    expect(() => quantize(broken, out, { name: 'x', kind: 'int8', windows })).toThrow(
      /not the one of its manifest/,
    )
    expect(() =>
      quantize(model, out, { name: 'x', kind: 'int8', windows: windows.subarray(0, 1000) }),
    ).toThrow(/4000 bytes came in/)
    expect(await readdir(out)).toEqual([])
  }, 60_000)

  it('is compared with the one it was made of', async () => {
    const folders = { float32: model, quantized: join(folder, 'int8') }
    const window = { features: windows.subarray(0, manifest.window.frames * bins), bins }
    const none = { name: 'none of it', clips: clips.map((clip) => ({ ...clip, emotion: 'bored' })) }
    const groups = [{ name: 'samples', clips }, none as never]
    const cost = await quantizationCost(folders, groups, window)
    expect(cost).toMatchObject({ clips: 2 * clips.length, speakers: 2, engineAgreement: 1 })
    expect(cost.groups).toMatchObject([
      { name: 'samples', labels: ['happy', 'sad'], clips: clips.length, speakers: 2 },
    ])
    expect(cost.largestDifference).toBeLessThan(0.03)
    expect(cost.agreement * clips.length).toBeCloseTo(Math.round(cost.agreement * clips.length))
    expect(cost.brotli.quantized).toBeLessThan(cost.bytes.quantized)
    expect(cost.timeRatio).toBeCloseTo(cost.ms.quantized.least / cost.ms.float32.least)

    // Six voices, all alike: enough to draw from.
    const voices = [1, 2, 3, 4, 5, 6].flatMap((n) =>
      clips.slice(0, 1).map((clip) => ({ ...clip, speaker: `${n}` })),
    )
    const same = await quantizationCost(
      { float32: model, quantized: model },
      [{ name: 'voices', clips: voices }],
      window,
    )
    expect(same).toMatchObject({ agreement: 1, largestDifference: 0, speakers: 6 })
    expect(same.groups[0]).toMatchObject({ interval: [0, 0] })
    expect(same.groups[0]!.uar.quantized).toBe(same.groups[0]!.uar.float32)
  }, 60_000)

  it('is made on the command line: ranges of speakers that were heard, costs on others', async () => {
    const corpus = join(folder, 'corpus')
    await mkdir(corpus)
    for (const name of ['1001_ITS_HAP_XX.wav', '1001_ITS_SAD_XX.wav', '1003_IEO_SAD_MD.wav']) {
      await copyFile(join(samples, name), join(corpus, name))
      // Calls itself an actor whom the model has heard.
      await copyFile(join(samples, name), join(corpus, name.replace(/^.{4}/, '1002')))
    }
    const run = (data: string, ...more: string[]) =>
      spawnSync(
        process.execPath,
        [
          ...['--import', 'tsx', join(train, 'quantize.ts'), '--model', model],
          ...['--data', data, '--cache', join(folder, 'cache'), ...more],
        ],
        { encoding: 'utf8', env: { ...process.env, INIT_CWD: folder } },
      )
    const made = run(corpus, '--out', 'made-int8', '--json')
    expect(made.status, made.stderr).toBe(0)
    const figures = JSON.parse(made.stdout)
    expect(figures).toMatchObject({ model: 'made-int8', of: manifest.name, kind: 'int8', clips: 3 })
    expect(figures.groups).toMatchObject([{ name: 'crema-d, speakers never heard', clips: 3 }])
    const card = await readFile(join(folder, 'made-int8', 'README.md'), 'utf8')
    expect(card).toContain(figures.groups[0].uar.quantized.toFixed(3))
    expect(card).toContain('--model models/undertone-6 --kind int8')
    // Alone in a bundle, it has to tell all of it.
    expect(card).toContain('## What it must not be used for')
    expect(card).toContain(manifest.scores[0]!.uar.toFixed(3))

    // Who validated the training is no one to take ranges of, but one to choose by.
    const validated = join(folder, 'validated')
    await cp(model, validated, { recursive: true })
    await writeFile(
      join(validated, 'manifest.json'),
      JSON.stringify({ ...manifest, calibration: { temperature: 1, speakers: ['1002'] } }),
    )
    const nobody = run(corpus, '--model', validated, '--out', 'none-int8')
    expect(nobody.status).toBe(1)
    expect(nobody.stderr).toMatch(/trained on none of the speakers in crema-d/)
    for (const name of await readdir(corpus)) {
      if (name.startsWith('1002'))
        await copyFile(join(corpus, name), join(corpus, name.replace(/^.{4}/, '1004')))
    }
    const chosen = run(corpus, '--model', validated, '--out', 'chosen-int8', '--json')
    expect(chosen.status, chosen.stderr).toBe(0)
    expect(JSON.parse(chosen.stdout).groups).toMatchObject([
      { name: 'crema-d, speakers that validated', clips: 3, speakers: 1 },
      { name: 'crema-d, speakers never heard', clips: 3, speakers: 2 },
    ])

    for (const name of await readdir(corpus)) {
      if (!/^100[24]/.test(name)) await rm(join(corpus, name))
    }
    const heardAll = run(corpus, '--out', 'none-int8')
    expect(heardAll.status).toBe(1)
    expect(heardAll.stderr).toMatch(/heard every speaker in crema-d.*--test NAME=PATH/)
  }, 120_000)
})
