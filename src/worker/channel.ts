import type { AssetSource } from '../assets.ts'
import { UndertoneError } from '../error.ts'
import { call } from '../listeners.ts'
import type { LoadProgress } from '../model/load-progress.ts'
import type { EventName, ToPage, ToWorker } from './messages.ts'
import { fromPlain, toPlain } from './plain-error.ts'
import { aborted } from './signals.ts'
import type { StartedWorker } from './start-worker.ts'

type Question<Message = ToWorker> = Message extends { id: number } ? Omit<Message, 'id'> : never

/** Who is told of a stream's events. */
export type Listeners = Partial<Record<EventName, (event: never) => void>>

interface Waiting {
  resolve: (value: unknown) => void
  reject: (error: Error) => void
}

export type Channel = ReturnType<typeof openChannel>

/**
 * Questions to a worker and its answers.
 * @param onLost called once when the worker is no more, by no doing of `end()`
 */
export function openChannel(
  { worker, lock }: StartedWorker,
  assets: AssetSource,
  onProgress: ((progress: LoadProgress) => void) | undefined,
  onLost: (error: UndertoneError) => void,
) {
  const waiting = new Map<number, Waiting>()
  const listeners = new Map<number, Listeners>()
  const watching = new AbortController()
  let count = 0
  let failure: UndertoneError | undefined
  const post = (message: ToWorker, transfer: Transferable[] = []) =>
    worker.postMessage(message, transfer)

  worker.onmessage = ({ data }: MessageEvent<ToPage>) => {
    switch (data.kind) {
      case 'answer': {
        const answer = waiting.get(data.id)
        waiting.delete(data.id)
        if (data.error) answer?.reject(fromPlain(data.error))
        else answer?.resolve(data.value)
        return
      }
      case 'progress':
        return call(onProgress, data.progress)
      case 'event':
        call(listeners.get(data.stream)?.[data.name] as (event: unknown) => void, data.event)
        return
      case 'read':
        void read(data.read, data.path)
    }
  }
  worker.onerror = (event) => {
    event.preventDefault()
    lose(`The worker has failed: ${event.message}.`, event.message)
  }
  // A worker that is killed, for its memory say, tells nobody; but its lock is free then.
  if (lock !== undefined) {
    navigator.locks
      .request(lock, { signal: watching.signal }, () => lose('The worker was ended.'))
      .catch(() => {})
  }

  function lose(what: string, cause?: unknown) {
    if (failure) return
    const advice = 'Call again: another takes its place.'
    end(new UndertoneError('worker-failed', `${what} ${advice}`, { cause }))
    onLost(failure as unknown as UndertoneError)
  }

  async function read(number: number, path: string) {
    try {
      const bytes = await assets.read(path)
      post({ kind: 'asset', read: number, bytes }, [bytes.buffer])
    } catch (error) {
      post({ kind: 'asset', read: number, error: toPlain(error) })
    }
  }

  /** Ends the worker: nothing is answered any more. */
  function end(error: UndertoneError) {
    failure ??= error
    watching.abort()
    worker.terminate()
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
    listeners.clear()
  }

  return {
    post,
    listeners,
    end,
    next: () => count++,
    /** @throws {UndertoneError} what the worker answers; `input-invalid` for what cannot be sent */
    async ask<Answer = void>(
      question: Question,
      signal?: AbortSignal,
      transfer: Transferable[] = [],
    ): Promise<Answer> {
      if (failure) throw failure
      const id = count++
      try {
        post({ ...question, id } as ToWorker, transfer)
      } catch (cause) {
        throw new UndertoneError(
          'input-invalid',
          'This cannot be sent to the worker, so it is no audio: pass the bytes of a file (Uint8Array, ArrayBuffer or Blob), an AudioBuffer, or a Float32Array of samples with `sampleRate`.',
          { cause },
        )
      }
      const answer = new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }))
      const abort = () => {
        post({ kind: 'abort', id })
        waiting.get(id)?.reject(aborted(signal))
        waiting.delete(id)
      }
      signal?.addEventListener('abort', abort, { once: true })
      try {
        return (await answer) as Answer
      } finally {
        signal?.removeEventListener('abort', abort)
      }
    },
  }
}
