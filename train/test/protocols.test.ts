import type { Clip } from 'undertone/corpora'
import { describe, expect, it } from 'vitest'
import { speakerProtocol } from '../protocols/index.ts'
import { split } from '../protocols/protocol.ts'

const clipsOf = (corpus: string, speakers: number[]): Clip[] =>
  speakers.flatMap((speaker) =>
    [1, 2, 3].map((take) => ({
      corpus,
      id: `${speaker}-${take}`,
      path: '',
      speaker: String(speaker),
      emotion: 'happy' as const,
    })),
  )

const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i)
const speakersOf = (clips: Clip[]) => new Set(clips.map((clip) => clip.speaker))

describe.each([
  ['ravdess', range(1, 24)],
  ['crema-d', range(1001, 1091)],
])('the folds of %s', (name, speakers) => {
  const clips = clipsOf(name, speakers)
  const protocol = speakerProtocol(name)
  const splits = range(1, protocol.folds).map((fold) => split(protocol, clips, fold))

  it('share no speaker between training, validation and test', () => {
    for (const { train, validation, test } of splits) {
      const [a, b, c] = [speakersOf(train), speakersOf(validation), speakersOf(test)]
      expect(a.size + b.size + c.size).toBe(new Set([...a, ...b, ...c]).size)
    }
  })

  it('use every clip once a fold, and test every speaker once in all', () => {
    for (const { train, validation, test } of splits) {
      expect(new Set([...train, ...validation, ...test]).size).toBe(clips.length)
    }
    const tested = splits.flatMap(({ test }) => [...speakersOf(test)])
    expect(tested.map(Number).sort((a, b) => a - b)).toEqual(speakers)
  })
})

describe('split', () => {
  const protocol = speakerProtocol('ravdess')
  const clips = clipsOf('ravdess', range(1, 24))

  it('follows the published folds of RAVDESS', () => {
    const { validation, test } = split(protocol, clips, 4)
    expect([...speakersOf(test)]).toEqual(['8', '17', '21', '23', '24'])
    expect([...speakersOf(validation)]).toEqual(['1', '14'])
  })

  it('takes ten actors of CREMA-D for validation', () => {
    const actors = clipsOf('crema-d', range(1001, 1091))
    for (const fold of [1, 2, 3, 4, 5]) {
      const { validation } = split(speakerProtocol('crema-d'), actors, fold)
      expect(speakersOf(validation).size).toBe(10)
    }
  })

  it('refuses a fold that is not there, and one that leaves nothing to test', () => {
    expect(() => split(protocol, clips, 6)).toThrow(/folds 1 to 5, not 6/)
    const man = clips.filter(({ speaker }) => speaker === '1')
    expect(() => split(protocol, man, 1)).toThrow(/nothing for/)
  })

  it('refuses a speaker, or a clip, in two parts', () => {
    const [one, two, three, other] = [clips[0]!, clips[1]!, clips[2]!, clips[3]!]
    const twice = { train: [one], validation: [other], test: [two, three] }
    expect(() => split({ ...protocol, divide: () => twice }, clips, 1)).toThrow(
      /Speaker ravdess\/1 is both in train and in test/,
    )
    const sharing = { ...protocol, sharesSpeakers: true }
    expect(split({ ...sharing, divide: () => twice }, clips, 1).test).toHaveLength(2)
    const leaking = { ...twice, test: [one] }
    expect(() => split({ ...sharing, divide: () => leaking }, clips, 1)).toThrow(
      /Clip ravdess\/1-1 is both in train and in test/,
    )
  })
})
