export interface Metrics {
  /** Unweighted average recall: the mean of the classes' recalls. */
  uar: number
  /** Weighted accuracy: the share of clips that are right. */
  wa: number
  recalls: Record<string, number>
  /** `confusion[truth][prediction]`, in the order of the labels. */
  confusion: number[][]
}

/** Means over classes, of which the mean recall is UAR. */
export function classMeans(classes: readonly ClassScores[]) {
  const mean = (of: 'precision' | 'recall' | 'f1') =>
    classes.reduce((sum, one) => sum + one[of], 0) / classes.length
  return { precision: mean('precision'), recall: mean('recall'), f1: mean('f1') }
}

/** How well one emotion is told. */
export interface ClassScores {
  label: string
  /** Of the clips heard as it, the share that is; 0 where there are none. */
  precision: number
  /** Of its clips, the share that is heard as it. */
  recall: number
  /** Harmonic mean of the two; 0 where both are. */
  f1: number
  /** How many it has. */
  clips: number
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
  return metricsOf(labels, confusionOf(labels.length, truths, predictions))
}

/** Counts of clips, `[truth][prediction]`. */
export function confusionOf(
  labels: number,
  truths: readonly number[],
  predictions: readonly number[],
): number[][] {
  const confusion = Array.from({ length: labels }, () => new Array<number>(labels).fill(0))
  truths.forEach((truth, i) => {
    confusion[truth]![predictions[i]!]!++
  })
  return confusion
}

/**
 * What a confusion matrix `[truth][prediction]` says.
 * @throws {RangeError} when it counts nothing
 */
export function metricsOf(labels: readonly string[], confusion: number[][]): Metrics {
  const scores = classScores(labels, confusion)
  const clips = scores.reduce((sum, { clips }) => sum + clips, 0)
  if (clips === 0) throw new RangeError('There are no clips to score.')
  return {
    uar: scores.reduce((sum, { recall }) => sum + recall, 0) / scores.length,
    wa: confusion.reduce((sum, row, i) => sum + row[i]!, 0) / clips,
    recalls: Object.fromEntries(scores.map(({ label, recall }) => [label, recall])),
    confusion,
  }
}

/**
 * Precision, recall and F1 of each class, as scikit-learn's `precision_recall_fscore_support` with
 * `zero_division=0`. A class without a clip has no recall, and no part in any mean: it is left out.
 * @param confusion `[truth][prediction]`
 */
export function classScores(
  labels: readonly string[],
  confusion: readonly (readonly number[])[],
): ClassScores[] {
  return labels.flatMap((label, i) => {
    const right = confusion[i]![i]!
    const clips = confusion[i]!.reduce((sum, n) => sum + n, 0)
    const heard = confusion.reduce((sum, row) => sum + row[i]!, 0)
    if (clips === 0) return []
    const precision = heard === 0 ? 0 : right / heard
    return [{ label, precision, recall: right / clips, f1: (2 * right) / (clips + heard), clips }]
  })
}
