export interface Metrics {
  /** Unweighted average recall: the mean of the classes' recalls. */
  uar: number
  /** Weighted accuracy: the share of clips that are right. */
  wa: number
  recalls: Record<string, number>
  /** `confusion[truth][prediction]`, in the order of the labels. */
  confusion: number[][]
}

/**
 * @param truths index of each clip's label
 * @param predictions index of the label with the highest score
 * @throws {RangeError} when there are no clips
 */
export function metrics(
  labels: readonly string[],
  truths: readonly number[],
  predictions: readonly number[],
): Metrics {
  if (truths.length === 0) throw new RangeError('There are no clips to score.')
  const confusion = labels.map(() => labels.map(() => 0))
  truths.forEach((truth, i) => {
    confusion[truth]![predictions[i]!]!++
  })
  const recalls: Record<string, number> = {}
  let right = 0
  labels.forEach((label, i) => {
    const row = confusion[i]!
    const total = row.reduce((sum, n) => sum + n, 0)
    right += row[i]!
    // A class without a clip has no recall, and no part in the mean.
    if (total > 0) recalls[label] = row[i]! / total
  })
  const values = Object.values(recalls)
  return {
    uar: values.reduce((sum, recall) => sum + recall, 0) / values.length,
    wa: right / truths.length,
    recalls,
    confusion,
  }
}
