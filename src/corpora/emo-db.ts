import type { Emotion } from './clip.ts'
import type { Layout } from './layout.ts'

// speaker, text, emotion by its German word, version
const pattern = /^(03|08|09|1[0-6])([ab]\d\d)([WLEAFTN])([a-z])$/
const emotionOf: Record<string, Emotion> = {
  W: 'angry', // Wut
  L: 'bored', // Langeweile
  E: 'disgust', // Ekel
  A: 'fearful', // Angst
  F: 'happy', // Freude
  T: 'sad', // Trauer
  N: 'neutral',
}
const women = new Set(['08', '09', '13', '14', '16'])

/** EMO-DB, the Berlin database of emotional speech, as published: 10 actors, 7 emotions, German. */
export const emoDb: Layout = {
  name: 'emo-db',
  title: 'EMO-DB',
  licence: 'CC-BY-4.0',
  citation:
    'Burkhardt F, Paeschke A, Rolfes M, Sendlmeier WF, Weiss B (2005). A database of German emotional speech. Interspeech 2005: 1517-1520. doi:10.21437/Interspeech.2005-446',
  page: 'https://zenodo.org/records/7447302',
  publishedAs: 535,
  language: 'de',
  example: '03a01Fa.wav',
  read({ name }) {
    const [, speaker, statement, emotion] = pattern.exec(name) ?? []
    if (!speaker) return undefined
    return {
      id: name,
      speaker,
      emotion: emotionOf[emotion!]!,
      sex: women.has(speaker) ? 'female' : 'male',
      statement: statement!,
    }
  },
}
