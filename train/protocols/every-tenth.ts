import { type Clip, emotions } from 'undertone/corpora'
import type { Split } from './protocol.ts'

/**
 * Takes every tenth clip of each emotion for validation, from the sixth on; the last one of an
 * emotion that has fewer.
 */
export function everyTenth(clips: readonly Clip[]): Pick<Split, 'train' | 'validation'> {
  const validation = new Set(
    emotions.flatMap((emotion) =>
      clips
        .filter((clip) => clip.emotion === emotion)
        .filter((_, i, { length }) => i % 10 === 5 || (length < 6 && i > 0 && i === length - 1)),
    ),
  )
  return {
    train: clips.filter((clip) => !validation.has(clip)),
    validation: [...validation],
  }
}
