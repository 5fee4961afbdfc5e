import type { Emotion } from './clip.ts'
import type { Layout } from './layout.ts'

// One clip is published as OA_bite_neutral; some copies spell `ps` out.
const pattern = /^(O|Y)AF?_([a-z]+)_(angry|disgust|fear|happy|neutral|ps|pleasant_surprised?|sad)$/i
const emotionOf: Record<string, Emotion> = {
  angry: 'angry',
  disgust: 'disgust',
  fear: 'fearful',
  happy: 'happy',
  neutral: 'neutral',
  ps: 'surprised',
  sad: 'sad',
}

/**
 * TESS as published: an older and a younger woman say 200 words each in 7 emotions, after "Say the
 * word". Its pleasant surprise is `surprised` here.
 */
export const tess: Layout = {
  name: 'tess',
  title: 'TESS',
  licence: 'CC-BY-NC-ND-4.0',
  citation:
    'Pichora-Fuller MK, Dupuis K (2020). Toronto emotional speech set (TESS). Borealis. doi:10.5683/SP2/E8H2MF',
  page: 'https://doi.org/10.5683/SP2/E8H2MF',
  publishedAs: 2800,
  language: 'en',
  example: 'OAF_back_angry.wav',
  read({ name }) {
    const [, age, word, label] = pattern.exec(name) ?? []
    if (!age || !word || !label) return undefined
    const speaker = `${age.toUpperCase()}AF`
    const statement = word.toLowerCase()
    const code = label.toLowerCase().replace(/^pleasant.*/, 'ps')
    return {
      id: `${speaker}_${statement}_${code}`,
      speaker,
      emotion: emotionOf[code]!,
      sex: 'female',
      statement,
    }
  },
}
