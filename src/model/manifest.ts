import type { FrontEndSettings } from '../frontend/settings.ts'

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
  /** The front end that the model was trained with. */
  frontEnd: FrontEndSettings
  /** What the model looks at, at once. */
  window: {
    /** Frames in a window. */
    frames: number
    /** Frames from one window to the next. */
    hop: number
  }
  /** Files beside the manifest, by their role. */
  files: { model: ModelFile }
  /** The graph's ends: features `[batch, frames, bins]` in, probabilities `[batch, labels]` out. */
  graph: { input: string; output: string; parameters: number }
  /** Corpora heard in training (pre-training, distillation and calibration included). */
  corpora: { name: string; licence: string; speakers: string[] }[]
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
