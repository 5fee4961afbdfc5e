import { UndertoneError } from '../error.ts'
import { call } from '../listeners.ts'
import type { ModelManifest } from '../model/manifest.ts'
import { checkedSamples, streamSettings } from '../recognizer/stream-settings.ts'
import type { EmotionEvent, RecognitionStream, StreamOptions } from '../recognizer/stream-types.ts'
import type { Channel, Listeners } from './channel.ts'
import type { Connection } from './connection.ts'
import { eventNames } from './messages.ts'
import { aborted } from './signals.ts'

/**
 * A stream in the worker. When that is lost it goes on in another: windows begin anew, and times
 * go on.
 * @param check throws where nothing may be asked any more
 */
export function openRemoteStream(
  connection: Connection,
  manifest: ModelManifest,
  options: StreamOptions,
  silero: boolean,
  check: (signal?: AbortSignal) => void,
): RecognitionStream {
  const { signal, onEmotion, onSpeech, onLevel, onWorker, ...plain } = options
  check(signal)
  const { sampleRate } = streamSettings(manifest, options, silero)
  const wanted = eventNames.filter((name) => options[name])
  let channel: Channel | undefined
  let number = 0
  /** Samples that were sent, to all workers. */
  let sent = 0
  let over = false
  let speaking = false
  let ending: Promise<void> | undefined
  let opening: Promise<void> | undefined

  function openIn(next: Channel) {
    const offset = sent / sampleRate
    channel = next
    number = next.next()
    next.post({ kind: 'stream', stream: number, options: numbersOf(plain), wanted })
    next.listeners.set(number, offset === 0 ? tell : shifted(tell, offset))
  }
  const tell: Listeners = {
    onEmotion: (event: EmotionEvent) => call(onEmotion, event),
    onSpeech: (event: Parameters<NonNullable<typeof onSpeech>>[0]) => {
      speaking = event.speech
      call(onSpeech, event)
    },
    onLevel: (event: Parameters<NonNullable<typeof onLevel>>[0]) => call(onLevel, event),
  }

  const unsubscribe = connection.onLost((error) => {
    if (!channel || over) return
    channel = undefined
    const time = sent / sampleRate
    // The next worker knows nothing of speech that had begun.
    if (speaking) tell.onSpeech?.({ speech: false, time } as never)
    call(onWorker, { state: 'lost', time, error })
    opening = reopen()
    opening.catch(() => {})
  })

  async function reopen() {
    const next = await connection.open()
    if (over) return
    openIn(next)
    call(onWorker, { state: 'restarted', time: sent / sampleRate })
  }

  /** @throws {UndertoneError} `worker-failed` where there is no other worker */
  async function opened(): Promise<Channel> {
    while (!channel) {
      if (over) throw aborted(signal)
      opening ??= connection.open().then((next) => {
        if (!over && !channel) openIn(next)
      })
      await opening
      opening = undefined
    }
    return channel
  }

  const abort = () => {
    // Events that are on their way already are not told any more.
    channel?.listeners.delete(number)
    channel?.post({ kind: 'abort', stream: number })
    close()
  }
  function close() {
    over = true
    unsubscribe()
    signal?.removeEventListener('abort', abort)
  }
  signal?.addEventListener('abort', abort, { once: true })
  if (connection.channel) openIn(connection.channel)

  async function finish() {
    for (;;) {
      const current = channel ?? (await opened())
      try {
        await current.ask({ kind: 'end', stream: number }, signal)
        current.listeners.delete(number)
        return
      } catch (error) {
        // Lost: what it had heard is, too. Its successor has little to see, and ends.
        if (channel === current || !isLoss(error)) throw error
      }
    }
  }

  return {
    async push(input) {
      check(signal)
      if (ending) {
        throw new UndertoneError('stream-ended', 'This stream has ended. Open another one.')
      }
      const samples = checkedSamples(input).slice()
      if (samples.length === 0) return
      const current = channel ?? (await opened())
      sent += samples.length
      try {
        await current.ask({ kind: 'push', stream: number, samples }, signal, [samples.buffer])
        connection.answered()
      } catch (error) {
        if (channel === current || !isLoss(error)) throw error
        // These samples are lost, as onWorker has told; the next ones need another worker.
        await opened()
      }
    },
    end() {
      if (over) return ending ?? Promise.reject(aborted(signal))
      ending ??= finish().finally(close)
      return ending
    },
  }
}

const isLoss = (error: unknown) => error instanceof UndertoneError && error.code === 'worker-failed'

/** Tells of events that are so many seconds later than they say. */
function shifted({ onEmotion, onSpeech, onLevel }: Listeners, offset: number): Listeners {
  const later = <Event extends { time: number }>(event: Event) =>
    ({ ...event, time: event.time + offset }) as never
  return {
    onEmotion(event: EmotionEvent) {
      const start = event.start + offset
      const end = event.end + offset
      const window = event.window && { ...event.window, start, end }
      onEmotion?.({ ...event, start, end, window } as never)
    },
    onSpeech: (event: { time: number }) => onSpeech?.(later(event)),
    onLevel: (event: { time: number }) => onLevel?.(later(event)),
  }
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
