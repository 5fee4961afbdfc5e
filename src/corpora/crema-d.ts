import type { Emotion } from './clip.ts'
import type { Layout } from './layout.ts'

// One clip, 1040_ITH_SAD_XX, was published with a single X for some years.
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
 * CREMA-D as published: 91 actors, 6 emotions, twelve sentences. Labels are what the actor meant.
 */
export const cremaD: Layout = {
  name: 'crema-d',
  title: 'CREMA-D',
  licence: 'ODbL-1.0',
  citation:
    'Cao H, Cooper DG, Keutmann MK, Gur RC, Nenkova A, Verma R (2014). CREMA-D: Crowd-sourced Emotional Multimodal Actors Dataset. IEEE Transactions on Affective Computing 5(4): 377-390. doi:10.1109/TAFFC.2014.2336244',
  page: 'https://github.com/CheyneyComputerScience/CREMA-D',
  publishedAs: 7442,
  language: 'en',
  example: '1001_DFA_ANG_XX.wav',
  read({ name }) {
    const [, actor, statement, emotion, intensity] = pattern.exec(name) ?? []
    if (!actor) return undefined
    return {
      id: name.replace(/_X$/, '_XX'),
      speaker: actor,
      emotion: emotionOf[emotion!]!,
      sex: women.has(actor) ? 'female' : 'male',
      statement: statement!,
      intensity: intensity!.replace(/^X$/, 'XX'),
    }
  },
}
