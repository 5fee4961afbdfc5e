import { UndertoneError } from '../error.ts'
import { clampTopDb, type Features, relativeToMax } from './features.ts'
import { type FrontEndLoading, instantiate, type Kernels, loadModule } from './module.ts'
import { checkSamples, notFinite, type SampleOptions, zeroNonFinite } from './samples.ts'
import { type FrontEndSettings, resolveSettings } from './settings.ts'

export interface FrontEndOptions extends FrontEndLoading, SampleOptions {}

/** What only a whole clip allows. */
export interface ClipOptions {
  /** Range below the clip's loudest value to keep, dB: `top_db` of `librosa.power_to_db`. */
  topDb?: number
  /** `max`: the clip's loudest value is 0 dB, instead of the setting `ref`. */
  ref?: 'max'
}

/**
 * Makes a front end: samples in, log-mel or MFCC out, as librosa 0.11 computes them. Each has a
 * WebAssembly instance of its own; the module is compiled once.
 *
 * @example
 * const mfcc = await createFrontEnd({ feature: 'mfcc', nMfcc: 13 })
 * const { data, frames, bins } = mfcc.compute(samples) // 16 kHz, mono
 *
 * @param settings what differs from the defaults, `defaultFrontEndSettings`
 * @throws {UndertoneError} `settings-invalid`, `asset-missing`, `asset-corrupt`, `aborted`
 */
export async function createFrontEnd(
  settings: Partial<FrontEndSettings> = {},
  options: FrontEndOptions = {},
): Promise<FrontEnd> {
  const resolved = resolveSettings(settings)
  return new FrontEnd(await loadModule(options), resolved, options)
}

/** Where a stream stands. What it holds of samples lies in the instance while it is the owner. */
interface Progress {
  /** Samples taken. */
  samples: number
  /** Frames given. */
  frames: number
  /** Its samples, while another stream has the instance. */
  pending: Pending | undefined
}

interface Pending {
  samples: Float32Array
  next: number
}

const begin = (): Progress => ({ samples: 0, frames: 0, pending: undefined })

/** Made by {@link createFrontEnd}, or at once from a compiled module, as a worklet has to. */
export class FrontEnd {
  readonly settings: Readonly<Required<FrontEndSettings>>
  /** Values a frame: `nMels` or `nMfcc`. */
  readonly bins: number
  readonly #kernels: Kernels
  readonly #heap: Float32Array<ArrayBuffer>
  readonly #zero: boolean
  readonly #chunk: number
  #owner: Progress | undefined

  /** @throws {UndertoneError} `settings-invalid` */
  constructor(
    module: WebAssembly.Module,
    settings: Partial<FrontEndSettings> = {},
    options: SampleOptions = {},
  ) {
    const s = resolveSettings(settings)
    this.settings = Object.freeze(s)
    this.bins = s.feature === 'mfcc' ? s.nMfcc : s.nMels
    this.#zero = zeroNonFinite(options)
    // some 32 frames at a time stay in the cache
    this.#chunk = Math.min(16384, Math.max(128, 32 * s.hopLength))
    this.#kernels = instantiate(module)
    this.#kernels.configure(
      s.sampleRate,
      s.nFft,
      s.winLength,
      s.hopLength,
      s.nMels,
      s.fMin,
      s.fMax,
      s.nMfcc,
      s.center,
      s.ref,
      s.amin,
      this.#chunk,
    )
    // the memory does not grow any more, so the view stays valid
    this.#heap = new Float32Array(this.#kernels.memory.buffer as ArrayBuffer)
  }

  /**
   * Features of a whole clip: for centred frames 1 + floor(samples / hopLength) of them, as in
   * librosa, so one even for no samples.
   * @param samples mono, at `settings.sampleRate`, -1 to 1
   * @param clip what needs the whole clip
   * @throws {UndertoneError} `audio-not-finite`, `settings-invalid`
   */
  compute(samples: Float32Array, clip: ClipOptions = {}): Features {
    checkSamples(samples)
    if (clip.ref !== undefined && clip.ref !== 'max') {
      throw new UndertoneError('settings-invalid', `ref is ${clip.ref}; a clip's can be 'max'.`)
    }
    const whole = clip.topDb !== undefined || clip.ref !== undefined
    const cepstral = this.settings.feature === 'mfcc'
    if (!whole) return this.#all(samples, cepstral)
    let logMel = this.#all(samples, false)
    if (clip.ref !== undefined) logMel = relativeToMax(logMel)
    if (clip.topDb !== undefined) logMel = clampTopDb(logMel, clip.topDb)
    return cepstral ? this.#cepstra(logMel) : logMel
  }

  /**
   * Features of samples that come bit by bit. Frames are the same as {@link compute} gives for
   * all samples at once, bit for bit, however they are cut. Any number of streams may be open.
   */
  stream(): FrontEndStream {
    let progress = begin()
    let ended = false
    const open = () => {
      if (ended) {
        throw new UndertoneError('stream-ended', 'The stream was flushed; reset() starts anew.')
      }
    }
    return {
      push: (samples) => {
        open()
        checkSamples(samples)
        return this.#push(progress, samples)
      },
      flush: () => {
        open()
        ended = true
        return this.#flush(progress)
      },
      reset: () => {
        progress = begin()
        ended = false
      },
    }
  }

  #all(samples: Float32Array, cepstral: boolean): Features {
    const progress = begin()
    const frames = this.#framesOf(samples.length)
    const bins = cepstral ? this.settings.nMfcc : this.settings.nMels
    const data = new Float32Array(frames * bins)
    const end = this.#feed(progress, samples, samples.length, cepstral, data, 0, false)
    this.#feed(progress, undefined, this.#padding(progress), cepstral, data, end, true)
    this.#owner = undefined
    return { data, frames, bins }
  }

  #push(progress: Progress, samples: Float32Array): Features {
    this.#activate(progress)
    // samples that go in at once are refused as one; of more, some may have gone in already
    const before = samples.length > this.#chunk && !this.#zero ? this.#pending() : undefined
    const { frames: given } = progress
    const frames = this.#complete(progress.samples + samples.length) - given
    const data = new Float32Array(frames * this.bins)
    try {
      const cepstral = this.settings.feature === 'mfcc'
      this.#feed(progress, samples, samples.length, cepstral, data, 0, true)
    } catch (error) {
      if (before !== undefined) {
        progress.frames = given
        progress.pending = before
        this.#owner = undefined
      }
      throw error
    }
    return { data, frames, bins: this.bins }
  }

  #flush(progress: Progress): Features {
    const frames = this.#framesOf(progress.samples) - progress.frames
    const data = new Float32Array(frames * this.bins)
    const cepstral = this.settings.feature === 'mfcc'
    this.#feed(progress, undefined, this.#padding(progress), cepstral, data, 0, true)
    return { data, frames, bins: this.bins }
  }

  /** Frames of a clip of so many samples. */
  #framesOf(samples: number): number {
    const { center, hopLength } = this.settings
    return center ? 1 + Math.floor(samples / hopLength) : this.#complete(samples)
  }

  /** Frames that so many samples complete. */
  #complete(samples: number): number {
    const { center, nFft, hopLength } = this.settings
    const beyond = samples - (center ? nFft / 2 : nFft)
    return beyond < 0 ? 0 : 1 + Math.floor(beyond / hopLength)
  }

  /** Zeros that the last frames of a clip still need. */
  #padding({ samples }: Progress): number {
    const { center, nFft, hopLength } = this.settings
    if (!center) return 0
    return Math.max(0, Math.floor(samples / hopLength) * hopLength + nFft / 2 - samples)
  }

  /**
   * Feeds `count` samples, zeros where there are none, and writes the frames they complete.
   * @param settle computes every complete frame; else up to three may wait for their fourth
   * @returns where in `data` to go on
   */
  #feed(
    progress: Progress,
    samples: Float32Array | undefined,
    count: number,
    cepstral: boolean,
    data: Float32Array,
    offset: number,
    settle: boolean,
  ): number {
    this.#activate(progress)
    const kernels = this.#kernels
    const heap = this.#heap
    const bins = cepstral ? this.settings.nMfcc : this.settings.nMels
    const output = kernels.outputAt() >> 2
    let end = offset
    let at = 0
    do {
      const length = Math.min(this.#chunk, count - at)
      const to = kernels.writeAt(length) >> 2
      if (samples === undefined) heap.fill(0, to, to + length)
      else heap.set(length === samples.length ? samples : samples.subarray(at, at + length), to)
      at += length
      const frames = kernels.push(length, cepstral, this.#zero, settle && at === count)
      if (frames < 0) throw notFinite()
      data.set(heap.subarray(output, output + frames * bins), end)
      end += frames * bins
      progress.frames += frames
    } while (at < count)
    if (samples !== undefined) progress.samples += count
    return end
  }

  /** Gives the instance's sample buffer to a stream. */
  #activate(progress: Progress): void {
    if (this.#owner === progress) return
    if (this.#owner !== undefined) this.#owner.pending = this.#pending()
    const kernels = this.#kernels
    kernels.reset()
    if (progress.pending !== undefined) {
      const { samples, next } = progress.pending
      this.#heap.set(samples, kernels.pendingAt() >> 2)
      kernels.restorePending(samples.length, next)
      progress.pending = undefined
    }
    this.#owner = progress
  }

  /** The samples that the owner still needs. */
  #pending(): Pending {
    const at = this.#kernels.pendingAt() >> 2
    const count = this.#kernels.pendingCount()
    return { samples: this.#heap.slice(at, at + count), next: this.#kernels.pendingNext() }
  }

  #cepstra(logMel: Features): Features {
    const kernels = this.#kernels
    const heap = this.#heap
    const output = kernels.outputAt() >> 2
    const { nMels, nMfcc } = this.settings
    const data = new Float32Array(logMel.frames * nMfcc)
    for (let frame = 0; frame < logMel.frames; frame += 4) {
      const count = Math.min(4, logMel.frames - frame)
      heap.set(logMel.data.subarray(frame * nMels, (frame + count) * nMels), output)
      kernels.cepstra(count)
      data.set(heap.subarray(output, output + count * nMfcc), frame * nMfcc)
    }
    return { data, frames: logMel.frames, bins: nMfcc }
  }
}

/** Features of samples as they come; made by {@link FrontEnd.stream}. */
export interface FrontEndStream {
  /**
   * Takes samples in and gives the frames that they complete, often none.
   * @throws {UndertoneError} `audio-not-finite`, and the stream stays as it was;
   *   `stream-ended` after flush()
   */
  push(samples: Float32Array): Features
  /** The frames that reach beyond the last sample. The stream is over until reset(). */
  flush(): Features
  /** Starts anew, as if nothing had been pushed. */
  reset(): void
}
