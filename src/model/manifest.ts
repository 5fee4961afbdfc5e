import { UndertoneError } from '../error.ts'
import type { Preparation } from '../frontend/preparation.ts'
import { type FeatureSettings, featureCodes } from '../frontend/settings.ts'

/** Describes a released model: all that is needed to run it, and all one should know before. */
export interface ModelManifest {
  /** Version of this format. */
  format: 1
  name: string
  version: string
  /** One sentence for people. */
  description: string
  /** Labels in the order of the scores. */
  labels: string[]
  /** What each whole clip goes through before the front end, in this order; absent: nothing. */
  preparation?: Preparation[]
  /** The front end that the model was trained with. */
  frontEnd: FeatureSettings
  /** What the model looks at, at once. */
  window: {
    /** Frames in a window. */
    frames: number
    /** Frames from one window to the next. */
    hop: number
    /**
     * A clip shorter than this is filled up with silence; one between this and `frames` is seen
     * as it is. Absent: `frames`.
     */
    atLeast?: number
  }
  /** Files beside the manifest, by their role. */
  files: { model: ModelFile }
  /** The graph's ends: features `[batch, frames, bins]` in, probabilities `[batch, labels]` out. */
  graph: { input: string; output: string; parameters: number }
  /** Corpora heard in training (pre-training, distillation and calibration included). */
  corpora: {
    name: string
    licence: string
    /** How the audio differs from the published one, if it does. */
    note?: string
    speakers: string[]
  }[]
  /** How sure it may be. Absent: as the graph has it. */
  calibration?: {
    /** Each window's probabilities p become `softmax(log(p) / temperature)`. */
    temperature: number
    /** To whom it was fitted: of the corpora, speakers of whom the network heard nothing. */
    speakers: string[]
    /**
     * The command that trained the network to whose answers it was fitted, where that is another by
     * the same recipe: this one has heard these speakers.
     */
    of?: string
  }
  /** Terms under which the model may be used (SPDX where there is one), and what they rest on. */
  licence: { name: string; commercialUse: boolean; note: string }
  /** What was measured, under which protocol, by which command. */
  scores: {
    corpus: string
    protocol: string
    uar: number
    wa: number
    seeds: number[]
    command: string
  }[]
}

export interface ModelFile {
  path: string
  bytes: number
  /** SHA-256, lower-case hexadecimal. */
  sha256: string
}

/**
 * Reads a manifest.
 * @param text the content of a `manifest.json`
 * @param source what to call it in messages
 * @throws {UndertoneError} `manifest-invalid`, with the field that is wrong and what it should be
 */
export function parseManifest(text: string, source: string): ModelManifest {
  try {
    const value: unknown = JSON.parse(text)
    manifest(value, '')
    return value as ModelManifest
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause)
    throw new UndertoneError(
      'manifest-invalid',
      `${source} is not a valid model manifest: ${what}. Fetch or convert the model again.`,
      { cause },
    )
  }
}

/** Throws when the value isn't what the field at `path` has to be. */
type Check = (value: unknown, path: string) => void

const check =
  (expected: string, holds: (value: unknown) => boolean): Check =>
  (value, path) => {
    if (!holds(value)) throw new Error(`"${path}" must be ${expected}`)
  }

const object =
  <T>(fields: { [Field in keyof T]-?: Check }): Check =>
  (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new Error(`${path ? `"${path}"` : 'the whole'} must be an object`)
    }
    for (const [name, field] of Object.entries<Check>(fields)) {
      field((value as Record<string, unknown>)[name], path ? `${path}.${name}` : name)
    }
  }

const list =
  (item: Check): Check =>
  (value, path) => {
    if (!Array.isArray(value)) throw new Error(`"${path}" must be a list`)
    value.forEach((entry, index) => {
      item(entry, `${path}[${index}]`)
    })
  }

const matches = (value: unknown, pattern: RegExp) =>
  typeof value === 'string' && pattern.test(value)
const text = check('a text that is not empty', (value) => matches(value, /\S/))
const boolean = check('true or false', (value) => typeof value === 'boolean')
const number = check('a number', Number.isFinite)
const share = check('a number from 0 to 1', (value) => Number(value) >= 0 && Number(value) <= 1)
const count = check(
  'a whole number above 0',
  (value) => Number.isInteger(value) && Number(value) > 0,
)
const positive = check('a number above 0', (value) => Number.isFinite(value) && Number(value) > 0)
const optional =
  (present: Check): Check =>
  (value, path) => {
    if (value !== undefined) present(value, path)
  }

const labels: Check = (value, path) => {
  list(text)(value, path)
  const names = value as string[]
  if (names.length < 2 || new Set(names).size < names.length) {
    throw new Error(`"${path}" must name two labels or more, each once`)
  }
}

const preparation: Check = (value, path) => {
  const { kind, ...amounts } = Object(value)
  const amount = Object.hasOwn(steps, String(kind)) ? steps[kind as Preparation['kind']] : undefined
  if (amount === undefined) {
    throw new Error(`"${path}.kind" must be one of ${Object.keys(steps).join(', ')}`)
  }
  for (const [name, given] of Object.entries(amounts)) {
    if (name !== amount) throw new Error(`"${path}" has no "${name}"`)
    number(given, `${path}.${name}`)
  }
}
/** What each step has beside its kind. */
const steps: Record<Preparation['kind'], string> = {
  'noise-reduction': 'reduction',
  'peak-normalization': 'peak',
  'loudness-normalization': 'target',
  trimming: 'topDb',
}

const window: Check = (value, path) => {
  object<ModelManifest['window']>({ frames: count, hop: count, atLeast: optional(count) })(
    value,
    path,
  )
  const { frames, atLeast = frames } = value as ModelManifest['window']
  if (atLeast > frames) throw new Error(`"${path}.atLeast" must be at most ${frames}, its frames`)
}

const manifest = object<ModelManifest>({
  format: check('1 (a later format needs a later Undertone)', (value) => value === 1),
  name: text,
  version: text,
  description: text,
  labels,
  preparation: optional(list(preparation)),
  frontEnd: object<FeatureSettings>({
    feature: check('a feature, or a list of some', (value) =>
      [value].flat().every((name) => typeof name === 'string' && Object.hasOwn(featureCodes, name)),
    ),
    sampleRate: count,
    nFft: count,
    winLength: optional(count),
    hopLength: count,
    nMels: count,
    fMin: number,
    fMax: number,
    nMfcc: count,
    center: boolean,
    ref: number,
    amin: number,
    lifter: optional(number),
    tuning: optional(number),
    f0Min: optional(number),
    f0Max: optional(number),
  }),
  window,
  files: object<ModelManifest['files']>({
    model: object<ModelFile>({
      // No folders and no URL: a manifest names what lies beside it and nothing else.
      path: check('a file name', (value) => matches(value, /^[\w-][\w.-]*$/)),
      bytes: count,
      sha256: check('64 lower-case hexadecimal digits', (value) =>
        matches(value, /^[0-9a-f]{64}$/),
      ),
    }),
  }),
  graph: object<ModelManifest['graph']>({ input: text, output: text, parameters: count }),
  corpora: list(
    object<ModelManifest['corpora'][number]>({
      name: text,
      licence: text,
      note: check('a text, or absent', (value) => value === undefined || matches(value, /\S/)),
      speakers: list(text),
    }),
  ),
  calibration: optional(
    object<NonNullable<ModelManifest['calibration']>>({
      temperature: positive,
      speakers: list(text),
      of: optional(text),
    }),
  ),
  licence: object<ModelManifest['licence']>({ name: text, commercialUse: boolean, note: text }),
  scores: list(
    object<ModelManifest['scores'][number]>({
      corpus: text,
      protocol: text,
      uar: share,
      wa: share,
      seeds: list(number),
      command: text,
    }),
  ),
})
