import type { AssetSource } from '../assets.ts'
import { LiveSound, type SoundState } from '../audio/live-sound.ts'
import { checkPlatform } from '../audio/microphone.ts'
import { UndertoneError } from '../error.ts'
import { call } from '../listeners.ts'
import type { Listening, ListenOptions, StateEvent } from './listen-types.ts'
import { checkOptions } from './option-names.ts'
import type { RecognitionStream, WorkerEvent } from './stream-types.ts'
import type { Recognizer } from './types.ts'

/**
 * Listens to a microphone, or another source, through a stream of a recognizer.
 * @throws {UndertoneError} what `stream()` throws; `insecure-context`, `microphone-unsupported`,
 * `microphone-refused`, `microphone-missing`, `microphone-busy`, `input-invalid`, `asset-missing`;
 * nothing stays open
 */
export async function listen(
  recognizer: Pick<Recognizer, 'stream'>,
  assets: AssetSource,
  options: ListenOptions,
): Promise<Listening> {
  checkOptions('listen', options)
  const { source, onSamples, onState, onWorker } = options
  checkPlatform()
  checkSource(source)
  let stream: RecognitionStream
  let sounding: StateEvent = { state: 'interrupted' }
  let restarting: UndertoneError | undefined
  let told: StateEvent = sounding
  let error: UndertoneError | undefined
  let stopping: Promise<void> | undefined

  const sound = new LiveSound(options, {
    take(samples) {
      stream.push(samples).catch(fail)
      call(onSamples, { samples, sampleRate: sound.sampleRate })
    },
    change: hear,
    fail,
  })

  function hear(state: SoundState) {
    if (state.state === 'ended') return void stop().catch(() => {})
    sounding = state
    update('reason' in state && state.reason === 'device-changed')
  }

  function workerChanged(event: WorkerEvent) {
    restarting = event.state === 'lost' ? event.error : undefined
    call(onWorker, event)
    update()
  }

  /** @param again whether there is something new about the same state */
  function update(again = false) {
    if (stopping) return
    const next: StateEvent =
      restarting && sounding.state === 'listening'
        ? { state: 'restarting', error: restarting }
        : sounding
    if (next.state === told.state && !again) return
    told = next
    call(onState, next)
  }

  function end() {
    told = error ? { state: 'stopped', error } : { state: 'stopped' }
    call(onState, told)
  }

  /** Ends it for an error, with what was heard so far unseen. */
  function fail(cause: unknown) {
    if (stopping) return
    error = cause as UndertoneError
    stopping = Promise.reject(error)
    // Told by onState; stop() tells it again.
    stopping.catch(() => {})
    sound.release()
    void sound.close()
    end()
  }

  function stop(): Promise<void> {
    stopping ??= (async () => {
      sound.release()
      await sound.drain()
      try {
        await stream.end()
      } catch (cause) {
        error = cause as UndertoneError
        throw cause
      } finally {
        await sound.close()
        end()
      }
    })()
    return stopping
  }

  try {
    const { hop, smoothing, hysteresis, voiceActivity, signal } = options
    const { onEmotion, onSpeech, onLevel } = options
    stream = recognizer.stream({
      ...{ hop, smoothing, hysteresis, voiceActivity, signal, onEmotion, onSpeech, onLevel },
      onWorker: workerChanged,
      sampleRate: sound.sampleRate,
      overload: options.overload ?? 'skip',
    })
    await sound.open(assets)
  } catch (cause) {
    sound.release()
    await sound.close()
    throw cause
  }
  return {
    get state() {
      return told.state
    },
    sampleRate: sound.sampleRate,
    getSettings: () => sound.settings,
    stop,
  }
}

function checkSource(source: unknown) {
  if (source === undefined || source instanceof AudioNode) return
  if (source instanceof MediaStream) {
    if (source.getAudioTracks().length > 0) return
    throw new UndertoneError('input-invalid', 'The MediaStream has no audio track.')
  }
  throw new UndertoneError(
    'input-invalid',
    '`source` has to be a MediaStream or an AudioNode; leave it out for the microphone.',
  )
}
