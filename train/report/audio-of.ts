import { readFile } from 'node:fs/promises'
import { decodeAudio, toMono } from 'undertone/audio'
import type { Clip } from 'undertone/corpora'
import type { TestedClip } from '../evaluation/fold-result.ts'
import type { Sound } from './sound-plots.ts'

/** Reads the audio of tested clips from the files of these; undefined for one that is not among them. */
export function audioOf(clips: readonly Clip[]): (clip: TestedClip) => Promise<Sound | undefined> {
  const paths = new Map(clips.map(({ corpus, id, path }) => [`${corpus} ${id}`, path]))
  return async ({ corpus, id }) => {
    const path = paths.get(`${corpus} ${id}`)
    if (path === undefined) return undefined
    const { channels, sampleRate } = await decodeAudio(await readFile(path))
    return { samples: toMono(channels), sampleRate }
  }
}
