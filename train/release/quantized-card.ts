import type { ModelManifest } from 'undertone'
import type { GroupCost, QuantizationCost } from '../evaluation/quantization-cost.ts'

/** Figures of a quantised model beside those of the one that it was made of, in Markdown. */
export function quantizationTable(cost: QuantizationCost, was: string, is: string): string {
  const { clips, speakers, agreement, engineAgreement, largestDifference, groups } = cost
  const { bytes, brotli, ms, timeRatio } = cost
  const count = (value: number) => value.toLocaleString('en')
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`
  const share = ({ float32, quantized }: { float32: number; quantized: number }) =>
    `${((100 * quantized) / float32).toFixed(0)} %`
  const rows = [
    ['bytes', count(bytes.float32), count(bytes.quantized), share(bytes)],
    ['bytes, Brotli', count(brotli.float32), count(brotli.quantized), share(brotli)],
    [
      'least time of a window, onnxruntime-web, one thread',
      `${ms.float32.least.toFixed(1)} ms`,
      `${ms.quantized.least.toFixed(1)} ms`,
      `× ${timeRatio.toFixed(2)}`,
    ],
    ...groups.map((group) => [
      `UAR, ${group.name} (${count(group.clips)} clips, ${group.speakers} speakers, ${group.labels.length} labels)`,
      group.uar.float32.toFixed(3),
      group.uar.quantized.toFixed(3),
      points(group),
    ]),
    [`same label, ${count(clips)} clips of ${speakers} speakers`, '', '', percent(agreement)],
    ['largest difference of a probability', '', '', largestDifference.toFixed(3)],
    [
      `${is}: same label by Undertone's engine and by onnxruntime-web`,
      '',
      '',
      percent(engineAgreement),
    ],
  ]
  return [['', was, is, ''], ['---', '---', '---', '---'], ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n')
}

function points({ uar, interval }: GroupCost): string {
  const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(100 * value).toFixed(1)}`
  const within = interval ? ` (95 %: ${signed(interval[0])} to ${signed(interval[1])})` : ''
  return `${signed(uar.quantized - uar.float32)} points${within}`
}

/**
 * The card of a quantised model: what it costs, then what the card of the one that it was made of says
 * of both.
 * @param source that model's name and card
 * @param command the one that made it
 */
export function quantizedCard(
  { name, description, labels, licence, graph, files }: ModelManifest,
  source: { name: string; card: string },
  cost: QuantizationCost,
  command: string,
): string {
  const both = source.card.search(/^## /m)
  return `# ${name}

${description}

| | |
| --- | --- |
| labels | ${labels.join(', ')} |
| parameters | ${graph.parameters.toLocaleString('en')} |
| file | \`${files.model.path}\`, ${(files.model.bytes / 1e6).toFixed(2)} MB, ONNX |
| licence | ${licence.name}${licence.commercialUse ? '' : ': **not for commercial use**'} |

${licence.note}

## Beside ${source.name}

${quantizationTable(cost, source.name, name)}

Intervals are of the difference, both models on the same speakers, drawn 2,000 times; there are none for
fewer than five speakers.

    ${command}

What follows is ${source.name}'s card, and holds for both.

${both < 0 ? `It has none: what ${source.name} was trained on is in the manifest.\n` : source.card.slice(both)}`
}
