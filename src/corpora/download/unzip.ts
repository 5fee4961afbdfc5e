import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { buf as crc32 } from 'crc-32'
import { type Entry, openPromise, type ZipFile } from 'yauzl'
import { UndertoneError } from '../../error.ts'
import { asWriteError, checkRoom } from './disk.ts'

export interface UnzipOptions {
  signal?: AbortSignal
  /** Once, before the first file. */
  onTotal?: (bytes: number) => void
  onBytes?: (count: number) => void
}

/**
 * Unpacks a zip file, checking the length and the CRC-32 of every file in it. What Macs add to zip
 * files is left out. Paths that lead out of the folder are refused.
 * @throws {UndertoneError} `download-corrupt`, `disk-full`, `aborted`
 */
export async function unzip(
  archive: string,
  folder: string,
  { signal, onTotal, onBytes }: UnzipOptions = {},
): Promise<void> {
  let zip: ZipFile | undefined
  try {
    zip = await openPromise(archive, { autoClose: false })
    const entries: Entry[] = []
    for await (const entry of zip.eachEntry()) {
      const { fileName } = entry
      if (!fileName.endsWith('/') && !fileName.startsWith('__MACOSX/')) entries.push(entry)
    }
    const bytes = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0)
    await mkdir(folder, { recursive: true })
    await checkRoom(folder, bytes)
    onTotal?.(bytes)
    for (const entry of entries) await extract(zip, entry, folder, { signal, onBytes })
  } catch (error) {
    if (signal?.aborted) {
      throw new UndertoneError(
        'aborted',
        'Unpacking was stopped; the same command does it again.',
        {
          cause: error,
        },
      )
    }
    if (error instanceof UndertoneError || (error as NodeJS.ErrnoException).syscall) throw error
    throw new UndertoneError(
      'download-corrupt',
      `${archive} cannot be unpacked: ${(error as Error).message}.`,
      { cause: error },
    )
  } finally {
    zip?.close()
  }
}

async function extract(
  zip: ZipFile,
  entry: Entry,
  folder: string,
  { signal, onBytes }: { signal: AbortSignal | undefined; onBytes: UnzipOptions['onBytes'] },
): Promise<void> {
  const path = join(folder, entry.fileName)
  await mkdir(dirname(path), { recursive: true })
  let sum = 0
  const check = new Transform({
    transform(chunk: Buffer, _, done) {
      sum = crc32(chunk, sum)
      onBytes?.(chunk.length)
      done(null, chunk)
    },
  })
  const content = await zip.openReadStreamPromise(entry)
  try {
    await pipeline(content, check, createWriteStream(path), signal ? { signal } : {})
  } catch (cause) {
    throw asWriteError(cause, path)
  }
  if (sum >>> 0 !== entry.crc32) {
    throw new Error(`the checksum of ${entry.fileName} in it is wrong`)
  }
}
