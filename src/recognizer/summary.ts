/** What some windows' probabilities say. */
export interface Summary {
  emotion: string
  confidence: number
  scores: Record<string, number>
}

/** Names one row of probabilities; of equal ones the first label wins. */
export function summarize(labels: readonly string[], probabilities: ArrayLike<number>): Summary {
  let best = 0
  for (let label = 1; label < labels.length; label++) {
    if ((probabilities[label] as number) > (probabilities[best] as number)) best = label
  }
  return {
    emotion: labels[best] as string,
    confidence: probabilities[best] as number,
    scores: scoresByLabel(labels, probabilities),
  }
}

export const scoresByLabel = (
  labels: readonly string[],
  probabilities: ArrayLike<number>,
): Record<string, number> =>
  Object.fromEntries(labels.map((label, index) => [label, probabilities[index] as number]))

/** Mean over the rows of `[rows, columns]`. */
export function meanOfRows(rows: readonly Float32Array[]): Float64Array {
  const mean = new Float64Array(rows[0]?.length ?? 0)
  for (const row of rows) {
    for (let column = 0; column < mean.length; column++) {
      mean[column] = (mean[column] as number) + (row[column] as number)
    }
  }
  return mean.map((sum) => sum / rows.length)
}
