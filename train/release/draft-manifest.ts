import type { ModelManifest } from 'undertone'
import type { Clip, Corpus, Emotion } from 'undertone/corpora'
import type { Assessment } from '../evaluation/assessment.ts'
import { needRecordings } from '../features/clip-features.ts'
import type { FineTuned } from '../fine-tuned.ts'
import type { StartingPoint } from '../fit/starting-point.ts'
import type { Recipe } from '../recipes/recipe.ts'
import { TrainingError } from '../training-error.ts'

/** The strictest first. */
const terms: Record<string, ModelManifest['licence']> = {
  unstated: {
    name: 'unstated',
    commercialUse: false,
    note: 'Learned from recordings whose terms were not told: ask who gave them.',
  },
  'research use only': {
    name: 'research use only',
    commercialUse: false,
    note: 'Learned from SAVEE (Haq & Jackson 2010), which is for research alone.',
  },
  'CC-BY-NC-ND-4.0': {
    name: 'CC-BY-NC-ND-4.0',
    commercialUse: false,
    note: 'Learned from TESS (Pichora-Fuller & Dupuis 2020), which is under CC BY-NC-ND 4.0: not for commercial use, and not to be passed on changed.',
  },
  'CC-BY-NC-SA-4.0': {
    name: 'CC-BY-NC-SA-4.0',
    commercialUse: false,
    note: 'Learned from RAVDESS (Livingstone & Russo 2018), which is under CC BY-NC-SA 4.0: not for commercial use, and what is made of it under the same terms.',
  },
  'ODbL-1.0': {
    name: 'ODbL-1.0',
    commercialUse: true,
    note: 'Learned from CREMA-D (Cao et al. 2014), which is under the Open Database License 1.0: commercial use is allowed with attribution.',
  },
  'CC-BY-4.0': {
    name: 'CC-BY-4.0',
    commercialUse: true,
    note: 'Learned from EMO-DB (Burkhardt et al. 2005), which is under CC BY 4.0: any use, with attribution.',
  },
  'CC0-1.0': {
    name: 'CC0-1.0',
    commercialUse: true,
    note: 'Learned from made-up data: of no use but to see how training works.',
  },
}

/** The terms of a model that heard data under all of these licences. */
function strictest(licences: readonly string[]): ModelManifest['licence'] {
  const all = [...new Set(licences)].map((licence) => {
    const found = terms[licence]
    if (!found) throw new TrainingError(`No terms are written down for data under ${licence}.`)
    return found
  })
  const strict = Object.values(terms).find((one) => all.includes(one))!
  const notes = all.map(({ note }) => note)
  if (all.length > 1)
    notes.unshift(`The strictest of these terms holds for the model: ${strict.name}.`)
  return { ...strict, note: notes.join(' ') }
}

/** Noise has its authors too. */
function withNoise(
  licence: ModelManifest['licence'],
  noise: { terms?: string | undefined } | false,
): ModelManifest['licence'] {
  if (!noise) return licence
  const { terms } = noise
  return {
    ...licence,
    commercialUse: licence.commercialUse && terms !== undefined,
    note: `${licence.note} Noise was mixed into some of it: ${terms ?? 'recordings whose terms were not told: ask who gave them'}.`,
  }
}

/** A protocol by its name, with the folds where not all of them are measured. */
function measuredOn({ protocol, folds, protocolFacts }: Assessment): string {
  if (folds.length === protocolFacts.folds) return protocol
  return `${protocol}, fold ${folds.join(', ')} of ${protocolFacts.folds} alone`
}

/** The manifest of a trained model, but for what the conversion adds: `files` and `graph`. */
export function draftManifest({
  name,
  recipe,
  corpora,
  labels,
  clips,
  from,
  calibration,
  noiseTerms,
  summaries = [],
  own,
}: {
  name: string
  recipe: Recipe
  corpora: readonly Pick<Corpus, 'name' | 'licence' | 'note'>[]
  labels: Emotion[]
  /** All that it heard, in calibration too. */
  clips: readonly Clip[]
  calibration?: ModelManifest['calibration']
  from?: StartingPoint
  /** What the recordings of noise are, and their licence, where the recipe takes some. */
  noiseTerms?: string
  /** Of the fold models' results, one of each corpus that they are tested on. */
  summaries?: readonly Assessment[]
  /** What fine-tuning gave on the data's own speakers. */
  own?: FineTuned & { command: string }
}): Omit<ModelManifest, 'files' | 'graph'> {
  const heard = from ? [...from.corpora] : []
  for (const corpus of corpora) {
    const ofIt = clips.filter((clip) => clip.corpus === corpus.name)
    const before = heard.find(({ name, note }) => name === corpus.name && note === corpus.note)
    const all = new Set([...(before?.speakers ?? []), ...ofIt.map(({ speaker }) => speaker)])
    const entry = {
      name: corpus.name,
      licence: corpus.licence,
      ...(corpus.note ? { note: corpus.note } : {}),
      speakers: [...all].sort((a, b) => a.localeCompare(b, 'en', { numeric: true })),
    }
    if (before) heard[heard.indexOf(before)] = entry
    else heard.push(entry)
  }
  const learned = corpora.map(({ name, note }) => (note ? `${name} (${note})` : name)).join(', ')
  return {
    format: 1,
    name,
    version: '0.1.0',
    description: `${labels.length} emotions: ${recipe.description}; learned from ${learned}.`,
    labels,
    ...(recipe.preparation.length > 0 ? { preparation: [...recipe.preparation] } : {}),
    frontEnd: recipe.frontEnd,
    window: recipe.window,
    corpora: heard,
    ...(calibration ? { calibration } : {}),
    licence: withNoise(
      strictest(heard.map(({ licence }) => licence)),
      recipe.copies.some(needRecordings) && { terms: noiseTerms },
    ),
    scores: [
      ...summaries.map((summary) => ({
        corpus: summary.testedOn ?? summary.corpus,
        protocol: measuredOn(summary),
        uar: summary.uar,
        wa: summary.wa,
        seeds: summary.seeds.map(({ seed }) => seed),
        command: summary.command,
      })),
      ...(own
        ? [
            {
              corpus: own.corpus,
              protocol: own.protocol.name,
              ...own.after,
              seeds: [own.seed],
              command: own.command,
            },
          ]
        : []),
    ],
  }
}
