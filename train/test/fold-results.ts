import type { FoldResult, TestedClip } from '../evaluation/fold-result.ts'
import { metrics } from '../evaluation/metrics.ts'

/** `speaker, truth, score of each label` of a made-up clip. */
export type Answer = readonly [speaker: string, emotion: string, ...scores: number[]]

/** What a fold of these answers gave. Odd speakers are men. */
export function foldResult(answers: readonly Answer[], rest: Partial<FoldResult> = {}): FoldResult {
  const labels = rest.labels ?? ['happy', 'sad']
  const tested = answers.map(([speaker, emotion, ...scores], i): TestedClip => {
    return {
      ...{ corpus: 'savee', id: `${rest.fold ?? 1}-${i}`, speaker },
      ...{ emotion: emotion as TestedClip['emotion'], scores },
      sex: Number(speaker) % 2 === 1 ? 'male' : 'female',
    }
  })
  const truths = tested.map(({ emotion }) => labels.indexOf(emotion))
  const heard = tested.map(({ scores }) => scores.indexOf(Math.max(...scores)))
  return {
    ...{ recipe: 'residual-cnn', settings: 'abc', corpus: 'savee', protocol: 'savee-loso' },
    ...{ fold: 1, seed: 1, epochs: 2, parameters: 1234, labels },
    clips: { train: 10, validation: 4, test: tested.length },
    testSpeakers: [...new Set(tested.map(({ speaker }) => speaker))],
    ...metrics(labels, truths, heard),
    ...{ history: [], tested, minutes: 1, command: 'npm run evaluate', versions: { node: '20' } },
    ...rest,
  }
}
