import { UndertoneError } from '../error.ts'
import { call } from '../listeners.ts'
import type { Listening, ListenOptions, StateEvent } from '../recognizer/listen-types.ts'
import type { EmotionEvent } from '../recognizer/stream-types.ts'
import type { Recognizer, RecognizerOptions } from '../recognizer/types.ts'
import { createRecognizer } from '../worker/create-recognizer.ts'

/** What to load and how to listen; or a recognizer that is there, which stays its maker's. */
export interface LiveSessionOptions
  extends Omit<RecognizerOptions, 'signal'>,
    Omit<ListenOptions, 'signal'> {
  recognizer?: Recognizer | undefined
}

/** Everything that a view of a live session shows. Never changed: another takes its place. */
export interface LiveSnapshot {
  /**
   * `idle` before the start and after a stop, `loading` the model, `starting` the microphone, then
   * as `StateEvent` has it; `failed` for `error`.
   */
  state: 'idle' | 'loading' | 'starting' | 'failed' | Exclude<StateEvent['state'], 'stopped'>
  /** Share of the files that is loaded, 0…1. */
  loaded: number
  /** What was heard last; nothing before the first window. */
  heard: EmotionEvent | undefined
  /** Whether someone speaks. */
  speech: boolean
  error: UndertoneError | undefined
}

const idle: LiveSnapshot = {
  state: 'idle',
  loaded: 0,
  heard: undefined,
  speech: false,
  error: undefined,
}

interface Run {
  abort: AbortController
  /** Settled once it listens, or has failed. */
  done: Promise<void>
  live?: Listening
}

/**
 * A recognizer and a microphone for a view that comes and goes: loads with the first start, and
 * tells of every change.
 */
export class LiveSession {
  readonly #options: () => LiveSessionOptions
  readonly #listeners = new Set<() => void>()
  #snapshot = idle
  #own: Promise<Recognizer> | undefined
  #labels: readonly string[] = []
  #run: Run | undefined

  /** @param options asked for at each start, and for who is to be called at each event */
  constructor(options: () => LiveSessionOptions) {
    this.#options = options
  }

  get snapshot(): LiveSnapshot {
    return this.#snapshot
  }

  /** The labels of the model, once it is loaded. */
  get labels(): readonly string[] {
    return this.#labels
  }

  /** @returns what ends the subscription */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Starts to listen, if it does not already. What goes wrong is in the snapshot. */
  start(): Promise<void> {
    if (this.#run) return this.#run.done
    const abort = new AbortController()
    const run: Run = { abort, done: Promise.resolve() }
    this.#run = run
    run.done = this.#listen(run).catch((error) => {
      if (this.#run === run) this.#fail(error)
    })
    return run.done
  }

  /** Stops listening; the microphone is given back, the model kept. */
  async stop(): Promise<void> {
    const run = this.#run
    this.#run = undefined
    if (!run) return
    this.#set({ ...idle, loaded: this.#snapshot.loaded })
    if (run.live) await run.live.stop().catch(() => {})
    else run.abort.abort()
  }

  /** Stops, and gives back the model that it has loaded. A later start loads it again. */
  async dispose(): Promise<void> {
    const own = this.#own
    this.#own = undefined
    await this.stop()
    const recognizer = await own?.catch(() => undefined)
    await recognizer?.dispose()
  }

  async #listen(run: Run) {
    const { recognizer: given, ...options } = this.#options()
    const { loading, listening } = divided(options)
    const { signal } = run.abort
    this.#set({ ...idle, state: 'loading', loaded: this.#snapshot.loaded })
    const recognizer = given ?? (await this.#load(loading))
    if (signal.aborted) return
    this.#labels = recognizer.labels
    this.#set({ ...this.#snapshot, state: 'starting', loaded: 1 })
    const current = (change: Partial<LiveSnapshot>) => {
      if (!signal.aborted && this.#run?.abort.signal === signal) {
        this.#set({ ...this.#snapshot, ...change })
      }
    }
    const live = await recognizer.listen({
      ...listening,
      signal,
      onEmotion: (event) => {
        current({ heard: event })
        call(this.#options().onEmotion, event)
      },
      onSpeech: (event) => {
        current({ speech: event.speech })
        call(this.#options().onSpeech, event)
      },
      onLevel: (event) => call(this.#options().onLevel, event),
      onState: (event) => {
        const { state, error } = event
        if (state !== 'stopped') current({ state })
        else if (this.#run?.abort.signal === signal) this.#end(error)
        call(this.#options().onState, event)
      },
    })
    if (signal.aborted) return void live.stop().catch(() => {})
    run.live = live
    if (live.state === 'interrupted') current({ state: 'interrupted' })
  }

  /** One recognizer for all starts, until one fails. */
  #load({ onProgress, ...options }: RecognizerOptions): Promise<Recognizer> {
    const onLoaded: RecognizerOptions['onProgress'] = (progress) => {
      const { loaded, total } = progress
      this.#set({ ...this.#snapshot, loaded: total > 0 ? loaded / total : 0 })
      call(onProgress, progress)
    }
    this.#own ??= createRecognizer({ ...options, onProgress: onLoaded }).catch((error) => {
      this.#own = undefined
      throw error
    })
    return this.#own
  }

  /** Its source has ended, or something went wrong. */
  #end(error: UndertoneError | undefined) {
    this.#run = undefined
    if (error) this.#fail(error)
    else this.#set({ ...idle, loaded: this.#snapshot.loaded })
  }

  #fail(cause: unknown) {
    const error =
      cause instanceof UndertoneError
        ? cause
        : new UndertoneError('engine-failed', String(cause), { cause })
    this.#run = undefined
    // What has failed may be the recognizer's own worker: the next start has a new one.
    if (error.code === 'worker-failed' || error.code === 'engine-failed') {
      void this.#own?.then((recognizer) => recognizer.dispose()).catch(() => {})
      this.#own = undefined
    }
    this.#set({ ...this.#snapshot, state: 'failed', speech: false, error })
  }

  #set(snapshot: LiveSnapshot) {
    this.#snapshot = snapshot
    for (const listener of [...this.#listeners]) listener()
  }
}

/** What is for `createRecognizer()`, and what for `listen()`. */
function divided(options: Omit<LiveSessionOptions, 'recognizer'>) {
  const { assets, model, engine, relaxedSimd, threads, silero, worker, onProgress, ...listening } =
    options
  const loading = { assets, model, engine, relaxedSimd, threads, silero, worker, onProgress }
  return { loading, listening }
}
