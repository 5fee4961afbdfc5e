import { FrontEnd, type FrontEndStream, Resampler } from '../frontend/index.ts'

/** Rate of the spectral features, Hz. */
const RATE = 16000
/** Rate of what is searched for a pitch, Hz: its band holds the fundamental and some harmonics. */
const PITCH_RATE = 4000
/** From one frame to the next, seconds. */
export const VOICE_HOP = 0.016
/**
 * How far behind the samples the frames are, seconds, at most: two resamplers' filters and a frame
 * of the search for a pitch.
 */
export const VOICE_DELAY = 0.096
/** Values a frame. */
export const VOICE_BINS = 12

const HOP = RATE * VOICE_HOP
const BANDS = 24
const PITCH_HOP = PITCH_RATE * VOICE_HOP
const PITCH_FRAME = 160
/** Periods of 500 and 70 Hz, samples. */
const SHORTEST = 8
const LONGEST = 57
/** Speech is never steady for so long: how quiet it got in these frames, 2 s, is its background. */
const FLOOR_FRAMES = 125

/**
 * What tells speech from other sounds, frame by frame, whatever the level: how periodic it is, how
 * far above its background, the shape of its spectrum and how fast that changes. Frames are the
 * same however the samples are cut.
 */
export class VoiceFeatures {
  readonly #resampler: Resampler | undefined
  readonly #spectra: FrontEndStream
  readonly #bins: number
  readonly #toPitchRate: Resampler
  readonly #pitch = new PitchSearch()
  readonly #pitchFloor = new Floor()
  readonly #levelFloor = new Floor()
  readonly #row = new Float64Array(VOICE_BINS)
  #spectrumRows: Float32Array[] = []
  #pitchRows: Pitch[] = []
  #lastLag = 0
  #lastLevel = Number.NaN
  /** Spectra of the last three frames. */
  #before: Float32Array[] = []

  /** @param sampleRate of the samples, Hz */
  constructor(wasm: WebAssembly.Module, sampleRate: number) {
    if (sampleRate !== RATE) this.#resampler = new Resampler(wasm, { from: sampleRate, to: RATE })
    const feature = ['log-mel', 'flatness', 'rms'] as const
    const settings = {
      feature,
      sampleRate: RATE,
      nFft: 512,
      hopLength: HOP,
      nMels: BANDS,
      amin: 1e-14,
    }
    const frontEnd = new FrontEnd(wasm, settings)
    this.#spectra = frontEnd.stream()
    this.#bins = frontEnd.bins
    this.#toPitchRate = new Resampler(wasm, { from: RATE, to: PITCH_RATE })
  }

  /**
   * @param samples mono
   * @param take called for each frame that these complete, with values that it must not keep, and
   * the level, dBFS
   */
  push(samples: Float32Array, take: (row: Float64Array, level: number) => void): void {
    const at16k = this.#resampler ? this.#resampler.push(samples) : samples
    const { data, frames } = this.#spectra.push(at16k)
    for (let frame = 0; frame < frames; frame++) {
      this.#spectrumRows.push(data.slice(frame * this.#bins, (frame + 1) * this.#bins))
    }
    this.#pitch.push(this.#toPitchRate.push(at16k), this.#pitchRows)
    const complete = Math.min(this.#spectrumRows.length, this.#pitchRows.length)
    for (let frame = 0; frame < complete; frame++) {
      const level = this.#describe(
        this.#spectrumRows[frame] as Float32Array,
        this.#pitchRows[frame] as Pitch,
      )
      take(this.#row, level)
    }
    this.#spectrumRows = this.#spectrumRows.slice(complete)
    this.#pitchRows = this.#pitchRows.slice(complete)
  }

  #describe(spectrum: Float32Array, { periodicity, valley, lag, energy }: Pitch): number {
    const third = BANDS / 3
    const low = mean(spectrum, 0, third)
    const middle = mean(spectrum, third, 2 * third)
    const high = mean(spectrum, 2 * third, BANDS)
    const level = 20 * Math.log10((spectrum[BANDS + 1] as number) + 1e-6)
    const slope = this.#before.length === 0 ? 0 : Math.abs(level - this.#lastLevel)
    const jump = this.#lastLag === 0 ? 0 : Math.abs(Math.log2(lag / this.#lastLag))
    this.#row.set([
      periodicity,
      valley,
      Math.min(0.5, jump),
      within40(energy - this.#pitchFloor.push(energy)),
      within40(level - this.#levelFloor.push(level)),
      low - middle,
      middle - high,
      Math.log((spectrum[BANDS] as number) + 1e-6),
      peakiness(spectrum),
      distance(spectrum, this.#before.at(-1)),
      distance(spectrum, this.#before.length === 3 ? this.#before[0] : undefined),
      slope,
    ])
    this.#lastLag = lag
    this.#lastLevel = level
    this.#before.push(spectrum)
    if (this.#before.length > 3) this.#before.shift()
    return level
  }
}

const within40 = (decibels: number) => Math.min(40, Math.max(0, decibels))

function mean(values: Float32Array, from: number, to: number): number {
  let sum = 0
  for (let n = from; n < to; n++) sum += values[n] as number
  return sum / (to - from)
}

/** Mean step from one band to the next, dB: harmonics and formants make it large. */
function peakiness(spectrum: Float32Array): number {
  let sum = 0
  for (let n = 1; n < BANDS; n++) {
    sum += Math.abs((spectrum[n] as number) - (spectrum[n - 1] as number))
  }
  return sum / (BANDS - 1)
}

/** Mean change of a band, dB. */
function distance(spectrum: Float32Array, before: Float32Array | undefined): number {
  if (!before) return 0
  let sum = 0
  for (let n = 0; n < BANDS; n++) sum += Math.abs((spectrum[n] as number) - (before[n] as number))
  return sum / BANDS
}

/** The lowest of the last frames. */
class Floor {
  readonly #last: number[] = []

  /** Takes a level in. */
  push(level: number): number {
    this.#last.push(level)
    if (this.#last.length > FLOOR_FRAMES) this.#last.shift()
    let lowest = level
    for (const other of this.#last) if (other < lowest) lowest = other
    return lowest
  }
}

interface Pitch {
  /** Normalised cross-correlation of the frame with itself one period on, −1…1. */
  periodicity: number
  /** Its lowest value at lags below the period. */
  valley: number
  /** The period, samples; not whole. */
  lag: number
  /** dBFS. */
  energy: number
}

/**
 * Searches frames of 40 ms for a period: the normalised cross-correlation of David Talkin, "A
 * robust algorithm for pitch tracking (RAPT)", 1995, and of its peaks the first that is nearly the
 * highest.
 */
class PitchSearch {
  readonly #highPass = new HighPass()
  readonly #buffer = new Float64Array(4096)
  #held = 0
  readonly #correlation = new Float64Array(LONGEST + 1)

  /** @param rows where the frames go that these samples complete */
  push(samples: Float32Array, rows: Pitch[]): void {
    for (let n = 0; n < samples.length; n++) {
      this.#buffer[this.#held] = this.#highPass.next(samples[n] as number)
      this.#held += 1
      if (this.#held < PITCH_FRAME + LONGEST) continue
      rows.push(this.#search())
      this.#buffer.copyWithin(0, PITCH_HOP, this.#held)
      this.#held -= PITCH_HOP
    }
  }

  #search(): Pitch {
    const x = this.#buffer
    const r = this.#correlation
    let own = 0
    for (let n = 0; n < PITCH_FRAME; n++) own += (x[n] as number) ** 2
    let shifted = own
    r[0] = 1
    for (let lag = 1; lag <= LONGEST; lag++) {
      shifted += (x[lag + PITCH_FRAME - 1] as number) ** 2 - (x[lag - 1] as number) ** 2
      let sum = 0
      for (let n = 0; n < PITCH_FRAME; n++) sum += (x[n] as number) * (x[n + lag] as number)
      r[lag] = sum / Math.sqrt(own * Math.max(0, shifted) + 1e-12)
    }
    const isPeak = (lag: number) => at(lag) > at(lag - 1) && at(lag) >= at(lag + 1)
    const at = (lag: number) => r[lag] as number
    let highest = -1
    for (let lag = SHORTEST; lag < LONGEST; lag++) {
      if (isPeak(lag)) highest = Math.max(highest, at(lag))
    }
    let peak = SHORTEST
    if (highest > 0) while (!isPeak(peak) || at(peak) < 0.87 * highest) peak += 1
    let valley = 1
    for (let lag = 0; lag <= peak; lag++) valley = Math.min(valley, at(lag))
    // The vertex of the parabola through the peak and its neighbours.
    const bend = 2 * (at(peak - 1) - 2 * at(peak) + at(peak + 1)) - 1e-12
    const off = (at(peak - 1) - at(peak + 1)) / bend
    return {
      periodicity: at(peak),
      valley,
      lag: peak + Math.min(0.5, Math.max(-0.5, off)),
      energy: 10 * Math.log10(own / PITCH_FRAME + 1e-12),
    }
  }
}

/** Butterworth of second order from 90 Hz up, at 4 kHz: mains hum and rumble have periods too. */
class HighPass {
  readonly #b0: number
  readonly #a1: number
  readonly #a2: number
  #s1 = 0
  #s2 = 0

  constructor() {
    const k = Math.tan((Math.PI * 90) / PITCH_RATE)
    const a0 = 1 + Math.SQRT2 * k + k * k
    this.#b0 = 1 / a0
    this.#a1 = (2 * (k * k - 1)) / a0
    this.#a2 = (1 - Math.SQRT2 * k + k * k) / a0
  }

  next(x: number): number {
    const y = this.#b0 * x + this.#s1
    this.#s1 = -2 * this.#b0 * x - this.#a1 * y + this.#s2
    this.#s2 = this.#b0 * x - this.#a2 * y
    return y
  }
}
