import type { ModelManifest } from 'undertone'
import type { QuantizationCost } from '../evaluation/quantization-cost.ts'

/** Figures of a quantised model beside those of the one that it was made of, in Markdown. */
export function quantizationTable(cost: QuantizationCost, was: string, is: string): string {
  const { clips, speakers, agreement, largestDifference, uar, bytes, brotli, ms, timeRatio } = cost
  const count = (value: number) => value.toLocaleString('en')
  const share = ({ float32, quantized }: { float32: number; quantized: number }) =>
    `${((100 * quantized) / float32).toFixed(0)} %`
  const heard = `${count(clips)} clips of ${speakers} speakers that it never heard`
  const rows = [
    ['bytes', count(bytes.float32), count(bytes.quantized), share(bytes)],
    ['bytes, Brotli', count(brotli.float32), count(brotli.quantized), share(brotli)],
    [
      'least time of a window, onnxruntime-web, one thread',
      `${ms.float32.least.toFixed(1)} ms`,
      `${ms.quantized.least.toFixed(1)} ms`,
      `× ${timeRatio.toFixed(2)}`,
    ],
    ...(uar
      ? [
          [
            `UAR over ${uar.labels.join(', ')}`,
            uar.float32.toFixed(3),
            uar.quantized.toFixed(3),
            `${(100 * (uar.quantized - uar.float32)).toFixed(1)} points`,
          ],
        ]
      : []),
    [`same label, ${heard}`, '', '', `${(100 * agreement).toFixed(1)} %`],
    ['largest difference of a probability', '', '', largestDifference.toFixed(3)],
  ]
  return [['', was, is, ''], ['---', '---', '---', '---'], ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n')
}

/**
 * The card of a quantised model. What the model is, and must not be used for, is on the card of
 * the one that it was made of.
 * @param command the one that made it
 */
export function quantizedCard(
  { name, description, licence }: ModelManifest,
  source: string,
  cost: QuantizationCost,
  command: string,
): string {
  return `# ${name}

${description}

[${source}](../${source}/README.md), made smaller: its card says what it was trained on, how well it does, and
what neither must be used for. Licence: ${licence.name}${licence.commercialUse ? '' : ', **not for commercial use**'}.

${quantizationTable(cost, source, name)}

    ${command}
`
}
