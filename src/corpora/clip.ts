/**
 * The vocabulary that every corpus's own labels are mapped to, in the order of the scores. The
 * first eight are RAVDESS's; `bored` is EMO-DB's alone.
 */
export const emotions = [
  'neutral',
  'calm',
  'happy',
  'sad',
  'angry',
  'fearful',
  'disgust',
  'surprised',
  'bored',
] as const
export type Emotion = (typeof emotions)[number]

/** One recording of a corpus. */
export interface Clip {
  /** Name of its corpus. */
  corpus: string
  /** The corpus's own name of it, without folder and extension: the same on every machine. */
  id: string
  path: string
  /** Unique within the corpus. */
  speaker: string
  emotion: Emotion
  sex?: 'female' | 'male'
  /** What was said, by the corpus's own code. */
  statement?: string
  /** By the corpus's own word. */
  intensity?: string
  /** Where a corpus has both. */
  channel?: 'speech' | 'song'
  /** BCP 47, such as `en`; of a CSV file, its own word. */
  language?: string
}

export interface Corpus {
  name: string
  /** As its authors write it. */
  title: string
  /** SPDX where there is one. */
  licence: string
  /** Whom to cite. */
  citation?: string
  /** Where its authors publish it. */
  page?: string
  /** How its figures have to be read, where the audio is not the published one. */
  note?: string
  /** Clips that the whole corpus has, as published. */
  publishedAs: number
  /** Clips that were found here, whatever was left out afterwards. */
  found: number
  /** Audio files of other names, which are no clips of it. */
  otherFiles: number
  /** By id. */
  clips: Clip[]
}

/** Labels that a set of clips has, in the vocabulary's order. */
export function labelsOf(clips: readonly Clip[]): Emotion[] {
  const present = new Set(clips.map((clip) => clip.emotion))
  return emotions.filter((emotion) => present.has(emotion))
}
