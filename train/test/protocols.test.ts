import { type Clip, type Emotion, emotions } from 'undertone/corpora'
import { describe, expect, it } from 'vitest'
import { authorsProtocol } from '../protocols/at-random.ts'
import { anySpeakers } from '../protocols/by-speaker.ts'
import { protocolNamed, protocols, speakerProtocol } from '../protocols/index.ts'
import { type Protocol, split, voiceOf } from '../protocols/protocol.ts'
import { tinyRecipe } from './tiny.ts'

const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i)

/** Every speaker says every statement with every emotion, twice. */
function clipsOf(
  corpus: string,
  speakers: readonly (string | number)[],
  labels: readonly Emotion[] = ['happy', 'sad'],
  statements: readonly string[] = ['01', '02'],
): Clip[] {
  return speakers.flatMap((speaker) =>
    labels.flatMap((emotion) =>
      statements.flatMap((statement) =>
        [1, 2].map((take) => ({
          ...{ corpus, speaker: String(speaker), emotion, statement },
          id: `${speaker}-${emotion}-${statement}-${take}`,
          path: '',
        })),
      ),
    ),
  )
}

const sentences = 'IEO TIE IOM IWW TAI MTI IWL ITH DFA ITS TSI WSI'.split(' ')
const ravdess = clipsOf('ravdess', range(1, 24))
const crema = clipsOf('crema-d', range(1001, 1091), ['happy', 'sad'], sentences)
const emoDb = clipsOf('emo-db', ['03', '08', '09', 10, 11, 12, 13, 14, 15, 16])
const savee = clipsOf('savee', ['DC', 'JE', 'JK', 'KL'])
const tess = clipsOf('tess', ['OAF', 'YAF'], ['happy', 'sad'], sentences)
const own = clipsOf('csv', ['a', 'b', 'c', 'd', 'e', 'f', 'g'])

const cases: [name: string, Protocol, Clip[]][] = [
  ...protocols.map((protocol): [string, Protocol, Clip[]] => [
    protocol.name,
    protocol,
    [ravdess, crema, emoDb, savee, tess].flat().filter(({ corpus }) => {
      const { corpora } = protocol
      return corpora.length === 0 || corpora.includes(corpus)
    }),
  ]),
  ['speaker-folds', anySpeakers('csv', own), own],
  [
    'authors',
    authorsProtocol({
      ...tinyRecipe,
      authors: { accuracy: 0.8, claim: '80 %', testShare: 0.25 },
    }),
    ravdess,
  ],
]

describe.each(cases)('%s', (_, protocol, clips) => {
  const folds = range(1, protocol.folds).map((fold) => split(protocol, clips, fold))
  const voices = (part: Clip[]) => new Set(part.map(voiceOf))

  it('tests no clip that it trains on or chooses by', () => {
    for (const { train, validation, test } of folds) {
      const all = [...train, ...validation, ...test]
      expect(new Set(all).size).toBe(all.length)
    }
  })

  it(protocol.sharesSpeakers ? 'says that it shares speakers' : 'shares no speaker', () => {
    if (protocol.sharesSpeakers) {
      expect(protocol.description).toContain('SHARES SPEAKERS')
      return
    }
    for (const { train, validation, test } of folds) {
      const heard = voices([...train, ...validation])
      expect([...voices(test)].filter((voice) => heard.has(voice))).toEqual([])
      if (protocol.validationSharesSpeakers) continue
      const trained = voices(train)
      expect([...voices(validation)].filter((voice) => trained.has(voice))).toEqual([])
    }
  })

  it('tests no clip in two folds, and divides alike whenever asked', () => {
    const tested = folds.flatMap(({ test }) => test)
    expect(new Set(tested).size).toBe(tested.length)
    expect(split(protocol, clips, 1)).toEqual(folds[0])
  })
})

describe('published folds', () => {
  it.each([
    ['ravdess', ravdess],
    ['crema-d', crema],
    ['emo-db', emoDb],
    ['savee', savee],
    ['tess', tess],
    ['csv', own],
  ])('of %s test every clip once', (name, clips) => {
    const protocol = speakerProtocol([name], clips)!
    const tested = range(1, protocol.folds).flatMap((fold) => split(protocol, clips, fold).test)
    expect(new Set(tested)).toEqual(new Set(clips))
  })

  it('of RAVDESS are those of Luna-Jiménez et al.', () => {
    const { validation, test } = split(protocolNamed('ravdess-speaker-5fold'), ravdess, 4)
    const speakers = (part: Clip[]) => [...new Set(part.map(({ speaker }) => speaker))]
    expect(speakers(test)).toEqual(['8', '17', '21', '23', '24'])
    expect(speakers(validation)).toEqual(['1', '14'])
  })

  it('take other corpora into training whole', () => {
    const { train, test } = split(protocolNamed('ravdess-speaker-5fold'), [...ravdess, ...tess], 1)
    expect(train.filter(({ corpus }) => corpus === 'tess')).toEqual(tess)
    expect(test.every(({ corpus }) => corpus === 'ravdess')).toBe(true)
  })

  it('leave a sentence out of training, and test it alone', () => {
    for (const [name, clips] of [
      ['ravdess-leave-sentence-out', ravdess],
      ['crema-d-leave-sentence-out', crema],
    ] as const) {
      const protocol = protocolNamed(name)
      for (const fold of range(1, protocol.folds)) {
        const { train, validation, test } = split(protocol, clips, fold)
        const tested = new Set(test.map(({ statement }) => statement))
        expect(tested.size).toBe(1)
        expect([...train, ...validation].some(({ statement }) => tested.has(statement))).toBe(false)
      }
    }
  })

  it('take ten actors of CREMA-D for validation', () => {
    for (const fold of range(1, 5)) {
      const { validation } = split(protocolNamed('crema-d-speaker-5fold'), crema, fold)
      expect(new Set(validation.map(({ speaker }) => speaker)).size).toBe(10)
    }
  })
})

describe('random folds', () => {
  it('have a tenth of each emotion', () => {
    const clips = clipsOf('ravdess', range(1, 24), emotions.slice(0, 8))
    for (const fold of range(1, 10)) {
      const { test } = split(protocolNamed('ravdess-random-10fold'), clips, fold)
      for (const emotion of emotions.slice(0, 8)) {
        const share = test.filter((clip) => clip.emotion === emotion).length / (clips.length / 8)
        expect(Math.abs(share - 0.1)).toBeLessThan(0.02)
      }
    }
  })
})

it('the authors’ split tests its share of each emotion, whatever their sizes', () => {
  const share = 0.2
  const protocol = authorsProtocol({
    ...tinyRecipe,
    authors: { accuracy: 0.8, claim: '80 %', testShare: share },
  })
  const sizes = { happy: 71, sad: 62, angry: 127, fearful: 4, disgust: 2 } as const
  const clips = Object.entries(sizes).flatMap(([emotion, size]) =>
    clipsOf('emo-db', range(1, size), [emotion as Emotion], ['01']).filter((_, i) => i % 2 === 0),
  )
  const { train, validation, test } = split(protocol, clips, 1)
  for (const [emotion, size] of Object.entries(sizes)) {
    const own = (part: Clip[]) => part.filter((clip) => clip.emotion === emotion).length
    expect(own(test)).toBe(Math.max(1, Math.round(share * size)))
    expect(own(train)).toBeGreaterThan(0)
    if (size > 2) expect(own(validation)).toBeGreaterThan(0)
  }
})

it('folds of a corpus of one’s own validate on speakers who are neither trained on nor tested', () => {
  const many = clipsOf('csv', range(1, 23))
  for (const [clips, spared] of [
    [own, 1],
    [many, 2],
  ] as const) {
    const protocol = anySpeakers('csv', clips)
    expect(protocol.validationSharesSpeakers).toBe(false)
    for (const fold of range(1, 5)) {
      const { validation } = split(protocol, clips, fold)
      expect(new Set(validation.map(voiceOf)).size).toBe(spared)
    }
  }
  const few = own.filter(({ speaker }) => speaker < 'd')
  expect(anySpeakers('csv', few).validationSharesSpeakers).toBe(true)
  expect(split(anySpeakers('csv', few), few, 1).validation.length).toBeGreaterThan(0)
})

describe('split', () => {
  const protocol = protocolNamed('ravdess-speaker-5fold')

  it('refuses a fold that is not there, one that leaves nothing to test, one speaker alone', () => {
    expect(() => split(protocol, ravdess, 6)).toThrow(/folds 1 to 5, not 6/)
    const man = ravdess.filter(({ speaker }) => speaker === '1')
    expect(() => split(protocol, man, 1)).toThrow(/nothing for/)
    expect(() => anySpeakers('csv', man)).toThrow(/one speaker alone/)
    expect(() => protocolNamed('loso')).toThrow(/no protocol "loso"/)
    expect(speakerProtocol(['csv', 'tess'], [])).toBeUndefined()
  })

  it('refuses a speaker, or a clip, in two parts', () => {
    const [one, two, three] = ravdess as [Clip, Clip, Clip]
    const other = ravdess.find(({ speaker }) => speaker === '2')!
    const twice = { train: [one], validation: [other], test: [two, three] }
    expect(() => split({ ...protocol, divide: () => twice }, ravdess, 1)).toThrow(
      /Speaker ravdess\/1 is both in train and in test/,
    )
    const sharing = { ...protocol, sharesSpeakers: true }
    expect(split({ ...sharing, divide: () => twice }, ravdess, 1).test).toHaveLength(2)
    const leaking = { ...twice, test: [one] }
    expect(() => split({ ...sharing, divide: () => leaking }, ravdess, 1)).toThrow(
      /Clip ravdess\/1-happy-01-1 is both in train and in test/,
    )
  })
})
