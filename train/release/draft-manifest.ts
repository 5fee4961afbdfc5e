import type { ModelManifest } from 'undertone'
import type { Corpus, Emotion } from 'undertone/corpora'
import type { Summary } from '../evaluation/summary.ts'
import type { Example } from '../features/example.ts'
import type { StartingPoint } from '../fit/starting-point.ts'
import { protocolNamed } from '../protocols/index.ts'
import type { Recipe } from '../recipes/recipe.ts'
import { TrainingError } from '../training-error.ts'

const terms: Record<string, ModelManifest['licence']> = {
  'ODbL-1.0': {
    name: 'ODbL-1.0',
    commercialUse: true,
    note: 'Learned from CREMA-D (Cao et al. 2014), which is under the Open Database License 1.0: commercial use is allowed with attribution.',
  },
  'CC-BY-NC-SA-4.0': {
    name: 'CC-BY-NC-SA-4.0',
    commercialUse: false,
    note: 'Learned from RAVDESS (Livingstone & Russo 2018), which is under CC BY-NC-SA 4.0: not for commercial use.',
  },
}

/** The terms of a model that heard data under all of these licences. */
function strictest(licences: readonly string[]): ModelManifest['licence'] {
  const all = licences.map((licence) => {
    const found = terms[licence]
    if (!found) throw new TrainingError(`No terms are written down for data under ${licence}.`)
    return found
  })
  const strict = all.find(({ commercialUse }) => !commercialUse) ?? all[0]!
  return { ...strict, note: [...new Set(all.map(({ note }) => note))].join(' ') }
}

/** A protocol by its name, with the folds where not all of them are measured. */
export function measuredOn({ protocol, folds }: Pick<Summary, 'protocol' | 'folds'>): string {
  const all = protocolNamed(protocol).folds
  return folds.length === all ? protocol : `${protocol}, fold ${folds.join(', ')} of ${all} alone`
}

/** The manifest of a trained model, but for what the conversion adds: `files` and `graph`. */
export function draftManifest({
  name,
  recipe,
  corpus,
  labels,
  examples,
  from,
  summary,
}: {
  name: string
  recipe: Recipe
  corpus: Pick<Corpus, 'name' | 'licence' | 'note'>
  labels: Emotion[]
  examples: readonly Example[]
  from?: StartingPoint
  /** Of the fold models' results, where there are any. */
  summary?: Summary
}): Omit<ModelManifest, 'files' | 'graph'> {
  const heard = from ? [...from.corpora] : []
  const speakers = [...new Set(examples.map((example) => example.clip.speaker))]
  const before = heard.find(({ name, note }) => name === corpus.name && note === corpus.note)
  const all = [...new Set([...(before?.speakers ?? []), ...speakers])]
  const entry = {
    name: corpus.name,
    licence: corpus.licence,
    ...(corpus.note ? { note: corpus.note } : {}),
    speakers: all.sort((a, b) => Number(a) - Number(b)),
  }
  if (before) heard[heard.indexOf(before)] = entry
  else heard.push(entry)
  return {
    format: 1,
    name,
    version: '0.1.0',
    description: `${labels.length} emotions: ${recipe.description}; learned from ${corpus.name}${corpus.note ? ` (${corpus.note})` : ''}.`,
    labels,
    frontEnd: recipe.frontEnd,
    window: recipe.window,
    corpora: heard,
    licence: strictest(heard.map(({ licence }) => licence)),
    scores: summary
      ? [
          {
            corpus: summary.corpus,
            protocol: measuredOn(summary),
            uar: summary.uar,
            wa: summary.wa,
            seeds: summary.seeds.map(({ seed }) => seed),
            command: summary.command,
          },
        ]
      : [],
  }
}
