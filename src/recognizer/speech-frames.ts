/** How a detector's frames become speech. */
export interface FrameRules {
  /** From one frame to the next, seconds. */
  hop: number
  /** How far behind the samples the frames are, seconds, at most. */
  delay: number
  /** Frames of speech, one after the other, that begin an utterance. */
  onset: number
  /** Frames without speech that end one. */
  hangover: number
  /** Frames of speech that a window needs. */
  enough: number
}

/** The share of frames that does for a window too short for `enough`. */
const SHARE = 0.25

/** Tells where there is speech. */
export interface VoiceDetector {
  /** Frames are told so late at most, seconds. */
  readonly delay: number
  /**
   * @param samples mono, at the rate that it was made for
   * @returns resolved once they are heard, where that takes waiting
   */
  push(samples: Float32Array): Promise<void> | undefined
  /** Speech that goes on ends here, at this time. */
  end(time: number): void
  /**
   * Whether there is enough speech in a stretch to speak of an emotion. What was asked before its
   * start is forgotten, so ask in order.
   * @param start seconds since the first sample
   * @param end seconds; all samples up to it have been pushed
   */
  hears(start: number, end: number): boolean
}

/** Frames with speech and without, as a detector tells them one after the other. */
export class SpeechFrames {
  readonly #rules: FrameRules
  readonly #report: (speech: boolean, time: number) => void
  /** Of each frame since `#first`, whether it is speech. */
  #frames: boolean[] = []
  #first = 0
  #speaking = false
  #run = 0

  /**
   * @param report called when speech begins and ends, with the time of the frame that did it,
   * seconds since the first sample
   */
  constructor(rules: FrameRules, report: (speech: boolean, time: number) => void) {
    this.#rules = rules
    this.#report = report
  }

  push(speech: boolean): void {
    const { hop, hangover, onset } = this.#rules
    // To the microsecond: 239 frames of 16 ms are not 3.8240000000000003 s.
    const time = Math.round((this.#first + this.#frames.length) * hop * 1e6) / 1e6
    this.#frames.push(speech)
    this.#run = speech === this.#speaking ? 0 : this.#run + 1
    if (this.#run < (this.#speaking ? hangover : onset)) return
    this.#run = 0
    this.#speaking = speech
    this.#report(speech, time)
  }

  end(time: number): void {
    if (this.#speaking) this.#report(false, time)
    this.#speaking = false
  }

  hears(start: number, end: number): boolean {
    const { hop, delay, enough } = this.#rules
    const from = Math.ceil(start / hop)
    // Never more than are there, however the samples were cut.
    const to = Math.floor((end - delay) / hop)
    const gone = Math.max(0, from - this.#first)
    this.#frames.splice(0, gone)
    this.#first += gone
    const frames = this.#frames.slice(0, Math.max(0, to - this.#first))
    const count = frames.filter(Boolean).length
    return count >= Math.max(1, Math.min(enough, SHARE * frames.length))
  }
}
