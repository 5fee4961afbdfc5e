import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { labelsOf, loadCorpus } from '../../src/corpora/index.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'undertone-corpus-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function put(...paths: string[]) {
  for (const path of paths) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), '')
  }
}

describe('loadCorpus', () => {
  it('reads RAVDESS from its file names, and leaves songs out', async () => {
    await put(
      'Actor_12/03-01-05-02-01-02-12.wav',
      'Actor_01/03-01-02-01-02-01-01.flac',
      'Actor_01/03-02-02-01-02-01-01.wav',
      'Actor_01/notes.txt',
    )
    const { clips } = await loadCorpus('ravdess', folder)
    expect(clips).toMatchObject([
      { id: '03-01-02-01-02-01-01', speaker: '1', emotion: 'calm', sex: 'male', statement: '02' },
      { speaker: '12', emotion: 'angry', sex: 'female', intensity: 'strong' },
    ])
    expect(labelsOf(clips)).toEqual(['calm', 'angry'])
  })

  it('reads CREMA-D from its file names', async () => {
    await put('1002_IEO_SAD_HI.wav', '1001_DFA_ANG_XX.flac')
    const { clips } = await loadCorpus('crema-d', folder)
    expect(clips).toMatchObject([
      { id: '1001_DFA_ANG_XX', speaker: '1001', emotion: 'angry', sex: 'male', statement: 'DFA' },
      { speaker: '1002', emotion: 'sad', sex: 'female', intensity: 'HI' },
    ])
  })

  it("refuses a folder of another corpus, an empty one, one that isn't there", async () => {
    await put('1001_DFA_ANG_XX.wav')
    await expect(loadCorpus('ravdess', folder)).rejects.toThrow(/No RAVDESS speech clip/)
    await expect(loadCorpus('crema-d', join(folder, 'no'))).rejects.toThrow(/does it exist/)
    await expect(loadCorpus('tess', folder)).rejects.toThrow(/no corpus "tess"/)
  })
})
