/**
 * Runs in a module worker: one recognizer, driven by messages of the page that started it.
 * @module
 */
import { assetsAt } from '#assets'
import { type AssetSource, advice } from '../assets.ts'
import { UndertoneError } from '../error.ts'
import { createRecognizer } from '../recognizer/create-recognizer.ts'
import type { RecognitionStream } from '../recognizer/stream-types.ts'
import type { AudioInput, Recognition, Recognizer } from '../recognizer/types.ts'
import type { CreateOptions, SentBuffer, ToPage, ToWorker } from './messages.ts'
import { fromPlain, toPlain } from './plain-error.ts'

let recognizer: Recognizer
const streams = new Map<number, { stream: RecognitionStream; abort: AbortController }>()
const running = new Map<number, AbortController>()
const reads = new Map<
  number,
  { resolve: (bytes: Uint8Array<ArrayBuffer>) => void; reject: (error: Error) => void }
>()

const post = (message: ToPage, transfer: Transferable[] = []) =>
  globalThis.postMessage(message, { transfer })

globalThis.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  switch (data.kind) {
    case 'abort':
      if (data.id !== undefined) running.get(data.id)?.abort()
      if (data.stream !== undefined) {
        streams.get(data.stream)?.abort.abort()
        streams.delete(data.stream)
      }
      return
    case 'asset': {
      const read = reads.get(data.read)
      reads.delete(data.read)
      if (data.bytes) read?.resolve(data.bytes)
      else if (data.error) read?.reject(fromPlain(data.error))
      return
    }
    case 'stream':
      return openStream(data)
    default:
      void answer(data)
  }
}
if (globalThis.navigator.locks) holdLock()
else post({ kind: 'ready' })

/** Holds a lock as long as this worker lives: that it is free tells the page that it does not. */
function holdLock() {
  const lock = `undertone-${crypto.randomUUID()}`
  navigator.locks
    .request(lock, () => {
      post({ kind: 'ready', lock })
      return new Promise(() => {})
    })
    // Where a page has no origin, neither has its lock.
    .catch(() => post({ kind: 'ready' }))
}

type Asked = Exclude<ToWorker, { kind: 'abort' | 'asset' | 'stream' }>

async function answer(asked: Asked) {
  const { id } = asked
  const controller = new AbortController()
  running.set(id, controller)
  try {
    const value = await run(asked, controller.signal)
    post({ kind: 'answer', id, ...(value && { value }) })
  } catch (error) {
    post({ kind: 'answer', id, error: toPlain(error) })
  } finally {
    running.delete(id)
  }
}

async function run(asked: Asked, signal: AbortSignal) {
  switch (asked.kind) {
    case 'create': {
      const { model, engine, relaxedSimd, threads, silero } = asked.options
      recognizer = await createRecognizer({
        assets: source(asked.options),
        model,
        engine,
        relaxedSimd,
        threads,
        silero,
        signal,
        ...(asked.options.progress && {
          onProgress: (progress) => post({ kind: 'progress', progress }),
        }),
      })
      return { manifest: recognizer.manifest, engine: recognizer.engine }
    }
    case 'recognize':
      return recognize(asked.input, asked.sampleRate, signal)
    case 'push':
      return opened(asked.stream).push(asked.samples)
    case 'end':
      await opened(asked.stream).end()
      streams.delete(asked.stream)
      return
    case 'dispose':
      return recognizer.dispose()
  }
}

function recognize(input: unknown, sampleRate: number | undefined, signal: AbortSignal) {
  const { channels, sampleRate: rate } = Object(input) as SentBuffer
  const buffer = Array.isArray(channels) && {
    sampleRate: rate,
    numberOfChannels: channels.length,
    getChannelData: (channel: number) => channels[channel] as Float32Array,
  }
  return recognizer.recognize((buffer || input) as AudioInput, {
    sampleRate,
    signal,
  }) as Promise<Recognition>
}

function opened(number: number): RecognitionStream {
  const open = streams.get(number)
  if (open) return open.stream
  throw new Error(`There is no stream ${number}.`)
}

function openStream({ stream, options, wanted }: ToWorker & { kind: 'stream' }) {
  const abort = new AbortController()
  const listeners = wanted.map((name) => [
    name,
    (event: unknown) => post({ kind: 'event', stream, name, event }),
  ])
  // The page has checked the options, and that the recognizer is there.
  const opened = recognizer.stream({
    ...options,
    ...Object.fromEntries(listeners),
    signal: abort.signal,
  })
  streams.set(stream, { stream: opened, abort })
}

/** Assets, from where they lie or from the page. */
function source({ base, own, runtime }: CreateOptions): AssetSource {
  if (base !== undefined) return assetsAt(base, own ? advice.ownServed : advice.option)
  let count = 0
  return {
    // The one that is asked for by its URL here.
    url(path) {
      if (runtime !== undefined) return runtime
      throw new UndertoneError('asset-missing', `There is no ${path}. ${advice.files(path)}`)
    },
    read(path) {
      const number = count++
      post({ kind: 'read', read: number, path })
      return new Promise((resolve, reject) => reads.set(number, { resolve, reject }))
    },
  }
}
