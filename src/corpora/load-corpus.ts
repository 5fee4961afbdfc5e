import { UndertoneError } from '../error.ts'
import type { Corpus } from './clip.ts'
import { loadCremaD } from './crema-d.ts'
import { loadRavdess } from './ravdess.ts'

const loaders: Record<string, (folder: string, note?: string) => Promise<Corpus>> = {
  ravdess: loadRavdess,
  'crema-d': loadCremaD,
}

export const corpusNames = Object.keys(loaders)

/** Loads a corpus by name from a folder in its published layout. */
export async function loadCorpus(name: string, folder: string, note?: string): Promise<Corpus> {
  const load = loaders[name]
  if (!load) {
    throw new UndertoneError(
      'corpus-unknown',
      `There is no corpus "${name}". There are: ${corpusNames.join(', ')}.`,
    )
  }
  return load(folder, note)
}
