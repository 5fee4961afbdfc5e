import type { Examples, Heard } from './examples.ts'
import { type Html, html } from './html.ts'

/** @param soundOf waveform and spectrogram of a clip, where its audio is at hand */
export function examplesSection(
  { surest, surestWrong, leastSure }: Examples,
  soundOf: (heard: Heard) => readonly Html[],
  manySeeds: boolean,
): Html {
  const group = (title: string, examples: readonly Heard[]) =>
    examples.length > 0 &&
    html`<h3>${title}</h3><div class="plots">${examples.map((heard) => example(heard, soundOf(heard)))}</div>`
  return html`<h2>Examples</h2>
${manySeeds && html`<p>Certainty is the mean of the seeds’ models.</p>`}
${group('Surest, and right', surest)}
${group('Surest, and wrong', surestWrong)}
${group('Least sure', leastSure)}`
}

function example({ clip, heardAs, right, scores }: Heard, sound: readonly Html[]): Html {
  const who = `speaker ${clip.speaker}${clip.sex ? `, ${clip.sex}` : ''}${clip.statement ? `, sentence ${clip.statement}` : ''}`
  return html`<figure>${sound}
<figcaption><strong>${clip.emotion}, ${right ? 'and heard as that' : `heard as ${heardAs}`}</strong><br>${clip.corpus} ${clip.id}, ${who}
<ul class="scores">${scores
    .slice(0, 3)
    .map(
      ({ label, score }) =>
        html`<li><span>${label}</span><span>${(100 * score).toFixed(1)} %</span></li>`,
    )}</ul></figcaption></figure>`
}
