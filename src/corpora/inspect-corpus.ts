import { readFile } from 'node:fs/promises'
import { decodeAudio } from '../audio/index.ts'
import { UndertoneError } from '../error.ts'
import { type Clip, type Corpus, type Emotion, labelsOf } from './clip.ts'

/** The quietest peak that counts as sound: −80 dBFS, as in recognition. */
const FAINTEST_PEAK = 1e-4

/** What a corpus holds. Counts and lengths are of the clips that can be read. */
export interface Inspection extends Omit<Corpus, 'clips'> {
  readable: number
  /** Seconds: all clips together, and single ones. */
  length: { total: number; shortest: number; median: number; longest: number }
  speakers: { all: number; female: number; male: number }
  /** Clips by emotion, in the vocabulary's order. */
  emotions: Partial<Record<Emotion, number>>
  /** Clips by what else is known of them; nothing is listed where nothing is known. */
  sampleRates: Record<string, number>
  channels: Record<string, number>
  formats: Record<string, number>
  languages: Record<string, number>
  intensities: Record<string, number>
  statements: Record<string, number>
  /** Clips in which nothing can be heard: no sample reaches −80 dBFS. */
  silent: { id: string; path: string }[]
  unreadable: { id: string; path: string; code: string; reason: string }[]
}

export interface InspectOptions {
  signal?: AbortSignal
  onProgress?: (done: number, total: number) => void
}

/**
 * Looks at every clip of a corpus by decoding it.
 * @throws {UndertoneError} `aborted`
 */
export async function inspectCorpus(
  { clips, ...corpus }: Corpus,
  { signal, onProgress }: InspectOptions = {},
): Promise<Inspection> {
  const heard: {
    clip: Clip
    seconds: number
    sampleRate: number
    channels: number
    format: string
  }[] = []
  const silent: Inspection['silent'] = []
  const unreadable: Inspection['unreadable'] = []
  for (const [index, clip] of clips.entries()) {
    onProgress?.(index, clips.length)
    if (signal?.aborted) {
      throw new UndertoneError('aborted', 'The inspection was stopped.', { cause: signal.reason })
    }
    const { id, path } = clip
    try {
      const { channels, sampleRate, format } = await decodeAudio(await readFile(path))
      const seconds = channels[0]!.length / sampleRate
      heard.push({ clip, seconds, sampleRate, channels: channels.length, format })
      if (channels.every(isSilent)) silent.push({ id, path })
    } catch (error) {
      unreadable.push({ id, path, ...reasonOf(error) })
    }
  }
  onProgress?.(clips.length, clips.length)
  const readable = heard.map(({ clip }) => clip)
  return {
    ...corpus,
    readable: readable.length,
    length: lengthOf(heard.map(({ seconds }) => seconds)),
    speakers: speakersOf(readable),
    emotions: Object.fromEntries(
      labelsOf(readable).map((emotion) => [
        emotion,
        readable.filter((clip) => clip.emotion === emotion).length,
      ]),
    ),
    sampleRates: count(heard.map(({ sampleRate }) => sampleRate)),
    channels: count(heard.map(({ channels }) => channels)),
    formats: count(heard.map(({ format }) => format)),
    languages: count(readable.map(({ language }) => language)),
    intensities: count(readable.map(({ intensity }) => intensity)),
    statements: count(readable.map(({ statement }) => statement)),
    silent,
    unreadable,
  }
}

const isSilent = (samples: Float32Array) =>
  !samples.some((sample) => Math.abs(sample) >= FAINTEST_PEAK)

function reasonOf(error: unknown): { code: string; reason: string } {
  if (error instanceof UndertoneError) return { code: error.code, reason: error.message }
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return { code: 'file-not-found', reason: 'There is no such file.' }
  return { code: 'file-unreadable', reason: `It cannot be read: ${message}.` }
}

function lengthOf(seconds: number[]): Inspection['length'] {
  const sorted = seconds.sort((a, b) => a - b)
  const middle = sorted.length / 2
  return {
    total: sorted.reduce((sum, length) => sum + length, 0),
    shortest: sorted[0] ?? 0,
    median: ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2,
    longest: sorted.at(-1) ?? 0,
  }
}

function speakersOf(clips: readonly Clip[]): Inspection['speakers'] {
  const of = (sex?: string) =>
    new Set(clips.filter((clip) => !sex || clip.sex === sex).map(({ speaker }) => speaker)).size
  return { all: of(), female: of('female'), male: of('male') }
}

/** How often each value is there. */
function count(values: (string | number | undefined)[]): Record<string, number> {
  const counts = new Map<string, number>()
  for (const value of values) {
    if (value !== undefined) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1)
  }
  return Object.fromEntries(counts)
}
