import { describe, expect, it } from 'vitest'
import type { Clip, Corpus } from '../corpora/clip.ts'
import { speakerProtocol, splitBySpeaker } from '../corpora/folds.ts'

function corpusOf(name: string, speakers: number[]): Corpus {
  const clips = speakers.flatMap((speaker) =>
    [1, 2, 3].map(
      (take): Clip => ({
        id: `${speaker}-${take}`,
        path: '',
        speaker: String(speaker),
        emotion: 'happy',
        sex: 'female',
        statement: '01',
        intensity: 'normal',
      }),
    ),
  )
  return { name, licence: '', publishedAs: clips.length, found: clips.length, clips }
}

const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i)
const speakersOf = (clips: Clip[]) => new Set(clips.map((clip) => clip.speaker))

describe.each([
  ['ravdess', range(1, 24)],
  ['crema-d', range(1001, 1091)],
])('the folds of %s', (name, speakers) => {
  const corpus = corpusOf(name, speakers)
  const protocol = speakerProtocol(corpus)
  const splits = protocol.folds.map((_, i) => splitBySpeaker(corpus, protocol, i + 1))

  it('share no speaker between training, validation and test', () => {
    for (const { train, validation, test } of splits) {
      const [a, b, c] = [speakersOf(train), speakersOf(validation), speakersOf(test)]
      expect(a.size + b.size + c.size).toBe(new Set([...a, ...b, ...c]).size)
    }
  })

  it('use every clip once a fold, and test every speaker once in all', () => {
    for (const { train, validation, test } of splits) {
      expect(new Set([...train, ...validation, ...test]).size).toBe(corpus.clips.length)
    }
    const tested = splits.flatMap(({ test }) => [...speakersOf(test)])
    expect(tested.map(Number).sort((a, b) => a - b)).toEqual(speakers)
  })
})

describe('splitBySpeaker', () => {
  it('follows the published folds of RAVDESS', () => {
    const corpus = corpusOf('ravdess', range(1, 24))
    const { validation, test } = splitBySpeaker(corpus, speakerProtocol(corpus), 4)
    expect([...speakersOf(test)]).toEqual(['8', '17', '21', '23', '24'])
    expect([...speakersOf(validation)]).toEqual(['1', '14'])
  })

  it('takes ten actors of CREMA-D for validation', () => {
    const corpus = corpusOf('crema-d', range(1001, 1091))
    for (const fold of [1, 2, 3, 4, 5]) {
      const { validation } = splitBySpeaker(corpus, speakerProtocol(corpus), fold)
      expect(speakersOf(validation).size).toBe(10)
    }
  })

  it('refuses a fold that is not there, and one that leaves nothing to test', () => {
    const corpus = corpusOf('ravdess', range(1, 24))
    const protocol = speakerProtocol(corpus)
    expect(() => splitBySpeaker(corpus, protocol, 6)).toThrow(/folds 1 to 5, not 6/)
    const men = { ...corpus, clips: corpus.clips.filter(({ speaker }) => speaker === '1') }
    expect(() => splitBySpeaker(men, protocol, 1)).toThrow(/nothing for/)
  })

  it('refuses speakers that are both validated and tested', () => {
    const corpus = corpusOf('ravdess', range(1, 24))
    const protocol = {
      ...speakerProtocol(corpus),
      folds: [{ test: ['1'], validation: ['1', '2'] }],
    }
    expect(() => splitBySpeaker(corpus, protocol, 1)).toThrow(/Speakers 1 are both/)
  })
})
