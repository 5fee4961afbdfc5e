import { UndertoneError } from '../error.ts'
import { audioFiles } from './audio-files.ts'
import type { Clip, Corpus, Emotion } from './clip.ts'

const pattern = /^(1\d{3})_([A-Z]{3})_(ANG|DIS|FEA|HAP|NEU|SAD)_(LO|MD|HI|XX|X)$/
const emotionOf: Record<string, Emotion> = {
  ANG: 'angry',
  DIS: 'disgust',
  FEA: 'fearful',
  HAP: 'happy',
  NEU: 'neutral',
  SAD: 'sad',
}
// The women among the actors, from the corpus's VideoDemographics.csv.
const women = new Set(
  '1002 1003 1004 1006 1007 1008 1009 1010 1012 1013 1018 1020 1021 1024 1025 1028 1029 1030 1037 1043 1046 1047 1049 1052 1053 1054 1055 1056 1058 1060 1061 1063 1072 1073 1074 1075 1076 1078 1079 1082 1084 1089 1091'.split(
    ' ',
  ),
)

/**
 * CREMA-D (Cao et al. 2014, doi:10.1109/TAFFC.2014.2336244) as published: `1001_DFA_ANG_XX.wav`
 * and so on in one folder. Labels are what the actor meant.
 * @param note what the audio is, where it is not the published one
 */
export async function loadCremaD(folder: string, note?: string): Promise<Corpus> {
  const clips: Clip[] = []
  for (const { path, name } of await audioFiles(folder)) {
    const [, actor, statement, emotion, intensity] = pattern.exec(name) ?? []
    if (!actor) continue
    clips.push({
      corpus: 'crema-d',
      id: name,
      path,
      speaker: actor,
      emotion: emotionOf[emotion as string] as Emotion,
      sex: women.has(actor) ? 'female' : 'male',
      statement: statement as string,
      intensity: intensity as string,
    })
  }
  if (clips.length === 0) {
    throw new UndertoneError(
      'corpus-not-found',
      `No CREMA-D clip in ${folder}: files are named like 1001_DFA_ANG_XX.wav.`,
    )
  }
  return {
    name: 'crema-d',
    licence: 'ODbL-1.0',
    ...(note ? { note } : {}),
    publishedAs: 7442,
    found: clips.length,
    clips,
  }
}
