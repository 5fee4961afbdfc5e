import { emotions } from './clip.ts'
import type { Layout } from './layout.ts'

// voice, its sex, emotion, statement, repetition
const pattern = new RegExp(`^made-up-(\\d\\d)-([fm])-(${emotions.join('|')})-(\\d)-(\\d)$`)

/** What `makeSynthetic` writes. */
export const synthetic: Layout = {
  name: 'synthetic',
  title: 'made-up voices',
  licence: 'CC0-1.0',
  note: 'made-up data: no real voice',
  example: 'made-up-01-f-angry-1-1.wav',
  read({ name }) {
    const [, speaker, sex, emotion, statement] = pattern.exec(name) ?? []
    if (!speaker) return undefined
    return {
      id: name,
      speaker: String(Number(speaker)),
      emotion: emotions.find((known) => known === emotion)!,
      sex: sex === 'f' ? 'female' : 'male',
      statement: statement!,
    }
  },
}
