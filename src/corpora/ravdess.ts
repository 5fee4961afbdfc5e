import { UndertoneError } from '../error.ts'
import { audioFiles } from './audio-files.ts'
import { type Clip, type Corpus, type Emotion, emotions } from './clip.ts'

// modality-channel-emotion-intensity-statement-repetition-actor
const pattern = /^0[123]-(01|02)-(0[1-8])-(0[12])-(0[12])-(0[12])-(\d\d)$/

/**
 * RAVDESS speech (Livingstone & Russo 2018, doi:10.1371/journal.pone.0196391) as published:
 * `Actor_01/03-01-01-01-01-01-01.wav` and so on; odd actors are men. Songs are left out.
 */
export async function loadRavdess(folder: string, note?: string): Promise<Corpus> {
  const clips: Clip[] = []
  for (const { path, name } of await audioFiles(folder)) {
    const [, channel, emotion, intensity, statement, , actor] = pattern.exec(name) ?? []
    if (channel !== '01') continue
    clips.push({
      corpus: 'ravdess',
      id: name,
      path,
      speaker: String(Number(actor)),
      emotion: emotions[Number(emotion) - 1] as Emotion,
      sex: Number(actor) % 2 === 1 ? 'male' : 'female',
      statement: statement as string,
      intensity: intensity === '02' ? 'strong' : 'normal',
    })
  }
  if (clips.length === 0) {
    throw new UndertoneError(
      'corpus-not-found',
      `No RAVDESS speech clip in ${folder}: files are named like Actor_01/03-01-05-02-01-01-01.wav.`,
    )
  }
  return {
    name: 'ravdess',
    licence: 'CC-BY-NC-SA-4.0',
    ...(note ? { note } : {}),
    publishedAs: 1440,
    found: clips.length,
    clips,
  }
}
