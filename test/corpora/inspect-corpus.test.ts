import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { inspectCorpus, loadCorpus } from '../../src/corpora/index.ts'
import { writeWav } from '../audio/wav-writer.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'undertone-inspect-'))
  const sound = (seconds: number, sampleRate: number) =>
    Int16Array.from({ length: seconds * sampleRate }, (_, i) => 3000 * Math.sin(i / 9))
  const wav = (seconds: number, sampleRate = 16000) =>
    writeWav([sound(seconds, sampleRate)], { sampleRate })
  const files = {
    '03a01Fa.wav': wav(1),
    '03a01Wa.wav': wav(2, 48000),
    '08a01Wa.wav': writeWav([sound(3, 16000), sound(3, 16000)]),
    '08a01La.wav': writeWav([new Int16Array(16000)]),
    '09a01Na.wav': wav(1).subarray(0, 5000),
    '10a01Na.wav': Buffer.from('no audio'),
    'other.wav': wav(1),
  }
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes)
})
afterEach(() => rm(folder, { recursive: true }))

test('counts what can be read, and names what cannot', async () => {
  const seen: [number, number][] = []
  const inspection = await inspectCorpus(await loadCorpus('emo-db', folder), {
    onProgress: (done, total) => seen.push([done, total]),
  })
  expect(inspection).toMatchObject({
    name: 'emo-db',
    found: 6,
    publishedAs: 535,
    otherFiles: 1,
    readable: 4,
    length: { total: 7, shortest: 1, median: 1.5, longest: 3 },
    speakers: { all: 2, female: 1, male: 1 },
    emotions: { happy: 1, angry: 2, bored: 1 },
    sampleRates: { '16000': 3, '48000': 1 },
    channels: { '1': 3, '2': 1 },
    formats: { wav: 4 },
    languages: { de: 4 },
    intensities: {},
    statements: { a01: 4 },
    silent: [{ id: '08a01La', path: join(folder, '08a01La.wav') }],
    unreadable: [
      { id: '09a01Na', path: join(folder, '09a01Na.wav'), code: 'audio-truncated' },
      { id: '10a01Na', code: 'audio-unrecognized', reason: expect.stringContaining('no audio') },
    ],
  })
  expect(inspection).not.toHaveProperty('clips')
  expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6].map((done) => [done, 6]))
})

test('says of a file that is gone that it is', async () => {
  await writeFile(
    join(folder, 'my.csv'),
    'path,label,speaker\n03a01Fa.wav,happy,1\ngone.wav,sad,1\n',
  )
  const { unreadable } = await inspectCorpus(await loadCorpus('csv', join(folder, 'my.csv')))
  expect(unreadable).toMatchObject([{ id: 'gone', reason: 'There is no such file.' }])
})

test('stands a corpus in which nothing can be read', async () => {
  const { clips, ...corpus } = await loadCorpus('emo-db', folder)
  const broken = clips.filter(({ emotion }) => emotion === 'neutral')
  expect(await inspectCorpus({ ...corpus, clips: broken })).toMatchObject({
    readable: 0,
    length: { total: 0, shortest: 0, median: 0, longest: 0 },
    emotions: {},
  })
})

test('stops when it is asked to', async () => {
  const corpus = await loadCorpus('emo-db', folder)
  await expect(inspectCorpus(corpus, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'aborted',
  })
})
