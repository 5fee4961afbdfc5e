import type { AudioFile } from './audio-files.ts'
import { audioFiles } from './audio-files.ts'
import type { Layout } from './layout.ts'
import { layouts } from './layouts.ts'

/**
 * Tells by the names of its files which corpus lies in a folder: the one with the most clips there.
 * @param path a folder, or a CSV file
 * @returns a name that `loadCorpus` takes; nothing when no file is named like any corpus's
 * @throws {UndertoneError} `corpus-not-found` when there is no such folder
 */
export async function detectCorpus(path: string): Promise<string | undefined> {
  if (/\.csv$/i.test(path)) return 'csv'
  return likeliestLayout(await audioFiles(path))?.name
}

export function likeliestLayout(files: readonly AudioFile[]): Layout | undefined {
  const counts = layouts.map((layout) => ({
    layout,
    clips: files.filter((file) => layout.read(file)).length,
  }))
  const most = Math.max(...counts.map(({ clips }) => clips))
  return most > 0 ? counts.find(({ clips }) => clips === most)?.layout : undefined
}
