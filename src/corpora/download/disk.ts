import { statfs } from 'node:fs/promises'
import { UndertoneError } from '../../error.ts'

const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6).toLocaleString('en')} MB`

/**
 * Refuses what would not fit, before it is begun.
 * @throws {UndertoneError} `disk-full`
 */
export async function checkRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  if (free >= bytes) return
  throw new UndertoneError(
    'disk-full',
    `${folder} needs ${megabytes(bytes)}, and its disk has ${megabytes(free)} left. Make room, or name a folder on another disk.`,
  )
}

/** The error for a write that failed: a sentence, when it is that the disk is full. */
export function asWriteError(cause: unknown, path: string): unknown {
  const { code } = cause as NodeJS.ErrnoException
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return cause
  return new UndertoneError(
    'disk-full',
    `The disk is full: ${path} could not be written. Make room and give the same command again: it goes on from here.`,
    { cause },
  )
}
