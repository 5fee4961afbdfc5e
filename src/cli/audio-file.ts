import { open } from 'node:fs/promises'
import { UndertoneError } from '../error.ts'

/**
 * Reads a file named on the command line.
 * @throws {UndertoneError} `file-not-found`, `not-a-file`, `audio-too-long`, `file-unreadable`
 */
export async function readAudioFile(path: string): Promise<Uint8Array> {
  try {
    const file = await open(path)
    try {
      if ((await file.stat()).isDirectory()) {
        throw new UndertoneError('not-a-file', `${path} is a folder. Name the files in it.`)
      }
      return await file.readFile()
    } finally {
      await file.close()
    }
  } catch (cause) {
    if (cause instanceof UndertoneError) throw cause
    const { code, message } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new UndertoneError('file-not-found', `There is no file ${path}.`, { cause })
    }
    if (code === 'ERR_FS_FILE_TOO_LARGE') {
      throw new UndertoneError(
        'audio-too-long',
        `${path} is larger than 2 GiB, too large to be read. Split it into shorter files, or compress it (FLAC loses nothing).`,
        { cause },
      )
    }
    throw new UndertoneError('file-unreadable', `${path} cannot be read: ${message}.`, { cause })
  }
}
