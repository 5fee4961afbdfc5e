import type { Clip } from 'undertone/corpora'
import { wholeNumber } from '../command-line.ts'
import { type ConditionName, conditions } from '../evaluation/conditions.ts'
import type { Features } from '../evaluation/run-fold.ts'
import type { Training } from '../load-training.ts'
import { voiceOf } from '../protocols/protocol.ts'
import type { Example } from './example.ts'
import { extractCorpus } from './extract-corpus.ts'

/** A training's features: each clip's computed once, copies when they are asked for. */
export function featuresOf(
  { recipe, cache, noise }: Pick<Training, 'recipe' | 'cache' | 'noise'>,
  { jobs }: { jobs?: string },
): Features & { asClips(clips: readonly Clip[], seed: number): Promise<Clip[]> } {
  const { frontEnd, preparation } = recipe
  const settings = { frontEnd, preparation, ...(noise ? { noise } : {}) }
  const threads = jobs === undefined ? undefined : wholeNumber('jobs', jobs)
  const options = { cache, ...(threads ? { jobs: threads } : {}) }
  const known = new Map<Clip, Example>()
  const unreadable = new Set<Clip>()
  const named = new Map<string, Clip>()

  async function originals(clips: readonly Clip[]): Promise<Example[]> {
    const missing = clips.filter((clip) => !known.has(clip) && !unreadable.has(clip))
    if (missing.length > 0) {
      for (const example of await extractCorpus(missing, settings, options)) {
        const { clip, content = '' } = example
        const twin = named.get(content)
        if (twin) console.error(twinLeftOut(clip, twin))
        else known.set(clip, example)
        if (content && !twin) named.set(content, clip)
      }
      for (const clip of missing) if (!known.has(clip)) unreadable.add(clip)
    }
    return clips.flatMap((clip) => known.get(clip) ?? [])
  }

  async function copies(clips: readonly Clip[], seed: number): Promise<Example[]> {
    const readable = clips.filter((clip) => !unreadable.has(clip))
    const { copies } = recipe
    return extractCorpus(readable, { ...settings, copies, seed, originals: false }, options)
  }

  async function under(condition: ConditionName, clips: readonly Clip[]): Promise<Example[]> {
    const readable = clips.filter((clip) => !unreadable.has(clip))
    const copies = [[conditions[condition].step]]
    return extractCorpus(readable, { ...settings, copies, part: 'test', originals: false }, options)
  }

  /** Clips and copies of them, each as a clip of its own. */
  async function asClips(clips: readonly Clip[], seed: number): Promise<Clip[]> {
    const examples = await copies(clips, seed)
    return [
      ...clips,
      ...examples.map((example) => {
        const clip = { ...example.clip, id: `${example.clip.id}+${example.copy}` }
        known.set(clip, { ...example, clip })
        return clip
      }),
    ]
  }

  return { originals, copies, under, asClips }
}

/** One of the two could be tested by a model that had heard the other. */
const twinLeftOut = (clip: Clip, twin: Clip): string =>
  `left out: ${clip.path} is the same file as ${twin.path}${
    clip.emotion === twin.emotion ? '' : `, which is labelled ${twin.emotion}, not ${clip.emotion}`
  }${voiceOf(clip) === voiceOf(twin) ? '' : `, of the speaker ${twin.speaker}, not ${clip.speaker}`}. Delete one of them.`
