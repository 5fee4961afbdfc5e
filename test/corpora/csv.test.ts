import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { loadCorpus } from '../../src/corpora/index.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'undertone-csv-'))
  await mkdir(join(folder, 'clips'))
  await writeFile(join(folder, 'clips/a.wav'), '')
})
afterEach(() => rm(folder, { recursive: true }))

async function load(text: string) {
  const file = join(folder, 'voices.csv')
  await writeFile(file, text)
  return loadCorpus('csv', file)
}

it('takes columns in any order, quoted cells, and paths from where the file is', async () => {
  const { name, clips, found, publishedAs, licence } = await load(
    '\ufeffSpeaker,label,path,sex,statement,intensity,language\r\n' +
      'anna,Anger,clips/a.wav,F,"She said ""no"", twice",high,de\r\n' +
      '\r\n' +
      'ben,pleasant surprise,"clips/b, again.wav",,,,\r\n',
  )
  expect({ name, found, publishedAs, licence }).toEqual({
    name: 'csv-voices',
    found: 2,
    publishedAs: 2,
    licence: 'unstated',
  })
  expect(clips).toEqual([
    {
      corpus: 'csv-voices',
      id: 'clips/a',
      path: join(folder, 'clips/a.wav'),
      speaker: 'anna',
      emotion: 'angry',
      sex: 'female',
      statement: 'She said "no", twice',
      intensity: 'high',
      language: 'de',
    },
    {
      corpus: 'csv-voices',
      id: 'clips/b, again',
      path: join(folder, 'clips/b, again.wav'),
      speaker: 'ben',
      emotion: 'surprised',
    },
  ])
})

it.each([
  ['happiness', 'happy'],
  ['JOY', 'happy'],
  ['hap', 'happy'],
  ['fear', 'fearful'],
  ['sadness', 'sad'],
  ['Boredom', 'bored'],
  ['disgusted', 'disgust'],
  ['neutral', 'neutral'],
  ['calm', 'calm'],
])('maps %s to %s', async (label, emotion) => {
  const { clips } = await load(`path,label,speaker\nclips/a.wav,${label},1\n`)
  expect(clips).toMatchObject([{ emotion }])
})

it.each([';', '\t'])('takes cells separated by %j', async (mark) => {
  const text = 'path,label,speaker\nclips/a.wav,sad,1\n'
  const { clips } = await load(text.replaceAll(',', mark))
  expect(clips).toMatchObject([{ emotion: 'sad', speaker: '1' }])
})

it.each([
  [
    'an unknown label',
    'path,label,speaker\nclips/a.wav,sad,1\n\nclips/b.wav,frustrated,1\n',
    /^voices\.csv, line 4: the label "frustrated" is not known\. Use neutral, .*bored/,
  ],
  [
    'no speaker',
    'path,label,speaker\nclips/a.wav,sad, \n',
    /^voices\.csv, line 2: the speaker is missing\.$/,
  ],
  [
    'an unknown sex',
    'path,label,speaker,sex\nclips/a.wav,sad,1,x\n',
    /line 2: the sex "x" is not known\. Use female or male, or leave it empty\.$/,
  ],
  [
    'a clip twice',
    'path,label,speaker\nclips/a.wav,sad,1\n./clips/a.wav,happy,1\n',
    /line 3: \.\/clips\/a\.wav is the same clip as in line 2/,
  ],
  [
    'no column of speakers',
    'path,label\nclips/a.wav,sad\n',
    /^voices\.csv has no column speaker: .*It is: path,label$/,
  ],
  [
    'a line with a cell too many',
    'path,label,speaker\nclips/a.wav,sad,1,2\n',
    /^voices\.csv is not valid CSV: .* on line 2\.$/,
  ],
  ['an open quote', 'path,label,speaker\n"clips/a.wav,sad,1\n', /not valid CSV: .* at line 2\.$/],
  ['a header alone', 'path,label,speaker\n', /^voices\.csv names no clip/],
  ['nothing', '', /^voices\.csv names no clip/],
  [
    'paths from elsewhere',
    'path,label,speaker\nx/a.wav,sad,1\nx/b.wav,sad,1\n',
    /^None of the 2 files that voices\.csv names is there; the first is .*x\/a\.wav\. Paths are/,
  ],
])('refuses %s, and says where and why', async (_, text, message) => {
  await expect(load(text)).rejects.toMatchObject({
    code: 'corpus-invalid',
    message: expect.stringMatching(message),
  })
})

it('refuses a file that is not there, and a folder', async () => {
  await expect(loadCorpus('csv', join(folder, 'no.csv'))).rejects.toThrow(/^There is no file/)
  await expect(loadCorpus('csv', folder)).rejects.toThrow(/is a folder\. Name the CSV file in it/)
})
