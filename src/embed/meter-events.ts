import type { StateEvent } from '../recognizer/listen-types.ts'
import type { EmotionEvent, SpeechEvent } from '../recognizer/stream-types.ts'

/** What `<undertone-meter>` tells, by event; these bubble. */
export interface UndertoneMeterEventMap extends HTMLElementEventMap {
  emotion: CustomEvent<EmotionEvent>
  speech: CustomEvent<SpeechEvent>
  state: CustomEvent<StateEvent>
}

/** An element that has these events. */
export interface MeterElement extends HTMLElement {
  addEventListener<Name extends keyof UndertoneMeterEventMap>(
    type: Name,
    listener: (this: this, event: UndertoneMeterEventMap[Name]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void
  removeEventListener<Name extends keyof UndertoneMeterEventMap>(
    type: Name,
    listener: (this: this, event: UndertoneMeterEventMap[Name]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | EventListenerOptions,
  ): void
}
