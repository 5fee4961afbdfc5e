import { UndertoneError } from '../error.ts'
import { audioFiles } from './audio-files.ts'
import type { Clip, Corpus } from './clip.ts'
import { loadCsv } from './csv.ts'
import { likeliestLayout } from './detect-corpus.ts'
import type { Layout } from './layout.ts'
import { layouts } from './layouts.ts'

export const corpusNames: readonly string[] = [...layouts.map(({ name }) => name), 'csv']

/**
 * Loads a corpus by name: which clips there are, and what their names say of them. No audio is
 * read.
 * @param path the folder that the corpus lies in, in its published layout (files in any folders
 *   below it); of `csv`, the file
 * @param note what the audio is, where it is not the published one
 * @throws {UndertoneError} `corpus-unknown` for a name that there is not, `corpus-not-found` when no
 *   clip of it is there, `corpus-invalid` when a clip is there twice or a CSV file is wrong
 */
export async function loadCorpus(name: string, path: string, note?: string): Promise<Corpus> {
  if (name === 'csv') return loadCsv(path, note)
  const layout = layouts.find((known) => known.name === name)
  if (!layout) {
    throw new UndertoneError(
      'corpus-unknown',
      `There is no corpus "${name}". There are: ${corpusNames.join(', ')}.`,
    )
  }
  return loadLayout(layout, path, note)
}

async function loadLayout(layout: Layout, folder: string, note?: string): Promise<Corpus> {
  const { name, title, licence, citation, page, language } = layout
  const files = await audioFiles(folder)
  const clips = new Map<string, Clip>()
  const twice: [Clip, string][] = []
  for (const file of files) {
    const clip = layout.read(file)
    if (!clip) continue
    const before = clips.get(clip.id)
    if (before) twice.push([before, file.path])
    else
      clips.set(clip.id, {
        corpus: name,
        path: file.path,
        ...clip,
        ...(language ? { language } : {}),
      })
  }
  if (clips.size === 0) {
    const other = likeliestLayout(files)
    throw new UndertoneError(
      'corpus-not-found',
      `No clip of ${title} in ${folder}. ${
        other
          ? `This looks like ${other.title}: use --corpus ${other.name}.`
          : `Its files are named like ${layout.example}.`
      }`,
    )
  }
  const [first] = twice
  if (first) {
    const [{ id, path }, again] = first
    throw new UndertoneError(
      'corpus-invalid',
      `${twice.length === 1 ? 'A clip is' : `${twice.length} clips are`} in ${folder} twice: ${id} is both ${path} and ${again}. Remove one copy, or name the folder of one.`,
    )
  }
  const notes = [layout.note, note].filter(Boolean).join('; ')
  return {
    name,
    title,
    licence,
    ...(citation ? { citation } : {}),
    ...(page ? { page } : {}),
    ...(notes ? { note: notes } : {}),
    publishedAs: layout.publishedAs ?? clips.size,
    found: clips.size,
    otherFiles: files.length - clips.size,
    clips: [...clips.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
  }
}
