import type { TimelineEntry } from '../index.ts'

/** A stretch of a clip with one emotion. */
export interface Segment {
  /** Seconds from the start of the clip. */
  start: number
  end: number
  emotion: string
  /** Mean over its windows. */
  confidence: number
}

/**
 * Joins neighbouring windows of one emotion. Windows overlap, segments don't: one ends halfway
 * between the middles of its last window and of the next one's first.
 */
export function joinWindows(timeline: readonly TimelineEntry[]): Segment[] {
  const runs: TimelineEntry[][] = []
  for (const entry of timeline) {
    const run = runs.at(-1)
    if (run?.[0]?.emotion === entry.emotion) run.push(entry)
    else runs.push([entry])
  }
  const segments: Segment[] = []
  runs.forEach((run, index) => {
    const [first, last] = [run[0], run.at(-1)] as [TimelineEntry, TimelineEntry]
    const next = runs[index + 1]?.[0]
    segments.push({
      start: segments.at(-1)?.end ?? first.start,
      end: next ? (middle(last) + middle(next)) / 2 : last.end,
      emotion: first.emotion,
      confidence: run.reduce((sum, { confidence }) => sum + confidence, 0) / run.length,
    })
  })
  return segments
}

const middle = ({ start, end }: TimelineEntry) => (start + end) / 2
