import cliProgress from 'cli-progress'
import type { Clip } from 'undertone/corpora'
import { noiseRecordings } from '../augmentation/noise-recordings.ts'
import type { Example } from './example.ts'
import { type ExtractSettings, extractFeatures } from './extract.ts'

/**
 * {@link extractFeatures} for a command: progress, warnings and the clips that can't be read go
 * to stderr.
 * @param settings `noise` is a folder of recordings, of which copies get those for `part`
 */
export async function extractCorpus(
  clips: readonly Clip[],
  {
    noise,
    part = 'train',
    ...settings
  }: Omit<ExtractSettings, 'recordings'> & { noise?: string; part?: 'train' | 'test' },
  options: { cache: string; jobs?: number },
): Promise<Example[]> {
  const recordings = noise && settings.copies ? await noiseRecordings(noise, part) : []
  const bar = new cliProgress.SingleBar({
    format: 'features {bar} {value}/{total} clips, {eta_formatted} left',
    stream: process.stderr,
    hideCursor: true,
    noTTYOutput: true,
    notTTYSchedule: 10_000,
  })
  try {
    const { examples, unreadable } = await extractFeatures(
      clips,
      { ...settings, recordings },
      {
        ...options,
        onProgress: (done, total) => (done === 0 ? bar.start(total, 0) : bar.update(done)),
      },
    )
    bar.stop()
    for (const { clip, reason } of unreadable) console.error(`left out: ${clip.path}: ${reason}`)
    if (unreadable.length > 0) {
      console.error(
        `${unreadable.length} of ${clips.length} clips could not be read and are left out.`,
      )
    }
    return examples
  } finally {
    bar.stop()
  }
}
