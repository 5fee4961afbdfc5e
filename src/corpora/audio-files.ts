import { readdir } from 'node:fs/promises'
import { join, parse } from 'node:path'
import { UndertoneError } from '../error.ts'

const extensions = new Set(['.wav', '.flac', '.opus', '.ogg', '.mp3'])

export interface AudioFile {
  path: string
  /** File name without its extension. */
  name: string
}

/** Every audio file below a folder, sorted by name so that the order is the same everywhere. */
export async function audioFiles(folder: string): Promise<AudioFile[]> {
  let paths: string[]
  try {
    paths = await readdir(folder, { recursive: true })
  } catch (cause) {
    throw new UndertoneError(
      'corpus-not-found',
      `Cannot read the folder ${folder}: does it exist?`,
      { cause },
    )
  }
  return paths
    .filter((path) => extensions.has(parse(path).ext.toLowerCase()))
    .map((path) => ({ path: join(folder, path), name: parse(path).name }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}
