import { type Clip, emotions } from 'undertone/corpora'
import type { Split } from './protocol.ts'

/** Takes every tenth clip of each emotion for validation, from the sixth on. */
export function everyTenth(clips: readonly Clip[]): Pick<Split, 'train' | 'validation'> {
  const validation = new Set(
    emotions.flatMap((emotion) =>
      clips.filter((clip) => clip.emotion === emotion).filter((_, i) => i % 10 === 5),
    ),
  )
  return {
    train: clips.filter((clip) => !validation.has(clip)),
    validation: [...validation],
  }
}
