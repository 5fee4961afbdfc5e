import type { Assessment } from './assessment.ts'

/** One recipe with one setting, trained on each of some corpora and tested on each other. */
export interface CorpusMatrix {
  recipe: string
  protocol: string
  settings: string
  leak?: string
  trainedOn: string[]
  testedOn: string[]
  pairs: Assessment[]
}

const languageNames = new Intl.DisplayNames('en', { type: 'language' })

/** A corpus's name, with its language where clips of it were tested and tell it. */
export function withLanguage({ pairs }: CorpusMatrix, corpus: string): string {
  const languages = pairs.find(({ testedOn }) => testedOn === corpus)?.languages ?? []
  const names = languages.map((language) => languageNames.of(language))
  return names.length > 0 ? `${corpus} (${names.join(', ')})` : corpus
}

/** The matrices that measurements of one corpus by models of another make up. */
export function corpusMatrices(assessments: readonly Assessment[]): CorpusMatrix[] {
  const matrices = new Map<string, CorpusMatrix>()
  for (const assessment of assessments) {
    const { recipe, protocol, settings, leak, corpus, testedOn } = assessment
    if (!testedOn || !assessment.protocolFacts.betweenCorpora) continue
    const key = [recipe, protocol, settings, leak].join('\n')
    const matrix = matrices.get(key) ?? {
      ...{ recipe, protocol, settings, trainedOn: [], testedOn: [], pairs: [] },
      ...(leak ? { leak } : {}),
    }
    matrices.set(key, matrix)
    matrix.pairs.push(assessment)
    matrix.trainedOn = [...new Set([...matrix.trainedOn, corpus])].sort()
    matrix.testedOn = [...new Set([...matrix.testedOn, testedOn])].sort()
  }
  return [...matrices.values()]
}

export const pairOf = (
  { pairs }: CorpusMatrix,
  trainedOn: string,
  testedOn: string,
): Assessment | undefined =>
  pairs.find((pair) => pair.corpus === trainedOn && pair.testedOn === testedOn)
