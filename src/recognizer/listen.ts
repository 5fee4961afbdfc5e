import type { AssetSource } from '../assets.ts'
import { checkPlatform, openMicrophone } from '../audio/microphone.ts'
import { createWorkletSource, type WorkletSource } from '../audio/worklet-source.ts'
import { UndertoneError } from '../error.ts'
import { call } from '../listeners.ts'
import type { Listening, ListenOptions, StateEvent } from './listen-types.ts'
import type { Recognizer } from './types.ts'

/** Events after which a browser may give the sound back. */
const returns = ['visibilitychange', 'resume', 'pointerdown', 'keydown'] as const

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
  const { source, signal, onSamples, onState } = options
  checkPlatform()
  checkSource(source)
  const node = source instanceof AudioNode ? source : undefined
  const context = node?.context ?? new AudioContext()
  let media = source instanceof MediaStream ? source : undefined
  const ownsMedia = source === undefined
  let worklet: WorkletSource | undefined
  let state: StateEvent['state'] = 'interrupted'
  let unplugged = false
  let error: UndertoneError | undefined
  let stopping: Promise<void> | undefined
  const listeners = new AbortController()

  /** Gives back what was taken: the microphone first, since its light tells people of it. */
  function release() {
    listeners.abort()
    if (ownsMedia) for (const track of media?.getTracks() ?? []) track.stop()
  }

  async function close() {
    await worklet?.stop()
    if (!node && context instanceof AudioContext && context.state !== 'closed') {
      await context.close()
    }
  }

  try {
    const stream = recognizer.stream({
      ...options,
      sampleRate: context.sampleRate,
      overload: options.overload ?? 'skip',
    })
    if (ownsMedia) media = await openMicrophone(options)
    throwIfAborted(signal)
    worklet = await createWorkletSource(context, assets, (samples) => {
      stream.push(samples).catch(fail)
      call(onSamples, { samples, sampleRate: context.sampleRate })
    })
    throwIfAborted(signal)
    worklet.connect(node ?? sourceOf(media as MediaStream))
    if (media) watchTrack(media)
    watchPlatform()
    await resume()
    update()

    /** Ends it for an error, with what was heard so far unseen. */
    function fail(cause: unknown) {
      if (stopping) return
      error = cause as UndertoneError
      stopping = Promise.reject(error)
      // Told by onState; stop() tells it again.
      stopping.catch(() => {})
      release()
      void close()
      set('stopped')
    }

    function stop(): Promise<void> {
      stopping ??= (async () => {
        release()
        await worklet?.stop()
        try {
          await stream.end()
        } catch (cause) {
          error = cause as UndertoneError
          throw cause
        } finally {
          await close()
          set('stopped')
        }
      })()
      return stopping
    }

    function set(next: StateEvent['state']) {
      if (state === next) return
      state = next
      call(onState, error ? { state, error } : { state })
    }

    function update() {
      if (stopping) return
      const silent = context.state !== 'running' || media?.getAudioTracks().every((t) => t.muted)
      set(unplugged ? 'unplugged' : silent ? 'interrupted' : 'listening')
    }

    function watchTrack(stream: MediaStream) {
      const { signal } = listeners
      for (const track of stream.getAudioTracks()) {
        track.addEventListener('mute', update, { signal })
        track.addEventListener('unmute', update, { signal })
        track.addEventListener('ended', () => lose(stream), { signal })
      }
    }

    /** The microphone is gone: another may come. Someone else's stream is over. */
    function lose(lost: MediaStream) {
      if (lost !== media || lost.getAudioTracks().some((t) => t.readyState === 'live')) return
      if (!ownsMedia) return void stop().catch(() => {})
      unplugged = true
      update()
    }

    let opening = false
    async function reopen() {
      if (!unplugged || opening || stopping) return
      opening = true
      try {
        const found = await openMicrophone(options)
        if (stopping) for (const track of found.getTracks()) track.stop()
        else {
          media = found
          unplugged = false
          worklet?.connect(sourceOf(found))
          watchTrack(found)
          update()
        }
      } catch (cause) {
        // None yet, or still being set up: the next change of devices may bring it.
        const { code } = cause as UndertoneError
        if (code !== 'microphone-missing' && code !== 'microphone-busy') fail(cause)
      } finally {
        opening = false
      }
    }

    async function resume() {
      if (node || !(context instanceof AudioContext) || context.state === 'running') return
      // Without a touch, iOS neither resumes nor says so.
      const patience = new Promise((resolve) => setTimeout(resolve, 300))
      await Promise.race([context.resume().catch(() => {}), patience])
    }

    function watchPlatform() {
      const { signal: whileListening } = listeners
      const giveBack = () => {
        if (document.visibilityState === 'hidden') return
        void resume().then(update)
        void reopen()
      }
      context.addEventListener('statechange', update, { signal: whileListening })
      for (const name of returns) {
        document.addEventListener(name, giveBack, { signal: whileListening })
      }
      navigator.mediaDevices?.addEventListener('devicechange', () => void reopen(), {
        signal: whileListening,
      })
      const abort = () =>
        fail(new UndertoneError('aborted', 'Listening was aborted.', { cause: signal?.reason }))
      signal?.addEventListener('abort', abort, { signal: whileListening })
    }

    return {
      get state() {
        return state
      },
      sampleRate: context.sampleRate,
      getSettings: () => media?.getAudioTracks()[0]?.getSettings(),
      stop,
    }
  } catch (cause) {
    release()
    await close()
    throw cause
  }

  function sourceOf(stream: MediaStream): AudioNode {
    return new MediaStreamAudioSourceNode(context as AudioContext, { mediaStream: stream })
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

function throwIfAborted(signal: AbortSignal | undefined) {
  if (!signal?.aborted) return
  throw new UndertoneError('aborted', 'Listening was aborted.', { cause: signal.reason })
}
