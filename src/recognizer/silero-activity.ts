import { SILERO_FRAME, type Silero } from '../model/silero.ts'
import { SpeechFrames, type VoiceDetector } from './speech-frames.ts'

/** From which probability a frame is speech, as its authors have it. */
const THRESHOLD = 0.5

const HOP = SILERO_FRAME / 16000
const rules = {
  hop: HOP,
  delay: HOP,
  // 64 ms.
  onset: 2,
  // 0.5 s.
  hangover: 16,
  // 0.3 s.
  enough: 9,
}

/** Tells where there is speech by Silero's network, as `VoiceActivity` does by its own. */
export class SileroActivity implements VoiceDetector {
  readonly delay = HOP
  readonly #hear: (frame: Float32Array) => Promise<number>
  readonly #frames: SpeechFrames
  readonly #frame = new Float32Array(SILERO_FRAME)
  #filled = 0

  /** @param report called when speech begins and ends, as of `VoiceActivity` */
  constructor(silero: Silero, report: (speech: boolean, time: number) => void = () => {}) {
    this.#hear = silero.voice()
    this.#frames = new SpeechFrames(rules, report)
  }

  /** @param samples mono, 16 kHz */
  async push(samples: Float32Array): Promise<void> {
    for (let at = 0; at < samples.length; ) {
      const some = samples.subarray(at, at + SILERO_FRAME - this.#filled)
      this.#frame.set(some, this.#filled)
      this.#filled += some.length
      at += some.length
      if (this.#filled < SILERO_FRAME) return
      this.#filled = 0
      this.#frames.push((await this.#hear(this.#frame)) > THRESHOLD)
    }
  }

  end(time: number): void {
    this.#frames.end(time)
  }

  hears(start: number, end: number): boolean {
    return this.#frames.hears(start, end)
  }
}
