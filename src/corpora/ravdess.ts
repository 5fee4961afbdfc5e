import { emotions } from './clip.ts'
import type { Layout } from './layout.ts'

// audio only, channel, emotion, intensity, statement, repetition, actor
const pattern = /^03-(01|02)-(0[1-8])-(0[12])-(0[12])-(0[12])-(\d\d)$/

function layout(channel: 'speech' | 'song', own: Pick<Layout, 'name' | 'title' | 'example'>) {
  return {
    ...own,
    licence: 'CC-BY-NC-SA-4.0',
    citation:
      'Livingstone SR, Russo FA (2018). The Ryerson Audio-Visual Database of Emotional Speech and Song (RAVDESS). PLoS ONE 13(5): e0196391. doi:10.1371/journal.pone.0196391',
    page: 'https://zenodo.org/records/1188976',
    publishedAs: channel === 'speech' ? 1440 : 1012,
    language: 'en',
    read({ name }) {
      const [, code, emotion, intensity, statement, , actor] = pattern.exec(name) ?? []
      if (code !== (channel === 'speech' ? '01' : '02')) return undefined
      return {
        id: name,
        speaker: String(Number(actor)),
        emotion: emotions[Number(emotion) - 1]!,
        // Odd actors are men.
        sex: Number(actor) % 2 === 1 ? 'male' : 'female',
        statement: statement!,
        intensity: intensity === '02' ? 'strong' : 'normal',
        channel,
      }
    },
  } satisfies Layout
}

/** RAVDESS's speech as published: 24 actors, 8 emotions, two sentences. */
export const ravdess = layout('speech', {
  name: 'ravdess',
  title: 'RAVDESS speech',
  example: 'Actor_01/03-01-05-02-01-01-01.wav',
})

/** RAVDESS's songs as published: 23 actors, 6 emotions, the same two sentences sung. */
export const ravdessSong = layout('song', {
  name: 'ravdess-song',
  title: 'RAVDESS song',
  example: 'Actor_01/03-02-05-02-01-01-01.wav',
})
