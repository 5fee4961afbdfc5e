import type { AudioFile } from './audio-files.ts'
import type { Clip, Corpus } from './clip.ts'

/** What the name of a file tells. */
export type NamedClip = Omit<Clip, 'corpus' | 'path' | 'language'>

/** A corpus whose files tell by their names what is in them, and what is to be known of it. */
export interface Layout
  extends Pick<Corpus, 'name' | 'title' | 'licence' | 'citation' | 'page' | 'note'> {
  /** Clips that the whole corpus has, as published; absent where there is no such number. */
  publishedAs?: number
  /** BCP 47; absent where nothing is said. */
  language?: string
  /** A file's name, for messages. */
  example: string
  /** Nothing when the file is none of the corpus's clips. */
  read(file: AudioFile): NamedClip | undefined
}
