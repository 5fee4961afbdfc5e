import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeWav } from '../../test/audio/wav-writer.ts'
import { loadRecordings, noiseRecordings } from '../augmentation/noise-recordings.ts'

const sound = fileURLToPath(new URL('../../samples/1003_IEO_HAP_MD.wav', import.meta.url))
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'undertone-noise-'))
  for (let fold = 5; fold >= 1; fold--) {
    await copyFile(sound, join(folder, `rain_${fold}-21934-A.wav`))
    await copyFile(sound, join(folder, `sea-waves_${fold}-4-B.wav`))
  }
  await writeFile(join(folder, 'README.md'), 'what this is')
})
afterAll(() => rm(folder, { recursive: true }))

const namesOf = async (part: 'train' | 'validation' | 'test') =>
  (await noiseRecordings(folder, part)).map((path) => basename(path))

describe('recordings of noise', () => {
  it('go to one part each, by the number in their names', async () => {
    expect(await namesOf('train')).toEqual([
      ...['rain_1-21934-A.wav', 'rain_2-21934-A.wav', 'rain_3-21934-A.wav'],
      ...['sea-waves_1-4-B.wav', 'sea-waves_2-4-B.wav', 'sea-waves_3-4-B.wav'],
    ])
    expect(await namesOf('validation')).toEqual(['rain_4-21934-A.wav', 'sea-waves_4-4-B.wav'])
    expect(await namesOf('test')).toEqual(['rain_5-21934-A.wav', 'sea-waves_5-4-B.wav'])
  })

  it('are read at the rate asked for', async () => {
    const paths = await noiseRecordings(folder, 'test')
    const [at16] = await loadRecordings(paths, 16000)
    const all = await loadRecordings(paths, 8000)
    expect(all.length).toBe(2)
    expect(all[0]!.length).toBe(Math.ceil(at16!.length / 2))
  })

  it('are refused by name where their part cannot be told or nothing can be heard', async () => {
    const odd = join(folder, 'wind.wav')
    await copyFile(sound, odd)
    await expect(noiseRecordings(folder, 'train')).rejects.toThrow(
      /wind\.wav doesn't tell what it is for: name it CLASS_N-…/,
    )
    await rm(odd)
    await expect(noiseRecordings(join(folder, 'none'), 'train')).rejects.toThrow(
      /Cannot read .*none/,
    )
    const empty = await mkdtemp(join(tmpdir(), 'undertone-noise-'))
    await copyFile(sound, join(empty, 'rain_1-1-A.wav'))
    await expect(noiseRecordings(empty, 'test')).rejects.toThrow(/no noise for the part "test"/)
    const broken = join(empty, 'rain_2-1-A.wav')
    await writeFile(broken, 'no sound')
    await expect(loadRecordings([broken], 16000)).rejects.toThrow(
      /Cannot read the noise .*rain_2-1-A\.wav: /,
    )
    await writeFile(broken, writeWav([new Float32Array(1600)]))
    await expect(loadRecordings([broken], 16000)).rejects.toThrow(/rain_2-1-A\.wav is silent/)
    await rm(empty, { recursive: true })
  })
})
