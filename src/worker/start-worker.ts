import type { AssetSource } from '../assets.ts'
import { UndertoneError } from '../error.ts'
import type { ToPage } from './messages.ts'
import { aborted } from './signals.ts'

export interface StartedWorker {
  worker: Worker
  /** Name of a lock that the worker holds as long as it lives, where the platform has locks. */
  lock: string | undefined
}

/**
 * Starts the worker and waits until its code runs.
 * @throws {UndertoneError} `worker-failed`, `aborted`
 */
export function startWorker(
  assets: AssetSource,
  signal: AbortSignal | undefined,
): Promise<StartedWorker> {
  const url = urlOf(assets, 'worker.js')
  const failed = (cause?: unknown) =>
    new UndertoneError(
      'worker-failed',
      `The worker ${url === undefined ? 'worker.js is not among the assets, so it' : shown(url)} cannot be started. See that it is served from this page's own origin, as JavaScript, and that the page's policy allows it; or pass worker: false.`,
      { cause },
    )
  return new Promise((resolve, reject) => {
    let worker: Worker
    try {
      if (url === undefined) throw failed()
      worker = new Worker(url, { type: 'module', name: 'undertone' })
    } catch (cause) {
      return reject(cause instanceof UndertoneError ? cause : failed(cause))
    }
    const abort = () => {
      worker.terminate()
      reject(aborted(signal))
    }
    signal?.addEventListener('abort', abort, { once: true })
    const settled = () => signal?.removeEventListener('abort', abort)
    worker.onerror = (event) => {
      settled()
      event.preventDefault()
      worker.terminate()
      reject(failed(event.message))
    }
    worker.onmessage = ({ data }: MessageEvent<ToPage & { kind: 'ready' }>) => {
      settled()
      resolve({ worker, lock: data.lock })
    }
  })
}

/** The URL of an asset, where it has one. */
export function urlOf(assets: AssetSource, path: string): string | undefined {
  try {
    return assets.url(path)
  } catch {
    return undefined
  }
}

/** The code itself may be in a URL of the page's own. */
const shown = (url: string) => (url.startsWith('data:') ? "in the page's own file" : url)
