import { UndertoneError } from '../error.ts'
import { type FrontEnd, Resampler } from '../frontend/index.ts'
import { call } from '../listeners.ts'
import type { Engine } from '../model/engine.ts'
import type { ModelManifest } from '../model/manifest.ts'
import type { Silero } from '../model/silero.ts'
import { LevelMeter } from './level-meter.ts'
import { SileroActivity } from './silero-activity.ts'
import { SlidingWindows } from './sliding-windows.ts'
import { Smoothing } from './smoothing.ts'
import type { VoiceDetector } from './speech-frames.ts'
import { checkedSamples, type StreamSettings, streamSettings } from './stream-settings.ts'
import type { RecognitionStream, SpeechEvent, StreamOptions } from './stream-types.ts'
import { scoresByLabel, summarize } from './summary.ts'
import { VoiceActivity } from './voice-activity.ts'
import { windowSamples, windowSpan } from './windows.ts'

/** What a stream needs of its recognizer. */
export interface StreamParts {
  manifest: ModelManifest
  engine: Engine
  frontEnd: FrontEnd
  wasm: WebAssembly.Module
  silero: Silero | undefined
  /** Throws where the recognizer is disposed of, or the signal says stop. */
  check(signal: AbortSignal | undefined): void
}

/** Minutes of audio that may wait for a caller who does not. */
const MOST_WAITING = 10

interface Waiting {
  /** None: the clip ends. */
  samples?: Float32Array
  resolve: () => void
  reject: (error: unknown) => void
}

/**
 * Opens a stream on a recognizer's model.
 * @throws {UndertoneError} as {@link streamSettings}; `aborted`, `disposed`
 */
export function createStream(parts: StreamParts, options: StreamOptions): RecognitionStream {
  const { signal } = options
  parts.check(signal)
  const settings = streamSettings(parts.manifest, options, parts.silero !== undefined)
  const queue: Waiting[] = []
  let samplesWaiting = 0
  let pumping = false
  let ending: Promise<void> | undefined
  let failure: unknown
  const pipeline = createPipeline(parts, settings, options)

  function fail(error: unknown) {
    failure ??= error
    signal?.removeEventListener('abort', abort)
    for (const { reject } of queue.splice(0)) reject(failure)
    samplesWaiting = 0
  }
  const abort = () =>
    fail(new UndertoneError('aborted', 'This stream was aborted.', { cause: signal?.reason }))
  signal?.addEventListener('abort', abort, { once: true })

  /** Sees one push after the other. */
  async function pump() {
    pumping = true
    let rested = performance.now()
    for (let next = queue[0]; next; next = queue[0]) {
      try {
        if (next.samples) {
          // In pieces no longer than a hop: what is held stays small, however much is pushed.
          for (let at = 0; at < next.samples.length; at += pipeline.piece) {
            const piece = next.samples.subarray(at, at + pipeline.piece)
            samplesWaiting -= piece.length
            await pipeline.push(piece, () => samplesWaiting > pipeline.piece)
            if (failure) return stop()
            // The engine runs on this thread: clicks and timers have their turn.
            if (performance.now() - rested > 100 && samplesWaiting > 0) {
              await new Promise((resolve) => setTimeout(resolve))
              rested = performance.now()
              if (failure) return stop()
            }
          }
        } else {
          await pipeline.end()
          if (failure) return stop()
          signal?.removeEventListener('abort', abort)
        }
        queue.shift()
        next.resolve()
      } catch (error) {
        fail(error)
      }
    }
    stop()
  }
  const stop = () => {
    pumping = false
  }

  function wait(samples?: Float32Array): Promise<void> {
    return new Promise((resolve, reject) => {
      queue.push({ ...(samples && { samples }), resolve, reject })
      samplesWaiting += samples?.length ?? 0
      if (!pumping) void pump()
    })
  }

  return {
    async push(input) {
      if (failure) throw failure
      parts.check(signal)
      if (ending) {
        throw new UndertoneError('stream-ended', 'This stream has ended. Open another one.')
      }
      const samples = checkedSamples(input)
      if (samples.length === 0) return
      if (samplesWaiting > MOST_WAITING * 60 * settings.sampleRate) {
        throw new UndertoneError(
          'stream-overrun',
          `${MOST_WAITING} minutes of audio wait already: await each push(), or open the stream with overload: 'skip'.`,
        )
      }
      // A copy: until its turn comes, the caller may have written over it.
      return wait(samples.slice())
    },
    end() {
      ending ??= failure ? Promise.reject(failure) : wait()
      return ending
    },
  }
}

/** Samples at any rate in, events out. */
function createPipeline(
  { manifest, engine, frontEnd, wasm, silero, check }: StreamParts,
  { sampleRate, hopFrames, smoothing, hysteresis, overload, voiceActivity }: StreamSettings,
  { onEmotion, onSpeech, onLevel, signal }: StreamOptions,
) {
  const { labels, window } = manifest
  const to = frontEnd.settings.sampleRate
  const resampler = sampleRate === to ? undefined : new Resampler(wasm, { from: sampleRate, to })
  const frames = frontEnd.stream()
  const windows = new SlidingWindows(frontEnd.bins, window.frames, hopFrames)
  const level = onLevel && new LevelMeter(sampleRate)
  const smooth = new Smoothing(smoothing, hysteresis)
  /** Beginnings and ends of speech that have not been told yet. */
  const changes: SpeechEvent[] = []
  const note = (speech: boolean, time: number) => void changes.push({ speech, time })
  let voice: VoiceDetector | undefined
  if (voiceActivity === 'silero') voice = new SileroActivity(silero as Silero, note)
  else if (voiceActivity) voice = new VoiceActivity(wasm, to, note)
  const seconds = hopFrames * (frontEnd.settings.hopLength / to)
  let taken = 0
  let resampled = 0
  let skipped = 0
  let seen = 0

  const duration = () => taken / sampleRate
  const span = () => windowSpan(windows.next, manifest, Number.POSITIVE_INFINITY)

  async function hear(samples: Float32Array) {
    resampled += samples.length
    windows.push(frames.push(samples))
    await voice?.push(samples)
    check(signal)
  }

  /**
   * Tells when speech began and ended, once that is found at the latest: then its place among the
   * windows is the same however the samples are cut.
   */
  function tellSpeech(until: number) {
    while (changes[0] && changes[0].time + (voice?.delay ?? 0) <= until) {
      call(onSpeech, changes.shift() as SpeechEvent)
    }
  }

  async function score() {
    const { start, end } = windowSpan(windows.next, manifest, duration())
    if (voice && !voice.hears(start, end)) {
      windows.skip()
      seen += 1
      smooth.reset()
      const nothing = { emotion: null, confidence: null, scores: null, window: null }
      call(onEmotion, { start, end, ...nothing, skipped })
      skipped = 0
      return
    }
    const features = windows.take()
    seen += 1
    const length = features.length / frontEnd.bins
    const row = await engine.run(features, [1, length, frontEnd.bins])
    check(signal)
    const { scores, label } = smooth.push(row, start)
    call(onEmotion, {
      start,
      end,
      emotion: labels[label] as string,
      confidence: scores[label] as number,
      scores: scoresByLabel(labels, scores),
      window: { start, end, ...summarize(labels, row) },
      skipped,
    })
    skipped = 0
  }

  return {
    /** Samples that are pushed at once. */
    piece: Math.max(1, Math.round(seconds * sampleRate)),

    /** @param late whether more than a hop waits behind these */
    async push(samples: Float32Array, late: () => boolean) {
      taken += samples.length
      level?.push(samples, (event) => call(onLevel, event))
      await hear(resampler ? resampler.push(samples) : samples)
      // A window is due once its end was heard, so that it ends where a file's would.
      while (windows.complete && span().end <= duration()) {
        tellSpeech(span().end)
        if (overload === 'skip' && late()) {
          windows.skip()
          skipped += 1
        } else await score()
      }
      tellSpeech(duration())
    },

    /** As `recognize()` does with a clip that ends here. */
    async end() {
      if (resampler) await hear(resampler.flush())
      const missing = windowSamples(manifest) - resampled
      if (taken === 0) return
      if (missing > 0) await hear(new Float32Array(missing))
      windows.push(frames.flush())
      while (windows.complete || seen + skipped === 0) {
        tellSpeech(span().end)
        await score()
      }
      voice?.end(duration())
      tellSpeech(Number.POSITIVE_INFINITY)
    },
  }
}
