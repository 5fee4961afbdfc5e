import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Assessment, assess } from '../evaluation/assessment.ts'
import { experimentName, type FoldResult, type TestedClip } from '../evaluation/fold-result.ts'
import { completeSeeds } from '../evaluation/summary.ts'
import { recipes } from '../recipes/index.ts'
import { chooseExamples, type Heard } from './examples.ts'
import { examplesSection } from './examples-section.ts'
import { headSection } from './head-section.ts'
import { type Html, html } from './html.ts'
import { page } from './page.ts'
import {
  againSection,
  calibrationSection,
  clipsSection,
  conditionsSection,
  historySection,
  listenersSection,
  speakersSection,
  twinsSection,
} from './sections.ts'
import { type Sound, soundPlots } from './sound-plots.ts'

export interface ReportOptions {
  /** A clip's audio, for waveform and spectrogram of the examples; undefined where it is not at hand. */
  audioOf?: (clip: TestedClip) => Promise<Sound | undefined>
  /** Of these very results, where there is more to it than they tell: leaks, a recipe of one's own. */
  assessment?: Assessment
}

export interface Report {
  /** A whole page, without any other file. */
  html: string
  /** The same figures, for programs. */
  json: string
}

/**
 * A report of one experiment, for people and for programs.
 * @param results of one experiment, see `experimentsOf`; seeds that lack folds are left out
 * @throws {RangeError} when there are none
 */
export async function report(
  results: readonly FoldResult[],
  { audioOf, assessment = assess(results) }: ReportOptions = {},
): Promise<Report> {
  const complete = completeSeeds(results).complete.flatMap(({ results }) => results)
  const examples = chooseExamples(complete)
  const sounds = new Map<Heard, Html[]>()
  for (const heard of Object.values(examples).flat()) {
    const sound = await audioOf?.(heard.clip)
    if (sound) sounds.set(heard, await soundPlots(heard.clip.id, sound))
  }
  const recipe = recipes.find(({ name }) => name === assessment.recipe)
  const { corpus, testedOn } = assessment
  const body = html`${headSection(assessment, recipe?.description)}
${historySection(complete)}
${clipsSection(assessment, complete)}
${calibrationSection(assessment)}
${speakersSection(assessment)}
${conditionsSection(assessment)}
${listenersSection(assessment)}
${twinsSection(assessment)}
${examplesSection(examples, (heard) => sounds.get(heard) ?? [], assessment.seeds.length > 1)}
${againSection(assessment, complete)}`
  const title = `${assessment.recipe} on ${testedOn ?? corpus}: ${assessment.protocol}`
  const runs = complete.map(({ fold, seed, uar, wa, minutes, history }) => ({
    ...{ fold, seed, uar, wa, minutes, history },
  }))
  return {
    html: page(title, body),
    json: `${JSON.stringify({ ...assessment, runs, examples }, undefined, 1)}\n`,
  }
}

/**
 * Writes a {@link report} as `NAME.html` and `NAME.json`.
 * @returns the paths of the two
 */
export async function writeReport(
  folder: string,
  results: readonly FoldResult[],
  options: ReportOptions = {},
): Promise<{ html: string; json: string }> {
  const written = await report(results, options)
  await mkdir(folder, { recursive: true })
  const { recipe } = results[0]!
  const path = join(folder, `${recipe}-${experimentName(results[0]!)}`)
  for (const kind of ['html', 'json'] as const) {
    await writeFile(`${path}.${kind}.partial`, written[kind])
    await rename(`${path}.${kind}.partial`, `${path}.${kind}`)
  }
  return { html: `${path}.html`, json: `${path}.json` }
}
