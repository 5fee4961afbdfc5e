import { SpeechFrames, type VoiceDetector } from './speech-frames.ts'
import { VoiceContext } from './voice-context.ts'
import { VOICE_DELAY, VOICE_HOP, VoiceFeatures } from './voice-features.ts'
import { hiddenBias, hiddenWeights, outputBias, outputWeights } from './voice-weights.ts'

/** Log odds from which a frame is speech: above even, since a false alarm is worse than a syllable missed. */
const THRESHOLD = 2.5
/** Quieter frames, dBFS, are silence whatever their shape. */
const FAINTEST = -90
/** The first frames of all, 0.2 s, are seen with too little before them to tell. */
const WARM_UP = 12
const rules = {
  hop: VOICE_HOP,
  delay: VOICE_DELAY,
  // 64 ms.
  onset: 4,
  // 0.5 s, longer than pauses between words.
  hangover: 31,
  // 0.3 s.
  enough: 18,
}

/**
 * Tells where there is speech: a network of one hidden layer on features of 16 ms frames and their
 * last 0.8 s. `npm run fit:voice` fitted it to speech of CREMA-D (ODbL 1.0) and EMO-DB, noise of
 * ESC-10 (CC BY 3.0) and made-up tones; `npm run bench:voice` measures it beside Silero's.
 */
export class VoiceActivity implements VoiceDetector {
  readonly delay = VOICE_DELAY
  readonly #features: VoiceFeatures
  readonly #context = new VoiceContext()
  readonly #frames: SpeechFrames
  #seen = 0

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
    this.#frames = new SpeechFrames(rules, report)
  }

  push(samples: Float32Array): undefined {
    this.#features.push(samples, (row, level) => {
      const odds = logOdds(this.#context.push(row))
      this.#seen += 1
      this.#frames.push(odds > THRESHOLD && level > FAINTEST && this.#seen > WARM_UP)
    })
  }

  end(time: number): void {
    this.#frames.end(time)
  }

  hears(start: number, end: number): boolean {
    return this.#frames.hears(start, end)
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
