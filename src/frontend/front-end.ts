import { UndertoneError } from '../error.ts'
import { clampTopDb, type Features, relativeToMax } from './features.ts'
import {
  checkLoading,
  type FrontEndLoading,
  instantiate,
  type Kernels,
  loadModule,
} from './module.ts'
import { checkNames, show, withDefaults } from './options.ts'
import { checkSamples, notFinite, type SampleOptions, zeroNonFinite } from './samples.ts'
import {
  binsOf,
  type FeatureKind,
  type FeatureSettings,
  featureCodes,
  featuresOf,
  resolveSettings,
} from './settings.ts'

const clipNames: readonly (keyof ClipOptions)[] = ['topDb', 'ref']

export interface FrontEndOptions extends FrontEndLoading, SampleOptions {}

/** What only a whole clip allows, and only `log-mel` or `mfcc` alone. */
export interface ClipOptions {
  /** Range below the clip's loudest value to keep, dB: `top_db` of `librosa.power_to_db`. */
  topDb?: number
  /** `max`: the clip's loudest value is 0 dB, instead of the setting `ref`. */
  ref?: 'max'
}

/**
 * Makes a front end: samples in; log-mel, MFCC, chroma, pitch and more out, as librosa 0.11
 * computes them. Each has a WebAssembly instance of its own; the module is compiled once.
 *
 * @example
 * const mfcc = await createFrontEnd({ feature: 'mfcc', nMfcc: 13 })
 * const { data, frames, bins } = mfcc.compute(samples) // 16 kHz, mono
 *
 * @param settings what differs from the defaults, `defaultFrontEndSettings`
 * @throws {UndertoneError} `settings-invalid`, `asset-missing`, `asset-corrupt`, `aborted`
 */
export async function createFrontEnd(
  settings: Partial<FeatureSettings> = {},
  options: FrontEndOptions = {},
): Promise<FrontEnd> {
  const resolved = resolveSettings(settings)
  checkLoading(options, ['nonFinite'], 'createFrontEnd')
  const { nonFinite = 'refuse', ...loading } = options
  const frontEnd = new FrontEnd(await loadModule(loading), resolved, { nonFinite })
  warmUp(frontEnd)
  return frontEnd
}

/**
 * Runs the kernels on about a millisecond's worth of silence: V8 optimises what it has seen run,
 * in the background, and would else take the first seconds of audio for it, at ten times the cost.
 */
function warmUp(frontEnd: FrontEnd): void {
  const { nFft, hopLength } = frontEnd.settings
  frontEnd.compute(new Float32Array(Math.min(65536, Math.ceil(98304 / nFft) * hopLength)))
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
  origin: number
  flux: Float32Array
}

const begin = (): Progress => ({ samples: 0, frames: 0, pending: undefined })

/** Made by {@link createFrontEnd}, or at once from a compiled module, as a worklet has to. */
export class FrontEnd {
  readonly settings: Readonly<Required<FeatureSettings>>
  /** Values a frame, of all features. */
  readonly bins: number
  /** Where each feature's values lie in a frame's. */
  readonly layout: readonly Readonly<{ feature: FeatureKind; offset: number; bins: number }>[]
  readonly #kernels: Kernels
  readonly #heap: Float32Array<ArrayBuffer>
  readonly #zero: boolean
  readonly #chunk: number
  /** What most pushes give: a worklet makes no garbage for it. */
  readonly #nothing: Features
  #owner: Progress | undefined

  /** @throws {UndertoneError} `settings-invalid`, `asset-corrupt` */
  constructor(
    module: WebAssembly.Module,
    settings: Partial<FeatureSettings> = {},
    options: SampleOptions = {},
  ) {
    const s = resolveSettings(settings)
    this.settings = Object.freeze(s)
    let offset = 0
    this.layout = featuresOf(s).map((feature) => {
      const bins = binsOf(feature, s)
      offset += bins
      return Object.freeze({ feature, offset: offset - bins, bins })
    })
    this.bins = offset
    this.#nothing = Object.freeze({ data: new Float32Array(0), frames: 0, bins: offset })
    this.#zero = zeroNonFinite(
      withDefaults(options, { nonFinite: 'refuse' }, 'The options of FrontEnd'),
    )
    // some 64 frames at a time stay in the cache
    this.#chunk = Math.min(32768, Math.max(128, 64 * s.hopLength))
    const kernels = instantiate(module)
    this.#kernels = kernels
    kernels.configure(
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
      s.lifter,
    )
    for (const { feature } of this.layout) {
      const [a, b] = feature === 'f0' ? [s.f0Min, s.f0Max] : [s.tuning, 0]
      kernels.select(featureCodes[feature], a, b)
    }
    kernels.ready(this.#chunk)
    // the memory does not grow any more, so the view stays valid
    this.#heap = new Float32Array(kernels.memory.buffer as ArrayBuffer)
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
    checkNames(clip, clipNames, 'The options of a clip')
    if (clip.ref !== undefined && clip.ref !== 'max') {
      throw new UndertoneError(
        'settings-invalid',
        `ref is ${show(clip.ref)}; a clip's can be 'max'.`,
      )
    }
    if (clip.topDb === undefined && clip.ref === undefined) return this.#all(samples, false)
    const [feature, ...others] = featuresOf(this.settings)
    if (others.length > 0 || (feature !== 'log-mel' && feature !== 'mfcc')) {
      throw new UndertoneError(
        'settings-invalid',
        'topDb and ref of a clip are for log-mel or mfcc alone; compute the others apart.',
      )
    }
    let logMel = this.#all(samples, true)
    if (clip.ref !== undefined) logMel = relativeToMax(logMel)
    if (clip.topDb !== undefined) logMel = clampTopDb(logMel, clip.topDb)
    return feature === 'mfcc' ? this.#cepstra(logMel) : logMel
  }

  /**
   * Features of samples that come bit by bit. Frames are the same as {@link compute} gives for
   * all samples at once, bit for bit, however they are cut. Any number of streams may be open.
   * @throws {UndertoneError} `settings-invalid` for options of a whole clip: no stream has one
   */
  stream(clip: ClipOptions = {}): FrontEndStream {
    checkNames(clip, clipNames, 'The options of a clip')
    for (const [name, value] of Object.entries(clip)) {
      if (value === undefined) continue
      throw new UndertoneError(
        'settings-invalid',
        `A stream cannot take ${name}, since that depends on the whole clip; compute() can.`,
      )
    }
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

  /** @param logMel log-mel instead of the features */
  #all(samples: Float32Array, logMel: boolean): Features {
    const progress = begin()
    const frames = this.#framesOf(samples.length)
    const bins = logMel ? this.settings.nMels : this.bins
    const data = new Float32Array(frames * bins)
    const end = this.#feed(progress, samples, data, logMel, false)
    this.#finish(progress, data, end, logMel)
    this.#owner = undefined
    return { data, frames, bins }
  }

  #push(progress: Progress, samples: Float32Array): Features {
    this.#activate(progress)
    // samples that go in at once are refused as one; of more, some may have gone in already
    const before = samples.length > this.#chunk && !this.#zero ? this.#pending() : undefined
    const { frames: given } = progress
    const frames = this.#complete(progress.samples + samples.length) - given
    const data = frames === 0 ? this.#nothing.data : new Float32Array(frames * this.bins)
    try {
      this.#feed(progress, samples, data, false, true)
    } catch (error) {
      if (before !== undefined) {
        progress.frames = given
        progress.pending = before
        this.#owner = undefined
      }
      throw error
    }
    return frames === 0 ? this.#nothing : { data, frames, bins: this.bins }
  }

  #flush(progress: Progress): Features {
    const frames = this.#framesOf(progress.samples) - progress.frames
    const data = new Float32Array(frames * this.bins)
    this.#finish(progress, data, 0, false)
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
   * Feeds samples and writes the frames they complete to the front of `data`.
   * @param settle computes every complete frame; else some may wait for others, and be faster
   * @returns where in `data` to go on
   */
  #feed(
    progress: Progress,
    samples: Float32Array,
    data: Float32Array,
    logMel: boolean,
    settle: boolean,
  ): number {
    this.#activate(progress)
    const kernels = this.#kernels
    let end = 0
    let at = 0
    do {
      const length = Math.min(this.#chunk, samples.length - at)
      const part = length === samples.length ? samples : samples.subarray(at, at + length)
      this.#heap.set(part, kernels.writeAt(length) >> 2)
      at += length
      const frames = kernels.push(length, logMel, this.#zero, settle && at === samples.length)
      if (frames < 0) throw notFinite()
      end = this.#take(progress, frames, data, end, logMel)
    } while (at < samples.length)
    progress.samples += samples.length
    return end
  }

  /** Feeds the silence that the clip's last frames reach into, and writes them from `end` on. */
  #finish(progress: Progress, data: Float32Array, end: number, logMel: boolean): void {
    this.#activate(progress)
    const kernels = this.#kernels
    let at = end
    let missing = this.#padding(progress)
    do {
      const length = Math.min(this.#chunk, missing)
      kernels.addSilence(length)
      missing -= length
      at = this.#take(progress, kernels.frames(logMel, missing === 0), data, at, logMel)
    } while (missing > 0)
  }

  /** Copies the frames just computed. */
  #take(progress: Progress, frames: number, data: Float32Array, at: number, logMel: boolean) {
    if (frames === 0) return at
    const from = this.#kernels.outputAt() >> 2
    const values = frames * (logMel ? this.settings.nMels : this.bins)
    data.set(this.#heap.subarray(from, from + values), at)
    progress.frames += frames
    return at + values
  }

  /** Gives the instance's sample buffer to a stream. */
  #activate(progress: Progress): void {
    if (this.#owner === progress) return
    if (this.#owner !== undefined) this.#owner.pending = this.#pending()
    const kernels = this.#kernels
    kernels.reset()
    if (progress.pending !== undefined) {
      const { samples, next, origin, flux } = progress.pending
      this.#heap.set(samples, kernels.pendingAt() >> 2)
      this.#heap.set(flux, kernels.fluxMemory() >> 2)
      kernels.restorePending(samples.length, next, origin)
      progress.pending = undefined
    }
    this.#owner = progress
  }

  /** What the owner still needs. */
  #pending(): Pending {
    const kernels = this.#kernels
    const slice = (at: number, count: number) => this.#heap.slice(at >> 2, (at >> 2) + count)
    // the address first: that moves them to the front
    const at = kernels.pendingAt()
    return {
      samples: slice(at, kernels.pendingCount()),
      next: kernels.pendingNext(),
      origin: kernels.pendingOrigin(),
      flux: slice(kernels.fluxMemory(), kernels.fluxCount()),
    }
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
