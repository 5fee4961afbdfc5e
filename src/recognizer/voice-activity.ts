import { VoiceContext } from './voice-context.ts'
import { VOICE_DELAY, VOICE_HOP, VoiceFeatures } from './voice-features.ts'
import { hiddenBias, hiddenWeights, outputBias, outputWeights } from './voice-weights.ts'

/** Log odds from which a frame is speech: above even, since a false alarm is worse than a syllable missed. */
const THRESHOLD = 2.5
/** Quieter frames, dBFS, are silence whatever their shape. */
const FAINTEST = -90
/** The first frames of all, 0.2 s, are seen with too little before them to tell. */
const WARM_UP = 12
/** Frames of speech, one after the other, that begin an utterance: 64 ms. */
const ONSET = 4
/** Frames without speech that end one: 0.5 s, longer than pauses between words. */
const HANGOVER = 31
/** Frames of speech that a window needs, 0.3 s, and the share that does for a short one. */
const ENOUGH = 18
const SHARE = 0.25

/**
 * Tells where there is speech: a network of one hidden layer on features of 16 ms frames and their
 * last 0.8 s. `npm run fit:voice` fitted it to speech of CREMA-D (ODbL 1.0) and EMO-DB, noise of
 * ESC-10 (CC BY 3.0) and made-up tones; `npm run bench:voice` measures it beside Silero's.
 */
export class VoiceActivity {
  readonly #features: VoiceFeatures
  readonly #context = new VoiceContext()
  readonly #report: (speech: boolean, time: number) => void
  /** Of each frame since `#first`, whether it is speech. */
  #frames: boolean[] = []
  #first = 0
  #seen = 0
  #speaking = false
  #run = 0

  /**
   * @param sampleRate of the samples, Hz
   * @param report called when speech begins and ends, with the time of the frame that did it,
   * seconds since the first sample
   */
  constructor(
    wasm: WebAssembly.Module,
    sampleRate: number,
    report: (speech: boolean, time: number) => void = () => {},
  ) {
    this.#features = new VoiceFeatures(wasm, sampleRate)
    this.#report = report
  }

  /** @param samples mono */
  push(samples: Float32Array): void {
    this.#features.push(samples, (row, level) => {
      const odds = logOdds(this.#context.push(row))
      this.#seen += 1
      this.#take(odds > THRESHOLD && level > FAINTEST && this.#seen > WARM_UP)
    })
  }

  #take(speech: boolean) {
    const time = (this.#first + this.#frames.length) * VOICE_HOP
    this.#frames.push(speech)
    this.#run = speech === this.#speaking ? 0 : this.#run + 1
    if (this.#run < (this.#speaking ? HANGOVER : ONSET)) return
    this.#run = 0
    this.#speaking = speech
    this.#report(speech, time)
  }

  /** Speech that goes on ends here, at this time. */
  end(time: number): void {
    if (this.#speaking) this.#report(false, time)
    this.#speaking = false
  }

  /**
   * Whether there is enough speech in a stretch to speak of an emotion. What was asked before its
   * start is forgotten, so ask in order.
   * @param start seconds since the first sample
   * @param end seconds; all samples up to it have been pushed
   */
  hears(start: number, end: number): boolean {
    const from = Math.ceil(start / VOICE_HOP)
    // Never more than are there, however the samples were cut.
    const to = Math.floor((end - VOICE_DELAY) / VOICE_HOP)
    const gone = Math.max(0, from - this.#first)
    this.#frames.splice(0, gone)
    this.#first += gone
    const frames = this.#frames.slice(0, Math.max(0, to - this.#first))
    const count = frames.filter(Boolean).length
    return count >= Math.max(1, Math.min(ENOUGH, SHARE * frames.length))
  }
}

/** The network: of a frame with its context, the log odds that it is speech. */
function logOdds(values: Float64Array): number {
  let odds = outputBias
  for (const [unit, weights] of hiddenWeights.entries()) {
    let sum = hiddenBias[unit] as number
    for (const [n, weight] of weights.entries()) sum += weight * (values[n] as number)
    if (sum > 0) odds += sum * (outputWeights[unit] as number)
  }
  return odds
}
