import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { decodeAudio } from '../../src/audio/index.ts'
import { type Corpus, labelsOf, loadCorpus, makeSynthetic } from '../../src/corpora/index.ts'

let root: string
let folder: string
let corpus: Corpus
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'undertone-synthetic-'))
  folder = join(root, 'made')
  corpus = await makeSynthetic(folder)
})
afterAll(() => rm(root, { recursive: true }))

/** Mean over the clips of an emotion, of what `of` gives for its samples. */
async function meanOf(emotion: string, of: (samples: Float32Array) => number): Promise<number> {
  const clips = corpus.clips.filter((clip) => clip.emotion === emotion)
  let sum = 0
  for (const { path } of clips) {
    const { channels } = await decodeAudio(await readFile(path))
    sum += of(channels[0]!)
  }
  return sum / clips.length
}
const rms = (samples: Float32Array) =>
  Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length)

it('has all emotions of RAVDESS, said twice by ten speakers in two sentences', () => {
  expect(labelsOf(corpus.clips)).toHaveLength(8)
  expect(corpus.clips).toHaveLength(10 * 8 * 2 * 2)
  expect(new Set(corpus.clips.map(({ speaker }) => speaker)).size).toBe(10)
  expect(new Set(corpus.clips.map(({ statement }) => statement))).toEqual(new Set(['1', '2']))
  expect(corpus.clips.filter(({ sex }) => sex === 'female')).toHaveLength(160)
})

it('says that it is made up, whoever loads it', async () => {
  expect(corpus).toMatchObject({ name: 'synthetic', note: 'made-up data: no real voice' })
  expect(await loadCorpus('synthetic', folder)).toEqual(corpus)
  expect((await loadCorpus('synthetic', folder, 'louder')).note).toMatch(/^made-up data.*; louder$/)
  await expect(loadCorpus('ravdess', folder)).rejects.toThrow(/made-up voices/)
})

it('is mono, 16 kHz, 1 s to 4 s, never silent and never clipped', async () => {
  for (const { path } of corpus.clips.slice(0, 32)) {
    const { sampleRate, channels } = await decodeAudio(await readFile(path))
    expect({ sampleRate, channels: channels.length }).toEqual({ sampleRate: 16000, channels: 1 })
    const seconds = channels[0]!.length / sampleRate
    expect(seconds).toBeGreaterThan(1)
    expect(seconds).toBeLessThan(4)
    const peak = channels[0]!.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
    expect(peak).toBeGreaterThan(0.02)
    expect(peak).toBeLessThan(1)
  }
})

it('sounds as the emotion asks: anger loud and quick, sadness soft and slow', async () => {
  expect(await meanOf('angry', rms)).toBeGreaterThan(3 * (await meanOf('sad', rms)))
  const length = (samples: Float32Array) => samples.length
  expect(await meanOf('sad', length)).toBeGreaterThan(1.2 * (await meanOf('angry', length)))
})

it('comes out the same again, and otherwise with another seed', async () => {
  const small = join(root, 'small')
  const make = async (seed = {}) => {
    const { clips } = await makeSynthetic(small, { ...seed, speakers: 2, repetitions: 1 })
    return Promise.all(clips.map(({ path }) => readFile(path)))
  }
  const first = await make()
  expect(await make({ seed: 1 })).toEqual(first)
  const other = await make({ seed: 2 })
  for (const [index, bytes] of other.entries()) expect(bytes).not.toEqual(first[index])
  expect(await readdir(small)).toHaveLength(first.length)
})

it('does not mix with other recordings', async () => {
  const other = await mkdtemp(join(root, 'other-'))
  await writeFile(join(other, '03a01Fa.wav'), '')
  await expect(makeSynthetic(other)).rejects.toThrow(/has other recordings in it, .*03a01Fa\.wav/)
  expect(await readdir(other)).toEqual(['03a01Fa.wav'])
})

it.each([{ speakers: 1 }, { speakers: 2.5 }, { repetitions: 0 }, { seed: -1 }])(
  'refuses %j',
  async (options) => {
    await expect(makeSynthetic(join(root, 'no'), options)).rejects.toMatchObject({
      code: 'input-invalid',
    })
  },
)
