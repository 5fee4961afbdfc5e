import type { ModelManifest } from 'undertone'
import { type Clip, corpusNames } from 'undertone/corpora'
import type { Assessment } from '../evaluation/assessment.ts'
import { count, figure, points } from '../evaluation/figures.ts'
import type { FineTuned } from '../fine-tuned.ts'

/**
 * The card of a released model (Mitchell et al. 2019, "Model Cards for Model Reporting"), in
 * Markdown: everything in it comes from the manifest and from the fold models' results.
 * @param command the one that trained the model
 * @param heard clips of its training; its fold models' figures; what fine-tuning gave
 */
export function modelCard(
  manifest: ModelManifest,
  command: string,
  {
    clips,
    summaries = [],
    own,
  }: { clips: readonly Clip[]; summaries?: readonly Assessment[]; own?: FineTuned },
): string {
  const { name, description, labels, corpora, licence, frontEnd, window, graph, files } = manifest
  const heard = corpora.map(
    (corpus) =>
      `- ${corpus.name} (${corpus.licence}), ${corpus.speakers.length} speakers${corpus.note ? `. The audio is not the published one: ${corpus.note}` : ''}`,
  )
  return `# ${name}

${description}

| | |
| --- | --- |
| labels | ${labels.join(', ')} |
| parameters | ${graph.parameters.toLocaleString('en')} |
| file | \`${files.model.path}\`, ${(files.model.bytes / 1e6).toFixed(2)} MB, float32 ONNX |
| input | ${[frontEnd.feature].flat().join(', ')}, ${frontEnd.nMels} mel bands, ${frontEnd.nFft}/${frontEnd.hopLength} samples at ${frontEnd.sampleRate / 1000} kHz; windows of ${((window.frames * frontEnd.hopLength) / frontEnd.sampleRate).toFixed(2)} s |
| language | ${languagesOf(clips).join(', ') || 'not told'} |
| licence | ${licence.name}${licence.commercialUse ? '' : ': **not for commercial use**'} |

${licence.note}

## To use it

    undertone classify FILE --model FOLDER

FOLDER is where this card lies, and in a program what \`createRecognizer({ model: FOLDER })\` takes; in a browser,
its URL. For a model that came with Undertone, and in Node for one that is installed beside it as a package,
the name will do.

## Trained on

${heard.join('\n')}

    ${command}

The level of a recording makes no difference to it: decibels are counted from the loudest bin of
each window, and what is more than 60 dB below is not heard.

${certainty(manifest)}## Scores

${[summaries.length > 0 && scores(summaries, labels), own && fineTuning(own)].filter(Boolean).join('\n') || 'Not measured yet.'}

## What it must not be used for

${origin(manifest, clips)} It tells how a voice sounds, not what a person feels, and it is often wrong. Do not use it to
judge or decide about anyone: not in hiring, at work, in schools, in medicine, in insurance, in
policing or at borders, not to detect lies. In the European Union, inferring emotions at the
workplace and in education is prohibited (Regulation (EU) 2024/1689, article 5). How well it serves
other languages, ages and accents, spontaneous speech${summaries.some(({ conditions }) => conditions.length > 0) ? '' : ', noise'} and far microphones is not known.
`
}

/** How sure it is, where that was fitted. */
function certainty({ calibration }: ModelManifest): string {
  if (!calibration || calibration.of) return ''
  const { temperature, speakers } = calibration
  return `Its probabilities are those of a temperature of ${temperature}, fitted to ${speakers.join(', ')}, of whom the network
itself heard nothing.

`
}

/**
 * A card that tells of a temperature fitted to another network's answers, in the place of what it told
 * of one before.
 * @param measured what it does; `command` measured it
 */
export function withCertainty(
  card: string,
  { calibration }: ModelManifest,
  { measured, command }: { measured: string; command: string },
): string {
  const { temperature, speakers, of } = calibration!
  const section = `## How sure

Its probabilities are those of a temperature of ${temperature}. It was fitted to a second
network of the same recipe, on speakers whom that one never heard and this one has: ${speakers.join(', ')}.
${measured}

    ${of}
    ${command}

`
  return card
    .replace(/^## How sure\n[\s\S]*?(?=^## )/m, '')
    .replace(/^## Scores$/m, `${section}## Scores`)
}

function languagesOf(clips: readonly Clip[]): string[] {
  const names = new Intl.DisplayNames('en', { type: 'language' })
  const codes = new Set(clips.flatMap(({ language }) => language ?? []))
  return [...codes].map((code) => names.of(code) ?? code)
}

/** Who was heard, as far as the corpora tell. */
function origin({ corpora }: ModelManifest, clips: readonly Clip[]): string {
  const languages = languagesOf(clips)
  const published = corpora.filter(({ name }) => name !== 'csv' && corpusNames.includes(name))
  if (published.length === corpora.length) {
    return `It was trained on actors who played emotions, a few sentences each${languages.length > 0 ? `, in ${languages.join(' and ')}` : ''}, recorded in quiet
rooms.`
  }
  return `It was trained on recordings of one's own${languages.length > 0 ? `, in ${languages.join(' and ')}` : ', whose language was not told'}${published.length > 0 ? `, starting from a model that had heard actors who played emotions (${published.map(({ name }) => name).join(', ')})` : ''}.`
}

/** The released model and the fine-tuned one on the same speakers, whom neither heard. */
function fineTuning({ released, protocol, labels, unlearned, before, after }: FineTuned): string {
  const row = (name: string, { uar, wa }: FineTuned['after']) =>
    `| ${name} | ${figure(uar)} | ${figure(wa)} |`
  return `Of fold models fine-tuned alike, on speakers of these data whom neither they nor ${released} heard.
${protocol.description} Over ${labels.join(', ')}.

| | UAR | WA |
| --- | --- | --- |
${row(`${released}, as released`, before)}
${row('fine-tuned', after)}
${after.uar < before.uar ? `\n**Fine-tuning made it worse on these voices:** ${released} as it was released is the better model.\n` : ''}${unlearned.length > 0 ? `\n${released} also tells ${unlearned.join(', ')}; this model never answers so.\n` : ''}`
}

/** The same clips, made harder to hear. */
function harder({ conditions, uar }: Assessment): string {
  if (conditions.length === 0) return ''
  const rows = conditions.map(
    ({ description, uar, uarPoints }) =>
      `| ${description} | ${figure(uar)} | ${points(uarPoints)} |`,
  )
  return `
| the same clips through | UAR | |
| --- | --- | --- |
| nothing | ${figure(uar)} | |
${rows.join('\n')}
`
}

function scores(summaries: readonly Assessment[], labels: readonly string[]): string {
  const [first] = summaries as readonly [Assessment]
  const { protocolFacts: protocol, folds, pretrainedOn, note } = first
  return `Not of this file, but of fold models: trained by the same recipe without some of the speakers, and tested on
these. This model has heard them all, but for those that the command above excludes. UAR is the mean of the
labels' recalls, WA the share of clips that are right, a seed one training of each fold.

${protocol.description}${pretrainedOn ? ` All start from one model that heard ${pretrainedOn.join(', ')} alone.` : ''}${note ? ` The audio is not the published one: ${note}.` : ''}${
  folds.length < protocol.folds
    ? `

**Not complete:** fold ${folds.join(', ')} of ${protocol.folds} alone ${folds.length > 1 ? 'are' : 'is'} measured so far.`
    : ''
}

${summaries.map((summary) => onOneCorpus(summary, labels)).join('\n')}
    ${first.command}
    npm run results
`
}

function onOneCorpus(summary: Assessment, labels: readonly string[]): string {
  const rows = summary.seeds.map(
    ({ seed, uar, wa, folds }) =>
      `| ${seed} | ${figure(uar)} | ${figure(wa)} | ${folds.map(figure).join(' ')} |`,
  )
  const { protocolFacts: protocol, uarBeyondDesign: beyond, testedOn, clips } = summary
  const recalls = Object.entries(summary.recalls)
  const cut = recalls.map(([label]) => label).filter((label) => !labels.includes(label))
  return `${testedOn ? `### On ${testedOn}\n\n` : ''}${count(clips)} clips.

| seed | UAR | WA | UAR by fold |
| --- | --- | --- | --- |
${rows.join('\n')}
${beyond === undefined ? '' : `\nUAR without folds ${protocol.designFolds.join(' and ')}, which recipes were chosen on: ${figure(beyond)}\n`}
| ${recalls.map(([label]) => label).join(' | ')} |
|${recalls.map(() => ' --- ').join('|')}|
| ${recalls.map(([, recall]) => figure(recall)).join(' | ')} |

The second table is the recall of each label, mean over folds and seeds.${cut.length > 0 ? ` The fold models also answer ${cut.join(', ')}, which this model does not.` : ''}
${harder(summary)}`
}
