import { spawnSync } from 'node:child_process'
import { copyFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ModelManifest, parseManifest } from 'undertone'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const train = fileURLToPath(new URL('..', import.meta.url))
const samples = fileURLToPath(new URL('../../samples/', import.meta.url))
const released = fileURLToPath(new URL('../../models/undertone-6', import.meta.url))

describe('a temperature', () => {
  let folder: string
  let plain: ModelManifest
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'undertone-calibrated-'))
    const { calibration: _, ...manifest } = await manifestOf(released)
    plain = manifest
    await made('whole', {})
    await made('fold', { calibration: { temperature: 2, speakers: ['1002'] } })
    await mkdir(join(folder, 'corpus'))
    for (const name of ['1001_ITS_HAP_XX.wav', '1001_ITS_SAD_XX.wav', '1003_IEO_SAD_MD.wav']) {
      await copyFile(join(samples, name), join(folder, 'corpus', name))
    }
  })
  afterAll(() => rm(folder, { recursive: true }))

  const manifestOf = async (model: string) =>
    parseManifest(await readFile(join(model, 'manifest.json'), 'utf8'), model)

  /** A copy of the released model with another manifest. */
  async function made(name: string, others: Partial<ModelManifest>) {
    await cp(released, join(folder, name), { recursive: true })
    await writeFile(
      join(folder, name, 'manifest.json'),
      JSON.stringify({ ...plain, name, ...others }),
    )
  }

  const run = (...args: string[]) =>
    spawnSync(
      process.execPath,
      ['--import', 'tsx', join(train, 'calibrate.ts'), '--data', 'corpus', ...args],
      { encoding: 'utf8', env: { ...process.env, INIT_CWD: folder } },
    )

  it('goes from the model that it was fitted on to one trained alike, into manifest and card', async () => {
    for (const _ of [1, 2]) {
      const given = run('--model', 'fold', '--to', 'whole', '--json')
      expect(given.status, given.stderr).toBe(0)
      const figures = JSON.parse(given.stdout)
      expect(figures).toMatchObject({ temperature: 2, clips: 3, speakers: 2 })
      // Above 1, it is less sure, and as often right.
      expect(figures.with.certainty).toBeLessThan(figures.without.certainty)
      expect(figures.with.right).toBe(figures.without.right)
      const { calibration } = await manifestOf(join(folder, 'whole'))
      expect(calibration).toMatchObject({ temperature: 2, speakers: ['1002'] })
      expect(calibration!.of).toMatch(/^npm run train -- .*--out models\/undertone-6$/)
      const card = await readFile(join(folder, 'whole', 'README.md'), 'utf8')
      expect(card.match(/^## How sure$/gm)).toHaveLength(1)
      expect(card).toContain('a temperature of 2.')
      expect(card).toContain(`is ${figures.with.ece.toFixed(3)} by it`)
      expect(card).toContain('npm run calibrate -- --data crema-d=PATH --model models/fold')
      expect(card).toContain('## Scores')
    }
  }, 120_000)

  it.each<[string, Partial<ModelManifest>, RegExp]>([
    ['of other labels', { labels: ['a', 'b', 'c', 'd', 'e', 'f'] }, /another kind of model/],
    ['that has not heard these speakers', { corpora: [] }, /has not heard 1002/],
  ])(
    'is given to no model %s',
    async (_, others, message) => {
      await made('other', others)
      const refused = run('--model', 'fold', '--to', 'other')
      expect(refused.status).toBe(1)
      expect(refused.stderr).toMatch(message)
      expect((await manifestOf(join(folder, 'other'))).calibration).toBeUndefined()
    },
    60_000,
  )

  it('is not taken from a model that was given it, or has none', async () => {
    await made('given', { calibration: { temperature: 2, speakers: ['1002'], of: 'another' } })
    await made('without', {})
    for (const name of ['given', 'without']) {
      const refused = run('--model', name)
      expect(refused.status).toBe(1)
      expect(refused.stderr).toMatch(/no temperature of its own/)
    }
  }, 60_000)
})
