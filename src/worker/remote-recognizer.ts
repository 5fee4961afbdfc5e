import type { AssetSource } from '../assets.ts'
import { asSamples } from '../audio/other-realms.ts'
import { UndertoneError } from '../error.ts'
import { call } from '../listeners.ts'
import { type AssetsOption, assetsFrom } from '../model/assets-option.ts'
import type { ModelManifest } from '../model/manifest.ts'
import { listen } from '../recognizer/listen.ts'
import { checkedSamples, streamSettings } from '../recognizer/stream-settings.ts'
import type { RecognitionStream, StreamOptions } from '../recognizer/stream-types.ts'
import type {
  AudioInput,
  DecodedBuffer,
  Recognition,
  RecognizeOptions,
  Recognizer,
  RecognizerOptions,
} from '../recognizer/types.ts'
import { eventNames, type SentBuffer, type ToPage, type ToWorker } from './messages.ts'
import { fromPlain, toPlain } from './plain-error.ts'

type Question<Message = ToWorker> = Message extends { id: number } ? Omit<Message, 'id'> : never

/**
 * Starts a worker with a recognizer in it.
 * @throws {UndertoneError} `worker-failed` when it does not start; else as `createRecognizer`
 */
export async function createRemoteRecognizer(options: RecognizerOptions): Promise<Recognizer> {
  const { signal, model, threads, onProgress } = options
  throwIfAborted(signal)
  const assets = assetsFrom(options.assets)
  const worker = await startWorker(assets, signal)
  const channel = openChannel(worker, assets, onProgress)
  try {
    const manifest = await channel.ask<ModelManifest>(
      {
        kind: 'create',
        options: {
          model: absolute(model),
          threads,
          base: isOurs(options.assets) ? assets.url('') : undefined,
          own: options.assets === undefined,
          runtime: urlOf(assets, 'ort.js'),
          progress: onProgress !== undefined,
        },
      },
      signal,
    )
    return recognizer(channel, manifest, assets)
  } catch (error) {
    worker.terminate()
    throw error
  }
}

/** Whether a worker can read the assets by itself. */
const isOurs = (assets: AssetsOption) =>
  assets === undefined || typeof assets === 'string' || assets instanceof URL

/** The URL of an asset, where it has one. */
function urlOf(assets: AssetSource, path: string): string | undefined {
  try {
    return assets.url(path)
  } catch {
    return undefined
  }
}

/** A worker lies elsewhere than the page, and what is relative to the page is not to it. */
function absolute(model: RecognizerOptions['model']): string | undefined {
  if (model === undefined || (typeof model === 'string' && !model.includes('/'))) return model
  return new URL(model, globalThis.location?.href).href
}

/** Starts the worker and waits until its code runs. */
function startWorker(assets: AssetSource, signal: AbortSignal | undefined): Promise<Worker> {
  const url = urlOf(assets, 'worker.js')
  const failed = (cause?: unknown) =>
    new UndertoneError(
      'worker-failed',
      `The worker ${url === undefined ? 'worker.js is not among the assets, so it' : url.slice(0, 200)} cannot be started. See that it is served from this page's own origin, as JavaScript, and that the page's policy allows it; or pass worker: false.`,
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
    worker.onmessage = () => {
      settled()
      resolve(worker)
    }
  })
}

interface Waiting {
  resolve: (value: unknown) => void
  reject: (error: Error) => void
}

type Channel = ReturnType<typeof openChannel>

/** Questions and answers over messages. */
function openChannel(
  worker: Worker,
  assets: AssetSource,
  onProgress: RecognizerOptions['onProgress'],
) {
  const waiting = new Map<number, Waiting>()
  const listeners = new Map<number, StreamOptions>()
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
    end(
      new UndertoneError(
        'worker-failed',
        `The worker has failed: ${event.message}. Make a new recognizer.`,
        { cause: event.message },
      ),
    )
  }

  async function read(number: number, path: string) {
    try {
      const bytes = await assets.read(path)
      post({ kind: 'asset', read: number, bytes }, [bytes.buffer])
    } catch (error) {
      post({ kind: 'asset', read: number, error: toPlain(error) })
    }
  }

  /** Nothing is answered any more. */
  function end(error: UndertoneError) {
    failure = error
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

function recognizer(channel: Channel, manifest: ModelManifest, assets: AssetSource): Recognizer {
  let disposed: Promise<void> | undefined
  const check = (signal?: AbortSignal) => {
    throwIfAborted(signal)
    if (!disposed) return
    throw new UndertoneError('disposed', 'This recognizer was disposed of. Make a new one.')
  }

  async function recognize(
    input: AudioInput,
    { sampleRate, signal }: RecognizeOptions = {},
  ): Promise<Recognition> {
    check(signal)
    const ask = (input: unknown) =>
      channel.ask<Recognition>({ kind: 'recognize', input, sampleRate }, signal)
    try {
      return await ask(sendable(input))
    } catch (error) {
      if (!(error instanceof UndertoneError) || error.code !== 'audio-unsupported') throw error
      // What only the browser's own decoder knows: it is not to be had in a worker.
      const { decodeAudio } = await import('../audio/index.ts')
      const bytes = input instanceof Blob ? await input.arrayBuffer() : (input as ArrayBuffer)
      const decoded = await decodeAudio(bytes, signal ? { signal } : {})
      check(signal)
      return ask({ sampleRate: decoded.sampleRate, channels: decoded.channels })
    }
  }

  function stream(options: StreamOptions = {}): RecognitionStream {
    const { signal } = options
    check(signal)
    streamSettings(manifest, options)
    const number = channel.next()
    const wanted = eventNames.filter((name) => options[name])
    const { onEmotion, onSpeech, onLevel, signal: _, ...plain } = options
    channel.post({ kind: 'stream', stream: number, options: numbersOf(plain), wanted })
    channel.listeners.set(number, options)
    let over = false
    const abort = () => {
      over = true
      // Events that are on their way already are not told any more.
      channel.listeners.delete(number)
      channel.post({ kind: 'abort', stream: number })
    }
    signal?.addEventListener('abort', abort, { once: true })
    let ending: Promise<void> | undefined
    return {
      async push(input) {
        check(signal)
        if (ending) {
          throw new UndertoneError('stream-ended', 'This stream has ended. Open another one.')
        }
        const samples = checkedSamples(input).slice()
        if (samples.length === 0) return
        await channel.ask({ kind: 'push', stream: number, samples }, signal, [samples.buffer])
      },
      end() {
        if (over) return Promise.reject(aborted(signal))
        ending ??= channel.ask({ kind: 'end', stream: number }, signal).finally(() => {
          signal?.removeEventListener('abort', abort)
          channel.listeners.delete(number)
        })
        return ending
      },
    }
  }

  return {
    manifest,
    labels: manifest.labels,
    worker: true,
    recognize,
    stream,
    listen: (options = {}) => listen({ stream }, assets, options),
    dispose() {
      disposed ??= channel
        .ask({ kind: 'dispose' })
        // A worker that has failed has nothing left to give back.
        .catch(() => {})
        .then(() =>
          channel.end(
            new UndertoneError('disposed', 'This recognizer was disposed of. Make a new one.'),
          ),
        )
      return disposed
    },
  }
}

/** As much of it as can be sent: an AudioBuffer's channels. */
function sendable(input: AudioInput): unknown {
  const samples = asSamples(input)
  if (samples) return samples
  const buffer = input as DecodedBuffer | undefined
  if (typeof buffer?.getChannelData !== 'function') return input
  const { sampleRate, numberOfChannels } = buffer
  const channels = Array.from({ length: Math.min(numberOfChannels, 64) }, (_, channel) =>
    buffer.getChannelData(channel),
  )
  return { sampleRate, channels } satisfies SentBuffer
}

/** Options without what has no place in them, and could not be sent. */
const numbersOf = ({
  sampleRate,
  hop,
  smoothing,
  hysteresis,
  overload,
  voiceActivity,
}: StreamOptions) => ({ sampleRate, hop, smoothing, hysteresis, overload, voiceActivity })

const aborted = (signal: AbortSignal | undefined) =>
  new UndertoneError('aborted', 'This was aborted.', { cause: signal?.reason })

function throwIfAborted(signal: AbortSignal | undefined) {
  if (signal?.aborted) throw aborted(signal)
}
