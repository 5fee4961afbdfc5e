import type { AssetSource } from '../assets.ts'
import { asSamples } from '../audio/other-realms.ts'
import { UndertoneError } from '../error.ts'
import { type AssetsOption, assetsFrom } from '../model/assets-option.ts'
import { listen } from '../recognizer/listen.ts'
import { checkOptions } from '../recognizer/option-names.ts'
import type { StreamOptions } from '../recognizer/stream-types.ts'
import type {
  AudioInput,
  DecodedBuffer,
  Recognition,
  RecognizeOptions,
  Recognizer,
  RecognizerOptions,
} from '../recognizer/types.ts'
import { type Channel, openChannel } from './channel.ts'
import { Connection } from './connection.ts'
import type { Created, CreateOptions, SentBuffer } from './messages.ts'
import { openRemoteStream } from './remote-stream.ts'
import { throwIfAborted } from './signals.ts'
import { startWorker, urlOf } from './start-worker.ts'

/**
 * Starts a worker with a recognizer in it, and another one whenever that is lost.
 * @throws {UndertoneError} `worker-failed` when it does not start; else as `createRecognizer`
 */
export async function createRemoteRecognizer(options: RecognizerOptions): Promise<Recognizer> {
  const { model, engine, relaxedSimd, threads, silero } = options
  throwIfAborted(options.signal)
  const assets = assetsFrom(options.assets)
  let made: Created | undefined

  async function start(onLost: (error: UndertoneError) => void): Promise<Channel> {
    // Only the first start is the caller's, who may abort it and sees how far it is.
    const { signal, onProgress } = made ? {} : options
    const started = await startWorker(assets, signal)
    const channel = openChannel(started, assets, onProgress, onLost)
    const given: CreateOptions = {
      model: absolute(model),
      silero: isAddress(silero) ? pageUrl(silero) : silero,
      engine,
      relaxedSimd,
      threads,
      base: isOurs(options.assets) ? assets.url('') : undefined,
      own: options.assets === undefined,
      runtime: urlOf(assets, 'ort.js'),
      progress: onProgress !== undefined,
    }
    try {
      made = await channel.ask<Created>({ kind: 'create', options: given }, signal)
      return channel
    } catch (error) {
      channel.end(error as UndertoneError)
      throw error
    }
  }

  const connection = new Connection(start)
  await connection.open()
  return recognizer(connection, made as unknown as Created, assets, silero !== undefined)
}

/** Whether a worker can read the assets by itself. */
const isOurs = (assets: AssetsOption) =>
  assets === undefined || typeof assets === 'string' || assets instanceof URL

/** A worker lies elsewhere than the page, and what is relative to the page is not to it. */
function absolute(model: RecognizerOptions['model']): string | undefined {
  if (model === undefined || (typeof model === 'string' && !model.includes('/'))) return model
  return pageUrl(model)
}

const isAddress = (file: unknown): file is string | URL =>
  typeof file === 'string' || file instanceof URL

const pageUrl = (address: string | URL) => new URL(address, globalThis.location?.href).href

function recognizer(
  connection: Connection,
  { manifest, engine }: Created,
  assets: AssetSource,
  silero: boolean,
): Recognizer {
  let disposed: Promise<void> | undefined
  const check = (signal?: AbortSignal) => {
    throwIfAborted(signal)
    if (!disposed) return
    throw new UndertoneError('disposed', 'This recognizer was disposed of. Make a new one.')
  }

  async function recognize(
    input: AudioInput,
    options: RecognizeOptions = {},
  ): Promise<Recognition> {
    checkOptions('recognize', options)
    const { sampleRate, signal } = options
    check(signal)
    const ask = async (input: unknown) => {
      const channel = connection.channel ?? (await connection.open())
      const answer = await channel.ask<Recognition>(
        { kind: 'recognize', input, sampleRate },
        signal,
      )
      connection.answered()
      return answer
    }
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

  const stream = (options: StreamOptions = {}) =>
    openRemoteStream(connection, manifest, options, silero, check)

  return {
    manifest,
    labels: manifest.labels,
    engine,
    worker: true,
    recognize,
    stream,
    listen: (options = {}) => listen({ stream }, assets, options),
    dispose() {
      disposed ??= (async () => {
        // A worker that has failed has nothing left to give back.
        await connection.channel?.ask({ kind: 'dispose' }).catch(() => {})
        connection.end(
          new UndertoneError('disposed', 'This recognizer was disposed of. Make a new one.'),
        )
      })()
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
