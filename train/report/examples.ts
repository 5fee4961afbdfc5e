import type { FoldResult, TestedClip } from '../evaluation/fold-result.ts'

/** A clip and what the seeds' models together made of it. */
export interface Heard {
  clip: TestedClip
  heardAs: string
  right: boolean
  /** Probability of each label, mean of the seeds; the highest first. */
  scores: { label: string; score: number }[]
}

export interface Examples {
  surest: Heard[]
  surestWrong: Heard[]
  leastSure: Heard[]
}

/** The surest that are right, the surest that are wrong and the least sure; no clip is in two. */
export function chooseExamples(results: readonly FoldResult[], count = 3): Examples {
  const heard = heardClips(results).sort((a, b) => b.scores[0]!.score - a.scores[0]!.score)
  const surest = heard.filter(({ right }) => right).slice(0, count)
  const surestWrong = heard.filter(({ right }) => !right).slice(0, count)
  const leastSure = heard
    .filter((one) => !surest.includes(one) && !surestWrong.includes(one))
    .slice(-count)
    .reverse()
  return { surest, surestWrong, leastSure }
}

function heardClips(results: readonly FoldResult[]): Heard[] {
  const runs = new Map<string, { clip: TestedClip; scores: Map<string, number>; runs: number }>()
  for (const { labels, tested } of results) {
    for (const clip of tested) {
      const key = `${clip.corpus} ${clip.id}`
      const one = runs.get(key) ?? { clip, scores: new Map(), runs: 0 }
      runs.set(key, one)
      one.runs++
      labels.forEach((label, i) => {
        one.scores.set(label, (one.scores.get(label) ?? 0) + clip.scores[i]!)
      })
    }
  }
  return [...runs.values()].map(({ clip, scores, runs }) => {
    const sorted = [...scores]
      .map(([label, sum]) => ({ label, score: sum / runs }))
      .sort((a, b) => b.score - a.score)
    const heardAs = sorted[0]!.label
    return { clip, heardAs, right: heardAs === clip.emotion, scores: sorted }
  })
}
