import type { UndertoneError } from '../error.ts'
import type { Channel } from './channel.ts'

/** Workers that may be lost one after the other, none of which has answered anything. */
const MOST_LOST = 3

type Start = (onLost: (error: UndertoneError) => void) => Promise<Channel>

/** A worker, and another one when it is lost. */
export class Connection {
  readonly #start: Start
  readonly #listeners = new Set<(error: UndertoneError) => void>()
  #channel: Channel | undefined
  #opening: Promise<Channel> | undefined
  #lost = 0
  #ended: UndertoneError | undefined

  constructor(start: Start) {
    this.#start = start
  }

  /** The channel to a worker that is there. */
  get channel(): Channel | undefined {
    return this.#channel
  }

  /**
   * The channel to a worker, started if there is none.
   * @throws {UndertoneError} what starting it throws; what ended too many, one after the other
   */
  open(): Promise<Channel> {
    if (this.#ended) return Promise.reject(this.#ended)
    this.#opening ??= this.#start((error) => this.#lose(error)).then(
      async (channel) => {
        if (this.#ended) {
          channel.end(this.#ended)
          throw this.#ended
        }
        this.#channel = channel
        return channel
      },
      (error) => {
        this.#opening = undefined
        throw error
      },
    )
    return this.#opening
  }

  /** Notes that a worker has answered. */
  answered(): void {
    this.#lost = 0
  }

  /** @returns what ends the subscription */
  onLost(listener: (error: UndertoneError) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #lose(error: UndertoneError) {
    this.#channel = undefined
    this.#opening = undefined
    this.#lost += 1
    if (this.#lost > MOST_LOST) this.#ended = error
    for (const listener of [...this.#listeners]) listener(error)
  }

  /** For good. */
  end(error: UndertoneError): void {
    this.#ended = error
    this.#channel?.end(error)
    this.#channel = undefined
    this.#listeners.clear()
  }
}
