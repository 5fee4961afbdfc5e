import type { Assessment } from './assessment.ts'

/** What a model's conversion may change of UAR and WA, in points of a hundred. */
const allowedPoints = 0.5

/** Sentences on what keeps the figures from being what their protocol says. */
export function caveats({
  folds,
  labels,
  leftOut,
  protocolFacts,
  shipped,
  epochs,
}: Pick<
  Assessment,
  'epochs' | 'folds' | 'labels' | 'leftOut' | 'protocolFacts' | 'shipped'
>): string[] {
  const { classes = 0 } = protocolFacts
  const incomplete =
    folds.length < protocolFacts.folds
      ? [`Not complete: fold ${folds.join(', ')} of ${protocolFacts.folds} alone.`]
      : []
  const difference = shipped ? Math.max(Math.abs(shipped.uarPoints), Math.abs(shipped.waPoints)) : 0
  return [
    ...incomplete,
    ...(epochs ? [`Trained for ${epochs.trained} epochs; the recipe has ${epochs.recipe}.`] : []),
    ...leftOut.map(
      ({ seed, folds }) => `Seed ${seed} is left out: it has fold ${folds.join(', ')} alone.`,
    ),
    ...(difference > allowedPoints
      ? [
          `From files, as a device does, figures differ by ${difference.toFixed(1)} points from the trainer's: more than the ${allowedPoints} that conversion may cost.`,
        ]
      : []),
    ...(labels.length < classes
      ? [`Of these classes, the recipe tells ${labels.length} alone: ${labels.join(', ')}.`]
      : []),
  ]
}
