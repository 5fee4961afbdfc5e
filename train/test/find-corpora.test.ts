import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { findCorpora } from '../find-corpora.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'undertone-corpora-'))
})
afterEach(() => rm(folder, { recursive: true }))

const clipsOf = async (path: string, wanted = ['ravdess']) => {
  const { name, clips } = await findCorpora({ data: [path], synthetic: false }, wanted, folder)
  return { name, ids: clips.map(({ id }) => id) }
}

async function file(...path: string[]) {
  await mkdir(join(folder, ...path.slice(0, -1)), { recursive: true })
  await writeFile(join(folder, ...path), '')
}

it('takes a CSV file', async () => {
  await file('a.wav')
  await writeFile(join(folder, 'my.csv'), 'path,label,speaker\na.wav,happy,anna\n')
  const found = { name: 'csv-my', ids: ['a'] }
  expect(await clipsOf(join(folder, 'my.csv'))).toEqual(found)
  expect(await clipsOf(join(folder, 'my.csv'), ['crema-d', 'csv-my'])).toEqual(found)
})

it('takes a folder of corpora by their names', async () => {
  await file('ravdess', 'Actor_01', '03-01-03-01-01-01-01.wav')
  await file('savee', 'DC', 'a01.wav')
  expect(await clipsOf(folder)).toEqual({ name: 'ravdess', ids: ['03-01-03-01-01-01-01'] })
})

it('tells by its files which corpus a folder is', async () => {
  await file('DC', 'a01.wav')
  expect(await clipsOf(folder)).toEqual({ name: 'savee', ids: ['DC_a01'] })
})

it('says what is missing where there is no such path', async () => {
  await expect(clipsOf(join(folder, 'nowhere'))).rejects.toThrow('nowhere')
  await expect(clipsOf(join(folder, 'nowhere.csv'))).rejects.toThrow('nowhere.csv')
})
