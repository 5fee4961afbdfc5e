import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UndertoneError } from '../error.ts'
import { audioFiles } from './audio-files.ts'
import type { Corpus } from './clip.ts'
import { loadCorpus } from './load-corpus.ts'
import { SYNTHETIC_RATE, speak, syntheticEmotions, type Voice } from './synthetic-voice.ts'

export interface SyntheticOptions {
  /** Another seed, other voices (default 1). */
  seed?: number
  /** Half of them women's voices: 2 to 99 (default 10). */
  speakers?: number
  /** Of each sentence in each emotion: 1 to 9 (default 2). */
  repetitions?: number
}

/**
 * Writes a corpus of made-up voices, to try everything without a real one: ten speakers, eight
 * emotions, two sentences, 16 kHz, 16-bit WAV. The same seed gives the same files.
 * @param folder gets the files; created when it isn't there
 * @returns the corpus, as `loadCorpus('synthetic', folder)` does
 * @throws {UndertoneError} `input-invalid` for numbers that cannot be, `corpus-invalid` when other
 *   recordings lie in the folder
 */
export async function makeSynthetic(
  folder: string,
  { seed = 1, speakers = 10, repetitions = 2 }: SyntheticOptions = {},
): Promise<Corpus> {
  check('speakers', speakers, 2, 99)
  check('repetitions', repetitions, 1, 9)
  check('seed', seed, 0, 2 ** 32 - 1)
  const planned = plan(speakers, repetitions)
  await mkdir(folder, { recursive: true })
  const names = new Set(planned.map(({ name }) => name))
  const other = (await audioFiles(folder)).find(({ name }) => !names.has(name))
  if (other) {
    throw new UndertoneError(
      'corpus-invalid',
      `${folder} has other recordings in it, such as ${other.path}. Name an empty folder for the made-up ones.`,
    )
  }
  const voices = Array.from({ length: speakers }, (_, i) => makeVoice(i, seed))
  for (const { name, speaker, emotion, sentence, clip } of planned) {
    const samples = speak(
      voices[speaker]!,
      emotion,
      sentence,
      randomOf(seed, speaker + 1, clip + 1),
    )
    const path = join(folder, `${name}.wav`)
    // Under another name first: what is interrupted half-way must not be taken for whole.
    const partial = `${path}.${process.pid}.partial`
    await writeFile(partial, wavOf(samples))
    await rename(partial, path)
  }
  return loadCorpus('synthetic', folder)
}

const sexOf = (speaker: number): Voice['sex'] => (speaker % 2 === 0 ? 'female' : 'male')

function plan(speakers: number, repetitions: number) {
  const clips = []
  for (let speaker = 0; speaker < speakers; speaker++) {
    const voice = `${String(speaker + 1).padStart(2, '0')}-${sexOf(speaker)[0]}`
    let clip = 0
    for (const emotion of syntheticEmotions) {
      for (const sentence of [0, 1]) {
        for (let repetition = 1; repetition <= repetitions; repetition++) {
          const name = `made-up-${voice}-${emotion}-${sentence + 1}-${repetition}`
          clips.push({ name, speaker, emotion, sentence, clip: clip++ })
        }
      }
    }
  }
  return clips
}

function makeVoice(speaker: number, seed: number): Voice {
  const random = randomOf(seed, speaker + 1, 0)
  const sex = sexOf(speaker)
  const between = (low: number, high: number) => low + (high - low) * random()
  return {
    sex,
    pitch: sex === 'female' ? between(170, 240) : between(90, 140),
    scale: sex === 'female' ? between(1.1, 1.25) : between(0.92, 1.05),
    pace: between(0.88, 1.12),
  }
}

/** Numbers from 0 to 1, the same for the same seed: mulberry32, of a seed mixed from its parts. */
function randomOf(...seeds: number[]): () => number {
  let state = seeds.reduce((mixed, part) => Math.imul(mixed ^ part, 0x9e3779b1) >>> 0, 0x85ebca6b)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), 1 | state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A WAV file of 16-bit samples, mono. */
function wavOf(samples: Float32Array): Uint8Array {
  const bytes = Buffer.alloc(44 + 2 * samples.length)
  bytes.write('RIFF', 0)
  bytes.writeUInt32LE(bytes.length - 8, 4)
  bytes.write('WAVEfmt ', 8)
  bytes.writeUInt32LE(16, 16)
  bytes.writeUInt16LE(1, 20) // PCM
  bytes.writeUInt16LE(1, 22) // channels
  bytes.writeUInt32LE(SYNTHETIC_RATE, 24)
  bytes.writeUInt32LE(2 * SYNTHETIC_RATE, 28)
  bytes.writeUInt16LE(2, 32)
  bytes.writeUInt16LE(16, 34)
  bytes.write('data', 36)
  bytes.writeUInt32LE(2 * samples.length, 40)
  for (let i = 0; i < samples.length; i++) {
    bytes.writeInt16LE(Math.round(Math.max(-1, Math.min(1, samples[i]!)) * 32767), 44 + 2 * i)
  }
  return bytes
}

function check(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return
  throw new UndertoneError(
    'input-invalid',
    `${name} is ${value}: it has to be a whole number from ${least} to ${most}.`,
  )
}
