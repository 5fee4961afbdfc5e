import type { Assessment } from '../evaluation/assessment.ts'
import { count, figure, interval, many, points } from '../evaluation/figures.ts'
import type { FoldResult } from '../evaluation/fold-result.ts'
import { nearnesses } from '../evaluation/listeners.ts'
import { type ClassScores, classMeans } from '../evaluation/metrics.ts'
import { confusionPlot } from './confusion-plot.ts'
import { distributionPlot } from './distribution-plot.ts'
import { historyPlots } from './history-plots.ts'
import { type Html, html } from './html.ts'
import { reliabilityPlot } from './reliability-plot.ts'
import { sexName } from './sexes.ts'
import { speakerStrip } from './speaker-strip.ts'
import { table } from './table.ts'

export function historySection(results: readonly FoldResult[]): Html {
  const [loss, uar] = historyPlots(results)
  if (!loss || !uar) {
    return html`<h2>Training</h2><p class="muted">These results were kept without their training’s history.</p>`
  }
  return html`<h2>Training</h2>
<p>A thin line is one training (${many(results.length, 'run')}), a thick one their mean. The choices of a training see validation clips alone.</p>
<div class="plots wide">
<figure>${loss}<figcaption><strong>Loss.</strong> <span class="key">training</span> <span class="key accent">validation</span></figcaption></figure>
<figure>${uar}<figcaption><strong>UAR on validation clips.</strong></figcaption></figure>
</div>`
}

export function clipsSection(
  { labels, clips, sexes, speakers, classes, confusion, shipped, seeds }: Assessment,
  results: readonly FoldResult[],
): Html {
  const tested = new Map(
    results.flatMap((result) => result.tested.map((clip) => [`${clip.corpus} ${clip.id}`, clip])),
  )
  const keys = sexes.map(({ name }) =>
    name === 'female'
      ? html`<span class="key women">women</span> `
      : html`<span class="key men">men</span> `,
  )
  return html`<h2>What was tested, and what it was taken for</h2>
<p>${many(clips, 'clip')} of ${many(speakers.length, 'speaker')}.</p>
<div class="plots wide">
<div>
<figure>${distributionPlot(labels, [...tested.values()])}<figcaption><strong>Clips of each emotion.</strong> ${keys}</figcaption></figure>
${classTable('By emotion, all folds and seeds at once', classes)}
${
  shipped?.classes &&
  classTable(
    `The same from files, as a device does (${shipped.runs} of ${many(shipped.of, 'run')})`,
    shipped.classes.map((one) => ({ ...one, clips: one.clips / seeds.length })),
  )
}
</div>
<figure>${confusionPlot(labels, confusion)}<figcaption><strong>What each emotion is taken for,</strong> in percent of its clips, all folds and seeds at once: a row for what a clip is, a column for what it is heard as.</figcaption></figure>
</div>
<details><summary>Counts of the confusion matrix</summary>
${table(
  'A row for what a clip is, a column for what it is heard as',
  ['', ...labels],
  labels.map((label, i) => [label, ...confusion[i]!.map(count)]),
)}</details>`
}

function classTable(caption: string, classes: readonly ClassScores[]): Html {
  const means = classMeans(classes)
  return table(
    caption,
    ['emotion', 'precision', 'recall', 'F1', 'clips'],
    classes.map(({ label, precision, recall, f1, clips }) => [
      ...[label, figure(precision), figure(recall), figure(f1), count(clips)],
    ]),
    ['mean', figure(means.precision), figure(means.recall), figure(means.f1), ''],
  )
}

export function calibrationSection({ calibration }: Assessment): Html {
  const { ece, bins, fitted } = calibration
  return html`<h2>How sure it is, and how often right</h2>
<p>The expected calibration error is ${figure(ece)}: by so much, on average, its certainty and the share that is right differ (${bins.length} bins of equally many clips). ${
    fitted.temperature === undefined
      ? 'Certainty is as the network has it.'
      : `Temperatures were fitted to validation clips in ${fitted.runs} of ${many(fitted.of, 'run')}, ${fitted.temperature.toFixed(2)} on average.`
  }</p>
<div class="plots wide">
<figure>${reliabilityPlot(calibration)}<figcaption><strong>The share that is right, by certainty.</strong> Below the dashed line it is surer than it should be, above it less sure. <span class="key warn">the difference</span></figcaption></figure>
<details><summary>Figures of the curve</summary>
${table(
  'Bins of equally many clips of all seeds, the least sure first',
  ['certainty', 'right', 'clips'],
  bins.map(({ confidence, accuracy, clips }) => [
    ...[figure(confidence), figure(accuracy), count(clips)],
  ]),
)}</details>
</div>`
}

export function speakersSection({ speakers, sexes }: Assessment): Html {
  return html`<h2>By speaker</h2>
<div class="plots wide">
<figure>${speakerStrip(speakers)}<figcaption><strong>UAR of each speaker.</strong> A dotted line marks the mean.</figcaption></figure>
<div>
${
  sexes.length > 1 &&
  table(
    'By sex, as the corpus tells it',
    ['', 'UAR', 'WA', 'clips'],
    sexes.map(({ name, uar, wa, clips }) => [
      sexName(name as 'female' | 'male'),
      ...[figure(uar), figure(wa), count(clips)],
    ]),
  )
}
<details><summary>Figures of each speaker</summary>
${table(
  'Speakers, as the corpus names them',
  ['speaker', 'corpus', 'sex', 'UAR', 'WA', 'clips'],
  speakers.map(({ name, corpus, sex, uar, wa, clips }) => [
    ...[name, corpus, sex ?? '', figure(uar), figure(wa), count(clips)],
  ]),
)}</details>
</div>
</div>`
}

export function conditionsSection({ conditions }: Assessment): Html {
  if (conditions.length === 0) return html``
  return html`<h2>Harder to hear</h2>
${table(
  'The same test clips, changed before they are heard; the model is the same',
  ['', 'UAR', 'change', 'WA', 'change'],
  conditions.map(({ description, uar, wa, uarPoints, waPoints }) => [
    ...[description, figure(uar), points(uarPoints), figure(wa), points(waPoints)],
  ]),
)}`
}

export function listenersSection({ listeners }: Assessment): Html {
  if (!listeners) return html``
  const { clips } = listeners
  return html`<h2>Beside one listener</h2>
${table(
  `Each of a clip’s listeners is left out by turns, and all are judged by what the others heard: ${count(clips)} clips`,
  ['', 'hears what most do', 'distance from the votes'],
  nearnesses(listeners).map(({ name, agreement, distance }) => [
    ...[name, figure(agreement), figure(distance)],
  ]),
)}
<p class="muted">The distance is the total variation: half the sum of the differences of the shares, from 0 to 1. A listener names one emotion, so whoever is unsure where the crowd is unsure can be nearer to it than any listener, as the mean shares are, which know no clip.</p>`
}

export function twinsSection({ twins }: Assessment): Html {
  if (!twins) return html``
  const { clips, same, interval: range, wa, twinWa } = twins
  return html`<h2>Other recordings of the same clips</h2>
<p>Of ${count(clips)} clips, ${figure(same)}${range && html` (95 %: ${interval(range)})`} are heard as the same emotion from another recording. WA is ${figure(wa)} on these clips, and ${figure(twinWa)} on the other recordings.</p>`
}

export function againSection(
  { command, versions, settings, folds, seeds }: Assessment,
  results: readonly FoldResult[],
): Html {
  return html`<h2>To measure it again</h2>
<pre><code>${command}</code></pre>
<p class="muted">${Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')}. Settings ${settings}. Results of other settings are in no figure of this page.</p>
${table(
  'UAR by fold',
  ['seed', ...folds.map((fold) => `fold ${fold}`), 'mean', 'WA', 'minutes'],
  seeds.map(({ seed, uar, wa, folds }) => [
    String(seed),
    ...folds.map(figure),
    figure(uar),
    figure(wa),
    results
      .filter((result) => result.seed === seed)
      .reduce((sum, { minutes }) => sum + minutes, 0)
      .toFixed(0),
  ]),
)}`
}
