/**
 * Runs in an AudioWorklet: mixes what comes in to one channel and sends it on, some milliseconds
 * at a time. A bundle of its own, without imports.
 * @module
 */
export {}

// What the global scope of a worklet has; TypeScript's DOM types leave it out.
declare class AudioWorkletProcessor {
  readonly port: MessagePort
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void

/** Samples a message, 43 ms at 48 kHz: messages take more of a processor than what is done with them. */
const LENGTH = 2048

class Microphone extends AudioWorkletProcessor {
  #block = new Float32Array(LENGTH)
  #filled = 0
  #stopped = false

  constructor() {
    super()
    // What has not filled a block is sent too, then word that this was all.
    this.port.onmessage = () => {
      this.#stopped = true
      this.#send()
      this.port.postMessage(null)
    }
  }

  process([channels]: Float32Array[][]): boolean {
    if (this.#stopped) return false
    // Nothing is connected, or it is paused: no sound, rather than no time.
    const count = channels?.length ?? 0
    const length = channels?.[0]?.length ?? 128
    for (let n = 0; n < length; n++) {
      let sum = 0
      for (let channel = 0; channel < count; channel++) sum += channels?.[channel]?.[n] ?? 0
      this.#block[this.#filled] = count === 0 ? 0 : sum / count
      this.#filled += 1
      if (this.#filled === LENGTH) this.#send()
    }
    return true
  }

  #send() {
    const samples = this.#block.slice(0, this.#filled)
    this.port.postMessage(samples, [samples.buffer])
    this.#filled = 0
  }
}

registerProcessor('undertone-microphone', Microphone)
