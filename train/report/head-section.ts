import type { Assessment } from '../evaluation/assessment.ts'
import { caveats } from '../evaluation/caveats.ts'
import { count, figure, interval, many, points, sentence } from '../evaluation/figures.ts'
import { type Html, html } from './html.ts'

/** What was measured, how far it can be relied on, and the figures. */
export function headSection(assessment: Assessment, description: string | undefined): Html {
  const { recipe, corpus, testedOn, protocol, protocolFacts, leak, note, pretrainedOn } = assessment
  return html`
<p class="kicker">Undertone · report of a measurement</p>
<h1>${recipe} on ${testedOn ?? corpus}${sharing(assessment)}</h1>
<p class="muted">${description && html`${sentence(description)} `}${count(assessment.params)} parameters. Protocol <code>${protocol}</code>${testedOn && html`, trained on ${corpus}`}.${pretrainedOn && html` Pre-trained on ${pretrainedOn.join(', ')}.`}</p>
${leak && html`<p class="notice"><strong>Leaking, to show what that feigns:</strong> ${leak}. No figure of this page is a measurement of how well the model hears.</p>`}
<p>${protocolFacts.description}</p>
${caveats(assessment).map((caveat) => html`<p class="notice">${caveat}</p>`)}
${note && html`<p class="notice">The audio: ${note}.</p>`}
${headline(assessment)}
${intervalNote(assessment)}
${leakNotes(assessment)}`
}

const sharing = ({ protocolFacts, leak }: Assessment): Html =>
  leak
    ? html`<span class="shares"> (leaking)</span>`
    : protocolFacts.sharesSpeakers
      ? html`<span class="shares">, sharing speakers between training and test</span>`
      : html`, with voices it never heard`

function headline(assessment: Assessment): Html {
  const { uar, wa, pooled, labels, calibration, authors, published, shipped, folds, seeds } =
    assessment
  const { intervals } = pooled
  const runs = `mean of ${many(folds.length, 'fold')}${seeds.length > 1 ? ` and ${many(seeds.length, 'seed')}` : ''}`
  const tile = (name: string, value: string, ...notes: (string | false | undefined)[]) =>
    html`<div class="tile"><dt>${name}</dt><dd class="value">${value}</dd><dd>${notes.map((note) => note && html`<small>${note}</small>`)}</dd></div>`
  return html`<dl class="tiles">
${tile('UAR, mean of the classes’ recalls', figure(uar), intervals && `95 %: ${interval(intervals.uar)}`, `${runs}; chance ${figure(1 / labels.length)}`)}
${tile('WA, share of clips that are right', figure(wa), intervals && `95 %: ${interval(intervals.wa)}`, runs)}
${authors && tile('WA that its authors claim', claimed(authors.accuracy), authors.claim, claimNote(authors.shortfall), authors.why)}
${published && tile('Published UAR', figure(published.uar), published.source, published.shortfall > 0 ? `UAR of this report falls ${published.shortfall.toFixed(1)} points short. ${published.why}` : 'reached')}
${tile('F1, mean of the classes', figure(pooled.f1), 'over all clips at once')}
${tile('Calibration error', figure(calibration.ece), 'how far certainty and truth differ')}
${shipped && tile('UAR from files, as a device does', figure(shipped.uar), `${points(shipped.uarPoints)} against the trainer; WA ${figure(shipped.wa)}, ${points(shipped.waPoints)}`, `${shipped.runs} of ${many(shipped.of, 'run')}, by recognize() and the converted model`)}
</dl>`
}

const leakNotes = ({ leaks = [], wa }: Assessment): Html[] =>
  leaks.map(
    (leak) =>
      html`<p class="notice"><strong>What a leak would feign:</strong> with ${leak.leak}, the same training gives UAR ${figure(leak.uar)} and WA ${figure(leak.wa)}, ${points(100 * (leak.wa - wa))} of WA that say nothing of how well it hears.</p>`,
  )

const claimed = (accuracy: number): string => `≥ ${figure(accuracy)}`

const claimNote = (shortfall: number | undefined): string =>
  shortfall === undefined
    ? 'by a split of their own that shares speakers: not to be compared with this one'
    : shortfall > 0
      ? `WA of this report falls ${shortfall.toFixed(1)} points short`
      : 'reached'

function intervalNote({
  pooled,
  speakers,
  uarBeyondDesign,
  protocolFacts,
  uarSpread,
  seeds,
}: Assessment): Html {
  const { intervals } = pooled
  return html`<p class="muted">${
    intervals
      ? `The 95 % intervals are of all clips at once (UAR ${figure(pooled.uar)}, WA ${figure(pooled.wa)}): the ${intervals.speakers} speakers drawn anew ${count(intervals.resamples)} times, since clips of one voice are right or wrong together.${intervals.speakers < 20 ? ' With so few speakers they are rather too narrow.' : ''}`
      : `No interval: ${many(speakers.length, 'speaker')} are too few to draw anew.`
  }${seeds.length > 1 && ` From seed to seed, UAR differs by ${figure(uarSpread)}.`}${uarBeyondDesign !== undefined && ` Without folds ${protocolFacts.designFolds.join(' and ')}, on which recipes were compared, UAR is ${figure(uarBeyondDesign)}.`}</p>`
}
