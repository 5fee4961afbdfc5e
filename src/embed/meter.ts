/**
 * `<undertone-meter>`: a button that listens, and what is heard. Importing this defines it.
 *
 * Attributes: `assets` and `model` as of `createRecognizer()`, `device-id`, `theme` (`light` or
 * `dark`; else the platform's). Properties: `options`, `texts`, `snapshot`. Events: `emotion`,
 * `speech` and `state`, with the event of `listen()` as their `detail`.
 */
import { make } from './element.ts'
import { tint } from './hues.ts'
import { LiveSession, type LiveSessionOptions, type LiveSnapshot } from './live-session.ts'
import type { MeterElement } from './meter-events.ts'
import { meterStyle } from './meter-style.ts'

export type { LiveSessionOptions, LiveSnapshot } from './live-session.ts'
export type { UndertoneMeterEventMap } from './meter-events.ts'

/** What the element says. A label's name may be among them too: `{ happy: 'froh' }`. */
export const meterTexts = {
  listen: 'Listen',
  stop: 'Stop',
  idle: 'Not listening',
  loading: 'Loading…',
  starting: 'Waiting for the microphone…',
  listening: 'Listening…',
  silence: 'No speech',
  interrupted: 'Interrupted',
  unplugged: 'The microphone is gone',
  restarting: 'Starting again…',
  failed: 'Not listening',
  level: 'Loudness',
  scores: 'Emotions',
}

/** −60 dBFS and below is none of the bar, full scale all of it. */
const share = (rms: number) => Math.min(1, Math.max(0, 1 + Math.log10(rms + 1e-9) / 3))

// A server that renders pages has no elements; there, the class is never made.
const Base = (globalThis.HTMLElement ?? class {}) as new () => MeterElement

export class UndertoneMeter extends Base {
  /** Further options of `createRecognizer()` and `listen()`, read at each start. */
  options: LiveSessionOptions = {}
  #texts: Record<string, string> = meterTexts
  readonly #session = new LiveSession(() => this.#allOptions())
  #rows = new Map<string, { row: HTMLElement; fill: HTMLElement; value: HTMLElement }>()
  #shown = ''
  #removal: ReturnType<typeof setTimeout> | undefined
  readonly #now: HTMLElement
  readonly #button: HTMLButtonElement
  readonly #level: HTMLElement
  readonly #levelFill: HTMLElement
  readonly #scores: HTMLElement
  readonly #note: HTMLElement

  constructor() {
    super()
    const root = this.attachShadow({ mode: 'open' })
    // As a sheet, not an element: a strict policy lets that pass.
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(meterStyle)
    root.adoptedStyleSheets = [sheet]
    this.#now = make('p', 'now')
    this.#now.setAttribute('role', 'status')
    this.#button = make('button')
    this.#button.type = 'button'
    this.#button.onclick = () => void (this.#isOn() ? this.stop() : this.start())
    this.#levelFill = make('div', 'fill')
    this.#level = make('div', 'level', this.#levelFill)
    this.#level.setAttribute('role', 'meter')
    this.#level.setAttribute('aria-valuemin', '0')
    this.#level.setAttribute('aria-valuemax', '100')
    this.#scores = make('ul', 'scores')
    this.#scores.setAttribute('role', 'list')
    this.#note = make('p', 'note')
    this.#note.setAttribute('role', 'alert')
    const top = make('div', 'top', this.#now, this.#button)
    const card = make('div', 'card', top, this.#level, this.#scores, this.#note)
    card.part.add('card')
    this.#button.part.add('button')
    this.#now.part.add('emotion')
    root.append(card)
    this.#session.subscribe(() => this.#show())
  }

  connectedCallback(): void {
    clearTimeout(this.#removal)
    this.#show()
  }

  disconnectedCallback(): void {
    // Frameworks move elements by taking them out and putting them back at once.
    this.#removal = setTimeout(() => void this.#session.dispose())
  }

  /** Other texts, such as another language's; what is left out stays English. */
  get texts(): Readonly<Record<string, string>> {
    return this.#texts
  }

  set texts(texts: Readonly<Record<string, string>>) {
    this.#texts = { ...meterTexts, ...texts }
    this.#rows.clear()
    this.#show()
  }

  /** What is shown. */
  get snapshot(): LiveSnapshot {
    return this.#session.snapshot
  }

  /** As the button: for a click, or browsers may not let it. What goes wrong is shown. */
  start(): Promise<void> {
    return this.#session.start()
  }

  stop(): Promise<void> {
    return this.#session.stop()
  }

  #isOn() {
    const { state } = this.#session.snapshot
    return state !== 'idle' && state !== 'failed'
  }

  #allOptions(): LiveSessionOptions {
    const tell = (name: string, detail: unknown) =>
      this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }))
    const attribute = (name: string) => this.getAttribute(name) ?? undefined
    const { onEmotion, onSpeech, onLevel, onState, ...options } = this.options
    return {
      assets: attribute('assets'),
      model: attribute('model'),
      deviceId: attribute('device-id'),
      ...options,
      onEmotion: (event) => {
        onEmotion?.(event)
        tell('emotion', event)
      },
      onSpeech: (event) => {
        onSpeech?.(event)
        tell('speech', event)
      },
      onLevel: (event) => {
        onLevel?.(event)
        if (this.#isOn()) this.#showLevel(event.rms)
      },
      onState: (event) => {
        onState?.(event)
        tell('state', event)
      },
    }
  }

  #text(name: string) {
    return this.#texts[name] ?? name
  }

  #show() {
    const { state, loaded, heard, error } = this.#session.snapshot
    const on = this.#isOn()
    this.#button.textContent = this.#text(on ? 'stop' : 'listen')
    this.#button.setAttribute('aria-pressed', `${on}`)
    this.#level.setAttribute('aria-label', this.#text('level'))
    this.#scores.setAttribute('aria-label', this.#text('scores'))
    const emotion = state === 'listening' ? heard?.emotion : undefined
    const said = emotion ?? (state === 'listening' && heard ? 'silence' : state)
    const percent = state === 'loading' && loaded > 0 ? ` ${Math.round(100 * loaded)} %` : ''
    const now = `${this.#text(said)}${percent}`
    // Screen readers read each change of it.
    if (this.#shown !== now) this.#now.textContent = now
    this.#shown = now
    this.#now.classList.toggle('none', !emotion)
    this.#note.textContent = error?.message ?? ''
    this.#note.classList.toggle('error', error !== undefined)
    if (!on) this.#showLevel(0)
    this.#showScores(on ? heard?.scores : undefined, emotion)
  }

  #showLevel(rms: number) {
    this.#levelFill.style.setProperty('--share', `${share(rms)}`)
    this.#level.setAttribute('aria-valuenow', `${Math.round(100 * share(rms))}`)
  }

  #showScores(
    scores: Record<string, number> | null | undefined,
    emotion: string | null | undefined,
  ) {
    const { labels } = this.#session
    if (this.#rows.size !== labels.length) this.#makeRows(labels)
    for (const [label, { row, fill, value }] of this.#rows) {
      const score = scores?.[label]
      fill.style.setProperty('--share', `${score ?? 0}`)
      value.textContent = score === undefined ? '' : `${Math.round(100 * score)} %`
      row.classList.toggle('first', label === emotion)
    }
  }

  #makeRows(labels: readonly string[]) {
    this.#rows = new Map(
      labels.map((label) => {
        const fill = make('div', 'fill')
        tint(fill, label, labels)
        const track = make('div', 'track', fill)
        track.setAttribute('aria-hidden', 'true')
        const value = make('span', 'value')
        const row = make('li', '', make('span', '', this.#text(label)), track, value)
        return [label, { row, fill, value }]
      }),
    )
    this.#scores.replaceChildren(...[...this.#rows.values()].map(({ row }) => row))
  }
}

if (globalThis.customElements && !customElements.get('undertone-meter')) {
  customElements.define('undertone-meter', UndertoneMeter)
}

declare global {
  interface HTMLElementTagNameMap {
    'undertone-meter': UndertoneMeter
  }
}
