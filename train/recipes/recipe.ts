import type { Emotion } from 'undertone/corpora'
import type { FeatureSettings, Preparation } from 'undertone/frontend'
import type { WaveformAugmentation } from '../augmentation/waveform.ts'
import type { FitSettings } from '../fit/settings.ts'
import type { NetworkSettings } from '../network/network.ts'

/** All that decides what is trained, save the data and the seed. */
export interface Recipe {
  name: string
  description: string
  /** Of a system of others: what they claim, and the split that they claim it on. */
  authors?: AuthorsProtocol
  /** What others publish for it by a protocol that this project measures it by too. */
  published?: PublishedFigure
  /** Corpora that it is trained on, together. The command line may name others. */
  corpora: readonly string[]
  /** Clips with other labels are left out; absent: all labels that the corpora have. */
  labels?: readonly Emotion[]
  /** Starts from a model trained on another corpus, instead of from random weights. */
  transfer: boolean
  /** What each whole clip goes through before the front end, on the device too. */
  preparation: readonly Preparation[]
  /**
   * Each is one more copy of every training clip, changed by these steps one after the other.
   * Made after the split.
   */
  copies: readonly (readonly WaveformAugmentation[])[]
  frontEnd: FeatureSettings
  window: WindowSettings
  /** The network sees the mean of a window's frames alone. */
  pooled: boolean
  network: NetworkSettings
  /**
   * First trained as another recipe says, on all corpora, then by `fit` on one of them alone, which
   * is tested. Absent: once, on all.
   */
  after?: { recipe: Recipe; alone: string }
  fit: FitSettings
}

/** Whether the model in the end is of a corpus that it hears. */
export const tells = ({ after }: Recipe, corpus: string): boolean =>
  !after || corpus === after.alone

/** Of all its trainings. */
export const epochsOf = ({ fit, after }: Recipe): number =>
  fit.epochs + (after?.recipe.fit.epochs ?? 0)

/** Frames that the network sees at once, and from one window to the next. */
export interface WindowSettings {
  frames: number
  hop: number
  /**
   * A clip shorter than this is filled up with silence; one between this and `frames` is seen as
   * it is. Absent: `frames`.
   */
  atLeast?: number
}

/** How a system's authors divided the clips, and what they say it reaches. */
export interface AuthorsProtocol {
  /** Accuracy, 0 to 1: the least that they claim. */
  accuracy: number
  /** As they put it. */
  claim: string
  /** Share of the clips, drawn at random, that is tested. */
  testShare: number
  /** Why it falls short of that without a leak, as far as was found: a sentence. */
  why?: string
}

export interface PublishedFigure {
  protocol: string
  uar: number
  /** Who says so. */
  source: string
  /** Why it falls short of that, as far as was found: a sentence. */
  why: string
}
