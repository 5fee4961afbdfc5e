import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join, parse } from 'node:path'
import { UndertoneError } from '../error.ts'

const extensions = new Set(['.wav', '.flac', '.opus', '.ogg', '.mp3'])

export interface AudioFile {
  path: string
  /** File name without its extension. */
  name: string
  /** Name of the folder that it lies in. */
  folder: string
}

/**
 * Every audio file below a folder, in no order.
 * @throws {UndertoneError} `corpus-not-found` when there is no such folder
 */
export async function audioFiles(folder: string): Promise<AudioFile[]> {
  return (await filesBelow(folder))
    .filter((path) => extensions.has(parse(path).ext.toLowerCase()))
    .map((path) => ({
      path,
      name: parse(path).name,
      folder: basename(dirname(path)),
    }))
}

async function filesBelow(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder, { recursive: true })).map((path) => join(folder, path))
  } catch (cause) {
    throw new UndertoneError(
      'corpus-not-found',
      (await isFile(folder))
        ? `${folder} is a file, not a folder.${/\.csv$/i.test(folder) ? ' For a corpus in a CSV file: --corpus csv.' : ''}`
        : `Cannot read the folder ${folder}: does it exist?`,
      { cause },
    )
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}
