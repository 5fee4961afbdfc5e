import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Clip } from 'undertone/corpora'
import type { FeatureSettings } from 'undertone/frontend'
import { userPath } from '../command-line.ts'
import type { Example } from './example.ts'
import { extractFeatures } from './extract.ts'

const ownCache = join(dirname(fileURLToPath(import.meta.url)), '..', '.cache', 'features')

/** Features of all clips that can be read; those that can't are named on stderr. */
export async function extractCorpus(
  clips: readonly Clip[],
  settings: FeatureSettings,
  cache?: string,
): Promise<Example[]> {
  const { examples, unreadable } = await extractFeatures(clips, settings, {
    cache: cache ? userPath(cache) : ownCache,
    onProgress: (done, total) => {
      if (process.stderr.isTTY) process.stderr.write(`\rfeatures ${done}/${total}`)
      if (process.stderr.isTTY && done === total) process.stderr.write('\n')
    },
  })
  for (const { clip, reason } of unreadable) console.error(`left out: ${clip.path}: ${reason}`)
  if (unreadable.length > 0) {
    console.error(
      `${unreadable.length} of ${clips.length} clips could not be read and are left out.`,
    )
  }
  return examples
}
