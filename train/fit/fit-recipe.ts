import { join } from 'node:path'
import { type FitOptions, fit } from './fit.ts'
import { fitProgress } from './progress.ts'

export interface RecipeFitOptions extends Omit<FitOptions, 'folder' | 'onStep'> {
  /** The run's name, and the folder that folders of runs lie in. */
  name: string
  runs: string
}

/** Trains as a recipe says, with its progress on stderr. */
export async function fitRecipe({ name, runs, onEpoch, ...options }: RecipeFitOptions) {
  const progress = fitProgress(name, options.recipe.fit.epochs)
  const result = await fit({
    ...options,
    folder: join(runs, name),
    ...progress,
    onEpoch: (record) => {
      progress.onEpoch?.(record)
      onEpoch?.(record)
    },
  })
  progress.stop()
  return result
}
