import { UndertoneError } from '../error.ts'
import { normalizeLoudness, normalizePeak } from './loudness.ts'
import { reduceNoise } from './noise-reduction.ts'
import { checkNames, show } from './options.ts'
import { trim } from './trim.ts'

/** One step that a whole clip goes through before the front end. No stream can do it. */
export type Preparation =
  /** {@link reduceNoise} */
  | { kind: 'noise-reduction'; reduction?: number }
  /** {@link normalizePeak} */
  | { kind: 'peak-normalization'; peak?: number }
  /** {@link normalizeLoudness} */
  | { kind: 'loudness-normalization'; target?: number }
  /** {@link trim} */
  | { kind: 'trimming'; topDb?: number }

/**
 * Takes a clip through all steps, one after the other: in training and on a device alike.
 * @param samples mono, -1 to 1; left as they are
 * @param sampleRate Hz, 4000 to 384000
 * @returns the same where no step changes it, and as many samples unless a step trims
 * @throws {UndertoneError} `settings-invalid` for a step or an option that is not known or makes
 *   no sense, `audio-not-finite`
 */
export function prepare(
  samples: Float32Array,
  sampleRate: number,
  steps: readonly Preparation[],
): Float32Array {
  if (!Array.isArray(steps)) {
    throw invalid(`the steps must be a list; what was given is ${show(steps)}`)
  }
  return steps.reduce((clip, step) => taken(clip, sampleRate, step), samples)
}

function taken(samples: Float32Array, sampleRate: number, step: Preparation): Float32Array {
  const kind = Object(step).kind
  if (!Object.hasOwn(options, kind)) {
    throw invalid(`${show(kind)} is no step; there are ${Object.keys(options).join(', ')}`)
  }
  checkNames(step, ['kind', options[step.kind]], `The step ${step.kind}`)
  switch (step.kind) {
    case 'noise-reduction': {
      const { kind, ...reduction } = step
      return reduceNoise(samples, sampleRate, reduction)
    }
    case 'peak-normalization':
      return normalizePeak(samples, step.peak)
    case 'loudness-normalization':
      return normalizeLoudness(samples, sampleRate, step.target)
    case 'trimming': {
      const { kind, ...silence } = step
      const { start, end } = trim(samples, silence)
      // where all is silent, nothing would be left to compute features of
      return end === 0 ? samples : samples.slice(start, end)
    }
  }
}

const options: Record<Preparation['kind'], string> = {
  'noise-reduction': 'reduction',
  'peak-normalization': 'peak',
  'loudness-normalization': 'target',
  trimming: 'topDb',
}

const invalid = (reason: string) =>
  new UndertoneError('settings-invalid', `The clip cannot be prepared: ${reason}.`)
