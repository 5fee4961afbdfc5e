import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { detectCorpus, labelsOf, loadCorpus } from '../../src/corpora/index.ts'

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
  it('reads RAVDESS from its file names, speech and songs apart', async () => {
    await put(
      'Actor_12/03-01-05-02-01-02-12.wav',
      'Actor_01/03-01-02-01-02-01-01.flac',
      'Actor_01/03-02-02-01-02-01-01.wav',
      'Actor_01/notes.txt',
      // Audio and video, and the remains of unzipping on a Mac.
      'Actor_01/01-01-02-01-02-01-01.wav',
      '__MACOSX/Actor_01/._03-01-02-01-02-01-01.wav',
    )
    const { clips, found, publishedAs, otherFiles } = await loadCorpus('ravdess', folder)
    expect({ found, publishedAs, otherFiles }).toEqual({
      found: 2,
      publishedAs: 1440,
      otherFiles: 3,
    })
    expect(clips).toMatchObject([
      { id: '03-01-02-01-02-01-01', speaker: '1', emotion: 'calm', sex: 'male', statement: '02' },
      { speaker: '12', emotion: 'angry', sex: 'female', intensity: 'strong', channel: 'speech' },
    ])
    expect(labelsOf(clips)).toEqual(['calm', 'angry'])
    const songs = await loadCorpus('ravdess-song', folder)
    expect(songs.publishedAs).toBe(1012)
    expect(songs.clips).toMatchObject([
      { corpus: 'ravdess-song', id: '03-02-02-01-02-01-01', channel: 'song' },
    ])
  })

  it('reads CREMA-D from its file names', async () => {
    await put('1002_IEO_SAD_HI.wav', '1001_DFA_ANG_XX.flac', '1040_ITH_SAD_X.wav')
    const { clips } = await loadCorpus('crema-d', folder)
    expect(clips).toMatchObject([
      { id: '1001_DFA_ANG_XX', speaker: '1001', emotion: 'angry', sex: 'male', statement: 'DFA' },
      { speaker: '1002', emotion: 'sad', sex: 'female', intensity: 'HI', language: 'en' },
      { id: '1040_ITH_SAD_XX', speaker: '1040', emotion: 'sad', intensity: 'XX' },
    ])
  })

  it('reads TESS from its file names, as they are published and as they are copied', async () => {
    await put(
      'YAF_pleasant_surprised/YAF_door_ps.wav',
      'OAF_Fear/OAF_back_fear.wav',
      'OAF_neutral/OA_bite_neutral.wav',
      'yaf_dog_pleasant_surprise.wav',
    )
    const { clips } = await loadCorpus('tess', folder)
    expect(clips).toMatchObject([
      { id: 'OAF_back_fear', speaker: 'OAF', emotion: 'fearful', sex: 'female' },
      { id: 'OAF_bite_neutral', speaker: 'OAF', emotion: 'neutral', statement: 'bite' },
      { id: 'YAF_dog_ps', speaker: 'YAF', emotion: 'surprised', statement: 'dog' },
      { id: 'YAF_door_ps', speaker: 'YAF', emotion: 'surprised' },
    ])
  })

  it('reads SAVEE with its speakers in folders or in file names, to the same clips', async () => {
    await put('AudioData/JE/sa03.wav', 'AudioData/DC/a01.wav', 'KL_su15.wav')
    const { clips } = await loadCorpus('savee', folder)
    expect(clips).toMatchObject([
      { id: 'DC_a01', speaker: 'DC', emotion: 'angry', sex: 'male', statement: '01' },
      { id: 'JE_sa03', speaker: 'JE', emotion: 'sad', statement: '03' },
      { id: 'KL_su15', speaker: 'KL', emotion: 'surprised', statement: '15' },
    ])
  })

  it('reads EMO-DB from its file names', async () => {
    await put('wav/03a01Fa.wav', 'wav/16b10Lb.wav', 'wav/08a02Wc.wav', 'wav/07a02Wc.wav')
    const { clips, otherFiles } = await loadCorpus('emo-db', folder)
    expect(clips).toMatchObject([
      { id: '03a01Fa', speaker: '03', emotion: 'happy', sex: 'male', language: 'de' },
      { id: '08a02Wc', speaker: '08', emotion: 'angry', sex: 'female', statement: 'a02' },
      { id: '16b10Lb', speaker: '16', emotion: 'bored' },
    ])
    expect(otherFiles).toBe(1)
  })

  it('carries licence, citation and note', async () => {
    await put('03a01Fa.wav')
    const { licence, citation, note } = await loadCorpus('emo-db', folder, 'resampled')
    expect({ licence, note }).toEqual({ licence: 'CC-BY-4.0', note: 'resampled' })
    expect(citation).toMatch(/Burkhardt/)
  })

  it('says which corpus it is when it is another one', async () => {
    await put('1001_DFA_ANG_XX.wav')
    await expect(loadCorpus('ravdess', folder)).rejects.toThrow(
      /No clip of RAVDESS speech in .*\. This looks like CREMA-D: use --corpus crema-d\.$/,
    )
  })

  it('says how files are named when there is nothing it knows', async () => {
    await put('a.wav')
    await expect(loadCorpus('savee', folder)).rejects.toMatchObject({
      code: 'corpus-not-found',
      message: expect.stringMatching(/Its files are named like DC\/a01\.wav or DC_a01\.wav\.$/),
    })
  })

  it("refuses a folder that isn't there, a file, a corpus that there is not", async () => {
    await put('my.csv')
    await expect(loadCorpus('crema-d', join(folder, 'no'))).rejects.toThrow(/does it exist/)
    await expect(loadCorpus('crema-d', join(folder, 'my.csv'))).rejects.toThrow(
      /is a file, not a folder\. For a corpus in a CSV file: --corpus csv\.$/,
    )
    await expect(loadCorpus('iemocap', folder)).rejects.toMatchObject({ code: 'corpus-unknown' })
  })

  it('refuses a clip that is there twice', async () => {
    await put('03a01Fa.wav', 'copy/03a01Fa.wav', 'copy/03a01Wa.wav', '03a01Wa.flac')
    await expect(loadCorpus('emo-db', folder)).rejects.toMatchObject({
      code: 'corpus-invalid',
      message: expect.stringMatching(/2 clips are in .* twice: \S+ is both \S+ and \S+\. Remove/),
    })
  })
})

describe('detectCorpus', () => {
  it.each([
    ['ravdess', 'Actor_01/03-01-02-01-02-01-01.wav'],
    ['ravdess-song', 'Actor_01/03-02-02-01-02-01-01.wav'],
    ['crema-d', '1001_DFA_ANG_XX.wav'],
    ['tess', 'OAF_back_angry.wav'],
    ['savee', 'DC/a01.wav'],
    ['emo-db', '03a01Fa.wav'],
    ['synthetic', 'made-up-01-f-angry-1-1.wav'],
    [undefined, 'clip.wav'],
  ])('knows %s by its file names', async (name, file) => {
    await put(file)
    expect(await detectCorpus(folder)).toBe(name)
  })

  it('takes the corpus with the most clips', async () => {
    await put('03a01Fa.wav', '03a01Wa.wav', 'OAF_back_angry.wav')
    expect(await detectCorpus(folder)).toBe('emo-db')
  })

  it('takes a CSV file by its name', async () => {
    expect(await detectCorpus('voices/My.CSV')).toBe('csv')
  })
})
