import {
  type FileHandle,
  mkdir,
  open,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { dirname } from 'node:path'
import { UndertoneError } from '../../error.ts'
import { checkDigest } from './digest.ts'
import { asWriteError, checkRoom } from './disk.ts'
import { ask, Passing, patiently, reasonOf } from './http.ts'
import type { DownloadOptions, RemoteFile } from './remote-file.ts'

export interface FileOptions extends DownloadOptions {
  /** Bytes that are there, and how many there will be, where the server says it. */
  onProgress?: (done: number, total: number | undefined) => void
}

/**
 * Downloads a file. It grows as `TARGET.partial` and gets its name once it is whole and its digest
 * is right; a partial one that is found is gone on with, where the server can (HTTP Range), also
 * within one call when the connection breaks. A target that is there is left as it is.
 * @throws {UndertoneError} `download-failed`, `download-corrupt`, `disk-full`, `aborted`
 */
export async function downloadFile(
  file: RemoteFile,
  target: string,
  options: FileOptions = {},
): Promise<void> {
  if ((await sizeOf(target)) !== undefined) return
  await mkdir(dirname(target), { recursive: true })
  const digest = typeof file.digest === 'function' ? await file.digest() : file.digest
  const partial = new Partial(target)
  const url = await fromAnyOf(file, partial, options)
  if (digest) {
    try {
      await checkDigest(partial.path, digest, url)
    } catch (error) {
      await partial.remove()
      throw error
    }
  }
  await partial.finish()
}

/** @returns the URL that it came from */
async function fromAnyOf(
  file: RemoteFile,
  partial: Partial,
  options: FileOptions,
): Promise<string> {
  let failure: unknown
  for (const url of file.urls) {
    try {
      await patiently(url, () => fetchRest(url, file, partial, options), options, partial.size)
      return url
    } catch (error) {
      if (!(error instanceof UndertoneError && error.code === 'download-failed')) throw error
      failure ??= error
    }
  }
  throw failure
}

async function fetchRest(
  url: string,
  { digest }: RemoteFile,
  partial: Partial,
  { signal, onProgress }: FileOptions,
): Promise<void> {
  let have = await partial.size()
  const version = await partial.version()
  // Without a version or a digest, the rest could be that of another file.
  const goOn = have > 0 && (version !== undefined || digest !== undefined)
  const headers = {
    // Compressed on the way, lengths and ranges would not be the file's own.
    'accept-encoding': 'identity',
    ...(goOn ? { range: `bytes=${have}-` } : {}),
    ...(goOn && version ? { 'if-range': version } : {}),
  }
  const response = await ask(url, { headers, ...(signal ? { signal } : {}) }, 416)
  const [, from, end] =
    /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '') ?? []
  if (response.status === 416 && Number(end) === have) return
  const continues = response.status === 206 && Number(from) === have
  if (response.status !== 200 && !continues) {
    await response.body?.cancel()
    await partial.remove()
    throw new Passing('the server does not have the rest of what it had')
  }
  if (!continues) {
    await partial.begin(versionOf(response))
    have = 0
  }
  const rest = Number(response.headers.get('content-length') ?? Number.NaN)
  if (rest > 0) await checkRoom(dirname(partial.path), rest)
  const total = rest > 0 ? have + rest : undefined
  const handle = await partial.append()
  try {
    for await (const chunk of chunksOf(response)) {
      await handle.writeFile(chunk).catch((cause: unknown) => {
        throw asWriteError(cause, partial.path)
      })
      have += chunk.length
      onProgress?.(have, total)
    }
  } finally {
    await handle.close()
  }
  if (total && have < total) {
    throw new Passing(`the connection broke off after ${have} of ${total} bytes`)
  }
}

async function* chunksOf({ body }: Response): AsyncGenerator<Uint8Array> {
  if (!body) return
  const reader = body.getReader()
  try {
    for (;;) {
      const { value, done } = await reader.read().catch((cause: unknown) => {
        throw new Passing(reasonOf(cause), { cause })
      })
      if (done) return
      yield value
    }
  } finally {
    // Frees the connection when what comes can't be written.
    await reader.cancel().catch(() => {})
  }
}

/** What tells one content of a URL from another, where the server says it. */
function versionOf({ headers }: Response): string | undefined {
  const tag = headers.get('etag')
  return tag && !tag.startsWith('W/') ? tag : (headers.get('last-modified') ?? undefined)
}

/** The part of a file that has come, and of which version it is. */
class Partial {
  readonly path: string
  readonly #target: string
  readonly #version: string

  constructor(target: string) {
    this.#target = target
    this.path = `${target}.partial`
    this.#version = `${target}.partial.version`
  }

  /** Bytes. */
  readonly size = async (): Promise<number> => (await sizeOf(this.path)) ?? 0

  async version(): Promise<string | undefined> {
    return (await readFile(this.#version, 'utf8').catch(() => '')) || undefined
  }

  async begin(version: string | undefined): Promise<void> {
    try {
      await rm(this.#version, { force: true })
      await (await open(this.path, 'w')).close()
      if (version) await writeFile(this.#version, version)
    } catch (cause) {
      throw asWriteError(cause, this.path)
    }
  }

  append(): Promise<FileHandle> {
    return open(this.path, 'a')
  }

  async remove(): Promise<void> {
    await rm(this.path, { force: true })
    await rm(this.#version, { force: true })
  }

  async finish(): Promise<void> {
    await rm(this.#version, { force: true })
    await rename(this.path, this.#target)
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.size
}
