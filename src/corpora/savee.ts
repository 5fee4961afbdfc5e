import type { Emotion } from './clip.ts'
import type { Layout } from './layout.ts'

const pattern = /^(DC|JE|JK|KL)_(a|d|f|h|n|sa|su)(\d\d)$/
const emotionOf: Record<string, Emotion> = {
  a: 'angry',
  d: 'disgust',
  f: 'fearful',
  h: 'happy',
  n: 'neutral',
  sa: 'sad',
  su: 'surprised',
}

/**
 * SAVEE, both as published (`DC/a01.wav`) and with the speaker in the file's name (`DC_a01.wav`):
 * four men, 7 emotions. A clip's statement is its sentence's number, which counts within each
 * emotion: most numbers are other words in another emotion.
 */
export const savee: Layout = {
  name: 'savee',
  title: 'SAVEE',
  licence: 'research use only',
  citation:
    'Haq S, Jackson PJB (2010). Multimodal emotion recognition. In: Machine Audition: Principles, Algorithms and Systems. IGI Global: 398-423. doi:10.4018/978-1-61520-919-4.ch017',
  page: 'http://kahlan.eps.surrey.ac.uk/savee/',
  publishedAs: 480,
  language: 'en',
  example: 'DC/a01.wav or DC_a01.wav',
  read({ name, folder }) {
    for (const id of [name, `${folder}_${name}`]) {
      const [, speaker, emotion, statement] = pattern.exec(id) ?? []
      if (!speaker) continue
      return { id, speaker, emotion: emotionOf[emotion!]!, sex: 'male', statement: statement! }
    }
    return undefined
  },
}
