import type { AssetSource } from '../assets.ts'
import { UndertoneError } from '../error.ts'
import {
  giveBack,
  isNoLongerDefault,
  type MicrophoneOptions,
  openMicrophone,
} from './microphone.ts'
import { createWorkletSource, type WorkletSource } from './worklet-source.ts'

export interface SoundOptions extends MicrophoneOptions {
  source?: MediaStream | AudioNode | undefined
}

/** Whether sound comes, and why it does not. */
export type SoundState =
  | { state: 'listening'; reason?: 'device-changed' }
  | { state: 'interrupted'; reason: 'suspended' | 'muted' | 'frozen' }
  | { state: 'unplugged' }
  /** A source of someone else's has ended. */
  | { state: 'ended' }

export interface SoundListeners {
  /** Called with samples, mono, that are its own. */
  take(samples: Float32Array): void
  change(state: SoundState): void
  fail(error: unknown): void
}

/** Events after which a browser may give the sound back. */
const returns = ['visibilitychange', 'resume', 'pointerdown', 'keydown'] as const

/** A microphone, or another source, as samples: whatever devices and platform do meanwhile. */
export class LiveSound {
  readonly #options: SoundOptions
  readonly #listeners: SoundListeners
  readonly #node: AudioNode | undefined
  readonly #context: BaseAudioContext
  readonly #watching = new AbortController()
  #media: MediaStream | undefined
  #worklet: WorkletSource | undefined
  #unplugged = false
  #frozen = false
  #opening = false
  #told = ''

  /** Touches nothing yet but an audio context, whose rate it has. */
  constructor(options: SoundOptions, listeners: SoundListeners) {
    const { source } = options
    this.#options = options
    this.#listeners = listeners
    this.#node = source instanceof AudioNode ? source : undefined
    this.#media = source instanceof MediaStream ? source : undefined
    this.#context = this.#node?.context ?? new AudioContext()
  }

  /** Hz. */
  get sampleRate(): number {
    return this.#context.sampleRate
  }

  get settings(): MediaTrackSettings | undefined {
    return this.#media?.getAudioTracks()[0]?.getSettings()
  }

  /** @throws {UndertoneError} as `openMicrophone`; `asset-missing`, `aborted` */
  async open(assets: AssetSource): Promise<void> {
    const { signal } = this.#options
    if (this.#isOwn) this.#media = await openMicrophone(this.#options)
    throwIfAborted(signal)
    this.#worklet = await createWorkletSource(this.#context, assets, this.#listeners.take)
    throwIfAborted(signal)
    this.#worklet.connect(this.#node ?? this.#sourceOf(this.#media as MediaStream))
    if (this.#media) this.#watchTracks(this.#media)
    this.#watchPlatform()
    await this.#resume()
    throwIfAborted(signal)
    this.#update()
  }

  /** Gives back the microphone, and watches no longer. Samples that it has heard still come. */
  release(): void {
    this.#watching.abort()
    if (this.#isOwn && this.#media) giveBack(this.#media)
  }

  /** @returns resolved once all samples up to now were given */
  async drain(): Promise<void> {
    await this.#worklet?.stop()
  }

  async close(): Promise<void> {
    await this.drain()
    const context = this.#context
    if (!this.#node && context instanceof AudioContext && context.state !== 'closed') {
      await context.close()
    }
  }

  get #isOwn() {
    return this.#options.source === undefined
  }

  #sourceOf(mediaStream: MediaStream): AudioNode {
    return new MediaStreamAudioSourceNode(this.#context as AudioContext, { mediaStream })
  }

  #update(reason?: 'device-changed') {
    if (this.#watching.signal.aborted) return
    const state = this.#state(reason)
    const text = JSON.stringify(state)
    if (text === this.#told && !reason) return
    this.#told = JSON.stringify(this.#state())
    this.#listeners.change(state)
  }

  #state(reason?: 'device-changed'): SoundState {
    if (this.#unplugged) return { state: 'unplugged' }
    if (this.#frozen) return { state: 'interrupted', reason: 'frozen' }
    if (this.#context.state !== 'running') return { state: 'interrupted', reason: 'suspended' }
    const muted = this.#media?.getAudioTracks().every((track) => track.muted)
    if (muted) return { state: 'interrupted', reason: 'muted' }
    return reason ? { state: 'listening', reason } : { state: 'listening' }
  }

  #watchTracks(media: MediaStream) {
    const { signal } = this.#watching
    const update = () => this.#update()
    for (const track of media.getAudioTracks()) {
      track.addEventListener('mute', update, { signal })
      track.addEventListener('unmute', update, { signal })
      track.addEventListener('ended', () => this.#lose(media), { signal })
    }
  }

  /** The microphone is gone: another may come. Someone else's stream is over. */
  #lose(lost: MediaStream) {
    if (lost !== this.#media) return
    if (lost.getAudioTracks().some((track) => track.readyState === 'live')) return
    if (!this.#isOwn) return this.#listeners.change({ state: 'ended' })
    this.#unplugged = true
    this.#update()
    // Another may be there already, or the next change of devices brings one.
    void this.#reopen()
  }

  #watchPlatform() {
    const { signal } = this.#watching
    const { signal: aborting } = this.#options
    const comeBack = () => {
      if (document.visibilityState === 'hidden') return
      void this.#resume().then(() => this.#update())
      void this.#reopen()
    }
    this.#context.addEventListener('statechange', () => this.#update(), { signal })
    for (const name of returns) document.addEventListener(name, comeBack, { signal })
    for (const name of ['freeze', 'resume']) {
      document.addEventListener(
        name,
        () => {
          this.#frozen = name === 'freeze'
          this.#update()
        },
        { signal },
      )
    }
    navigator.mediaDevices?.addEventListener(
      'devicechange',
      () => void (this.#unplugged ? this.#reopen() : this.#followDefault()),
      { signal },
    )
    const abort = () => this.#listeners.fail(aborted(aborting))
    aborting?.addEventListener('abort', abort, { signal })
  }

  async #resume() {
    const context = this.#context
    if (this.#node || !(context instanceof AudioContext) || context.state === 'running') return
    // Without a touch, iOS neither resumes nor says so.
    const patience = new Promise((resolve) => setTimeout(resolve, 300))
    await Promise.race([context.resume().catch(() => {}), patience])
  }

  async #reopen() {
    if (!this.#unplugged) return
    await this.#change('microphone-missing', 'microphone-busy')
  }

  /** Who asked for no microphone of their own has the system's, and the system has another now. */
  async #followDefault() {
    if (!this.#isOwn || this.#options.deviceId !== undefined || !this.settings) return
    if (!(await isNoLongerDefault(this.settings))) return
    // The present one works: whatever the other lacks, this one goes on.
    await this.#change('microphone-missing', 'microphone-busy', 'microphone-unsupported')
  }

  /** Opens the microphone again, and takes it in the place of the present one. */
  async #change(...passing: UndertoneError['code'][]) {
    const { signal } = this.#watching
    if (this.#opening || signal.aborted) return
    this.#opening = true
    try {
      const found = await openMicrophone(this.#options)
      if (signal.aborted) return giveBack(found)
      const before = this.#media
      this.#media = found
      this.#worklet?.connect(this.#sourceOf(found))
      if (before) giveBack(before)
      this.#watchTracks(found)
      const changed = !this.#unplugged
      this.#unplugged = false
      this.#update(changed ? 'device-changed' : undefined)
    } catch (cause) {
      if (!signal.aborted && !passing.includes((cause as UndertoneError).code)) {
        this.#listeners.fail(cause)
      }
    } finally {
      this.#opening = false
    }
  }
}

const aborted = (signal: AbortSignal | undefined) =>
  new UndertoneError('aborted', 'Listening was aborted.', { cause: signal?.reason })

function throwIfAborted(signal: AbortSignal | undefined) {
  if (signal?.aborted) throw aborted(signal)
}
