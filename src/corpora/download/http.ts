import { setTimeout as wait } from 'node:timers/promises'
import { UndertoneError } from '../../error.ts'
import type { DownloadOptions } from './remote-file.ts'

/** Attempts in a row that may bring nothing. */
const ATTEMPTS = 4
/** Longest wait that a server may ask for, milliseconds. */
const LONGEST_WAIT = 120_000

/** What may be otherwise when it is asked again: a broken connection, a server that is busy. */
export class Passing extends Error {
  /** Milliseconds that the server wants to be left alone. */
  readonly waitFor: number | undefined

  constructor(message: string, { cause, waitFor }: { cause?: unknown; waitFor?: number } = {}) {
    super(message, { cause })
    this.waitFor = waitFor
  }
}

/**
 * Attempts something until it succeeds, with longer and longer pauses.
 * @param progress bytes that there are; an attempt that brought some does not count
 * @throws {UndertoneError} `download-failed` after the last attempt, `aborted`
 */
export async function patiently<T>(
  url: string,
  attempt: () => Promise<T>,
  { signal, patience = 1000 }: DownloadOptions,
  progress: () => Promise<number> = async () => 0,
): Promise<T> {
  for (let failures = 0; ; ) {
    const before = await progress()
    try {
      return await attempt()
    } catch (error) {
      if (signal?.aborted) throw aborted(signal)
      if (!(error instanceof Passing)) throw error
      failures = (await progress()) > before ? 1 : failures + 1
      if (failures === ATTEMPTS) {
        throw new UndertoneError(
          'download-failed',
          `${url} cannot be downloaded: ${error.message}. See that this machine is online and give the same command again: it goes on with what has come.`,
          { cause: error },
        )
      }
      const pause = error.waitFor ?? patience * 2 ** (failures - 1)
      await wait(pause, undefined, signal ? { signal } : {}).catch(() => {
        throw aborted(signal)
      })
    }
  }
}

/**
 * Asks for a URL once.
 * @param also a status that is no failure, beside 200 and 206
 * @throws {Passing} @throws {UndertoneError} `download-failed`
 */
export async function ask(url: string, init: RequestInit, also?: number): Promise<Response> {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new UndertoneError(
      'download-failed',
      `${url} is no address to download from: it has to begin with https:// or http://.`,
    )
  }
  let response: Response
  try {
    response = await fetch(url, init)
  } catch (cause) {
    throw new Passing(reasonOf(cause), { cause })
  }
  const { status, statusText, headers } = response
  if (status === 200 || status === 206 || status === also) return response
  response.body?.cancel().catch(() => {})
  const answer = `HTTP ${status}${statusText ? ` ${statusText}` : ''}`
  if (status === 408 || status === 429 || status >= 500) {
    const seconds = Number(headers.get('retry-after') ?? Number.NaN)
    throw new Passing(`the server answered ${answer}`, {
      ...(seconds >= 0 ? { waitFor: Math.min(1000 * seconds, LONGEST_WAIT) } : {}),
    })
  }
  throw new UndertoneError(
    'download-failed',
    status === 404 || status === 410
      ? `There is nothing at ${url} (${answer}): it may have been moved.`
      : `${url} was refused (${answer}).`,
  )
}

/**
 * Downloads a small text.
 * @throws {UndertoneError} `download-failed`, `aborted`
 */
export function fetchText(url: string, options: DownloadOptions): Promise<string> {
  const { signal } = options
  const attempt = async () => {
    const response = await ask(url, signal ? { signal } : {})
    return response.text().catch((cause: unknown) => {
      throw new Passing(reasonOf(cause), { cause })
    })
  }
  return patiently(url, attempt, options)
}

/** What was in the way, from the inside of fetch's "fetch failed". */
export function reasonOf(error: unknown): string {
  const { cause, message, code } = error as NodeJS.ErrnoException
  if (cause instanceof Error) return reasonOf(cause)
  return message || code || String(error)
}

const aborted = (signal: AbortSignal | undefined) =>
  new UndertoneError('aborted', 'The download was stopped; the same command goes on with it.', {
    cause: signal?.reason,
  })
