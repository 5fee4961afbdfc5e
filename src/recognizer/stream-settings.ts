import { checkSampleRate } from '../audio/limits.ts'
import { asSamples } from '../audio/other-realms.ts'
import { UndertoneError } from '../error.ts'
import type { ModelManifest } from '../model/manifest.ts'
import { checkOptions } from './option-names.ts'
import type { StreamOptions } from './stream-types.ts'

/** Samples beyond this have powers that float32 cannot hold. */
const LOUDEST = 2 ** 32

export type StreamSettings = ReturnType<typeof streamSettings>

/**
 * Checks a stream's options and fills in what is left out.
 * @param silero whether Silero's network is there
 * @throws {UndertoneError} `stream-unsupported` for a model that needs whole clips,
 * `settings-invalid`, `sample-rate-unsupported`
 */
export function streamSettings(manifest: ModelManifest, options: StreamOptions, silero: boolean) {
  checkOptions('stream', options)
  const { preparation = [], frontEnd, window } = manifest
  if (preparation.length > 0) {
    throw new UndertoneError(
      'stream-unsupported',
      `The model "${manifest.name}" hears each clip after ${preparation.map(({ kind }) => kind).join(' and ')}, which need the whole clip: record one and use recognize(), or choose another model.`,
    )
  }
  const perFrame = frontEnd.hopLength / frontEnd.sampleRate
  const { hop, smoothing = 1, hysteresis = 0.1, overload = 'wait', voiceActivity = true } = options
  const { sampleRate = frontEnd.sampleRate } = options
  checkSampleRate(sampleRate)
  if (!Number.isInteger(sampleRate)) {
    throw new UndertoneError(
      'sample-rate-unsupported',
      `A sample rate of ${sampleRate} Hz is not supported: it has to be a whole number.`,
    )
  }
  if (hop !== undefined) checkRange('hop', hop, perFrame, 3600, ' s')
  checkRange('smoothing', smoothing, 0, 3600, ' s')
  checkRange('hysteresis', hysteresis, 0, 1)
  if (overload !== 'wait' && overload !== 'skip') {
    throw new UndertoneError('settings-invalid', "`overload` must be 'wait' or 'skip'.")
  }
  if (typeof voiceActivity !== 'boolean' && voiceActivity !== 'silero') {
    throw new UndertoneError('settings-invalid', "`voiceActivity` must be true, false or 'silero'.")
  }
  if (voiceActivity === 'silero' && !silero) {
    throw new UndertoneError(
      'settings-invalid',
      "`voiceActivity: 'silero'` needs Silero's network: createRecognizer({ silero }), with the URL or the bytes of silero_vad_v5.onnx from the npm package @ricky0123/vad-web.",
    )
  }
  const hopFrames = hop === undefined ? window.hop : Math.round(hop / perFrame)
  return { sampleRate, hopFrames, smoothing, hysteresis, overload, voiceActivity }
}

function checkRange(name: string, value: number, least: number, most: number, unit = '') {
  if (typeof value === 'number' && value >= least && value <= most) return
  throw new UndertoneError(
    'settings-invalid',
    `\`${name}\` is ${value}; it must be a number from ${least} to ${most}${unit}.`,
  )
}

/**
 * Samples as they are pushed, checked.
 * @throws {UndertoneError} `input-invalid`, `audio-not-finite`
 */
export function checkedSamples(input: unknown): Float32Array {
  const samples = asSamples(input)
  if (!samples) {
    throw new UndertoneError(
      'input-invalid',
      'Samples have to be a Float32Array, mono, −1…1. Mix channels to one first.',
    )
  }
  const wrong = samples.findIndex((sample) => !(Math.abs(sample) <= LOUDEST))
  if (wrong < 0) return samples
  throw new UndertoneError(
    'audio-not-finite',
    `Sample ${wrong} of a push is ${samples[wrong]}, not a number that can be heard. Check what produced the audio.`,
  )
}
