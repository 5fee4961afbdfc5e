import type { Emotion } from './clip.ts'

/** Hz. */
export const SYNTHETIC_RATE = 16_000

/** What tells one made-up speaker from another. */
export interface Voice {
  sex: 'female' | 'male'
  /** Hz. */
  pitch: number
  /** Of the formants, against a man's. */
  scale: number
  /** Of speaking, against the plan. */
  pace: number
}

/** How an emotion changes a voice; loosely after what listeners hear in real ones. */
interface Manner {
  /** Against the speaker's own. */
  pitch: number
  /** How far the pitch swings, in octaves. */
  swing: number
  /** How the pitch ends against its start, in octaves. */
  rise: number
  pace: number
  /** Decibels. */
  level: number
  /** 0 soft … 1 pressed: how little its high harmonics fall. */
  effort: number
  /** How unsteady each period is, as a share of the pitch. */
  jitter: number
}

const manners: Record<Exclude<Emotion, 'bored'>, Manner> = {
  neutral: { pitch: 1, swing: 0.12, rise: -0.1, pace: 1, level: 0, effort: 0.5, jitter: 0.01 },
  calm: { pitch: 0.96, swing: 0.08, rise: -0.1, pace: 0.9, level: -4, effort: 0.35, jitter: 0.01 },
  happy: { pitch: 1.3, swing: 0.4, rise: 0.05, pace: 1.1, level: 3, effort: 0.6, jitter: 0.01 },
  sad: { pitch: 0.9, swing: 0.07, rise: -0.3, pace: 0.75, level: -7, effort: 0.2, jitter: 0.02 },
  angry: { pitch: 1.25, swing: 0.3, rise: -0.2, pace: 1.15, level: 7, effort: 0.9, jitter: 0.02 },
  fearful: { pitch: 1.5, swing: 0.15, rise: 0, pace: 1.3, level: 0, effort: 0.45, jitter: 0.05 },
  disgust: { pitch: 0.9, swing: 0.25, rise: -0.3, pace: 0.8, level: 1, effort: 0.7, jitter: 0.05 },
  surprised: { pitch: 1.35, swing: 0.3, rise: 0.6, pace: 1, level: 4, effort: 0.6, jitter: 0.01 },
}

export const syntheticEmotions = Object.keys(manners) as (keyof typeof manners)[]

// First three formants of vowels, Hz, of a man's voice (Peterson & Barney 1952).
const vowels = {
  i: [270, 2290, 3010],
  e: [530, 1840, 2480],
  a: [730, 1090, 2440],
  o: [570, 840, 2410],
  u: [300, 870, 2240],
} as const
// Two made-up sentences, by their vowels.
const sentences = [
  ['i', 'a', 'o', 'i', 'a', 'e', 'o'],
  ['o', 'a', 'i', 'i', 'u', 'e', 'a', 'o'],
] as const

/**
 * Says a made-up sentence: a source of pulses and breath through three resonances, a burst of noise
 * before each vowel.
 * @param sentence 0 or 1
 * @param random gives numbers from 0 to 1; each clip's own variation comes of it
 * @returns mono samples, −1…1, at 16 kHz; 1 s to 3.5 s
 */
export function speak(
  voice: Voice,
  emotion: keyof typeof manners,
  sentence: number,
  random: () => number,
): Float32Array {
  const about = (value: number, share: number) => value * (1 + share * (2 * random() - 1))
  const manner = manners[emotion]
  const syllable = about(0.25 / (voice.pace * manner.pace), 0.12)
  const plan = sentences[sentence]!
  const pause = Math.round(0.15 * SYNTHETIC_RATE)
  const length = Math.round(plan.length * syllable * SYNTHETIC_RATE)
  const samples = new Float32Array(length + 2 * pause)
  const pitch = about(voice.pitch * manner.pitch, 0.08)
  const swing = about(manner.swing, 0.4)
  const effort = about(manner.effort, 0.25)
  const gain = 0.12 * 10 ** ((manner.level + 3 * (2 * random() - 1)) / 20)
  const resonances = [90, 110, 160].map((width) => resonance(width))
  const phaseOfSwing = random() * 2 * Math.PI
  let [phase, unsteady, soft] = [0, 1, 0]
  for (let i = 0; i < length; i++) {
    const at = i / length
    const index = Math.floor(at * plan.length)
    const within = at * plan.length - index
    const octaves =
      manner.rise * at +
      swing * Math.sin(2 * Math.PI * 1.5 * at * plan.length ** 0.3 + phaseOfSwing)
    phase += (pitch * unsteady * 2 ** octaves) / SYNTHETIC_RATE
    let pulse = 0
    if (phase >= 1) {
      phase -= 1
      unsteady = about(1, manner.jitter)
      pulse = 1
    }
    // A soft voice's pulses are round, a pressed one's sharp.
    soft += (pulse - soft) * (0.08 + 0.5 * effort)
    const noise = 2 * random() - 1
    const burst = within < 0.15 ? 0.25 * noise : 0
    const voiced =
      within < 0.12 ? 0 : Math.sin(Math.PI * Math.min(1, (within - 0.12) / 0.88)) ** 0.5
    let sound = voiced * (soft + 0.015 * (1 - effort) * noise) + 0.05 * burst
    const formants = vowels[plan[index]!]
    for (const [k, resonate] of resonances.entries()) {
      sound = resonate(sound, formants[k]! * voice.scale)
    }
    // Rounded off, where it would be too loud.
    samples[pause + i] = Math.tanh(6 * gain * sound)
  }
  // No recording is quite still.
  for (let i = 0; i < samples.length; i++) samples[i]! += 0.0005 * (2 * random() - 1)
  return samples
}

/** A resonator of two poles, gain 1 at 0 Hz, whose frequency moves smoothly. */
function resonance(width: number): (input: number, frequency: number) => number {
  const radius = Math.exp((-Math.PI * width) / SYNTHETIC_RATE)
  let [one, two, current] = [0, 0, 0]
  return (input, frequency) => {
    current = current === 0 ? frequency : current + (frequency - current) * 0.002
    const b = 2 * radius * Math.cos((2 * Math.PI * current) / SYNTHETIC_RATE)
    const output = (1 - b + radius * radius) * input + b * one - radius * radius * two
    two = one
    one = output
    return output
  }
}
