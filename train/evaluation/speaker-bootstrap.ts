import seedrandom from 'seedrandom'
import { metricsOf } from './metrics.ts'

/** From where to where a figure may lie, were other speakers asked. */
export interface Intervals {
  uar: [low: number, high: number]
  wa: [low: number, high: number]
  /** How many speakers were drawn each time. */
  speakers: number
  resamples: number
}

/** With fewer, there are too few ways to draw them for an interval to mean anything. */
const fewestSpeakers = 5

/**
 * 95 % intervals by the bootstrap that draws whole speakers: clips of one voice are right or wrong
 * together, so drawing single clips would feign certainty. Percentiles of the cluster bootstrap
 * (Cameron, Gelbach & Miller 2008, doi:10.1162/rest.90.3.414): still too narrow for few speakers.
 * Seeded: the same clips always give the same interval.
 * @param confusions `[truth][prediction]` of each speaker
 * @returns undefined for fewer than five speakers
 */
export function speakerIntervals(
  labels: readonly string[],
  confusions: readonly (readonly (readonly number[])[])[],
  resamples = 2000,
): Intervals | undefined {
  const speakers = confusions.length
  if (speakers < fewestSpeakers) return undefined
  const random = seedrandom.alea('speakers')
  const uars: number[] = []
  const was: number[] = []
  for (let resample = 0; resample < resamples; resample++) {
    const sum = labels.map(() => labels.map(() => 0))
    for (let draw = 0; draw < speakers; draw++) {
      const drawn = confusions[Math.floor(random() * speakers)]!
      drawn.forEach((row, truth) => {
        row.forEach((n, prediction) => {
          sum[truth]![prediction]! += n
        })
      })
    }
    const { uar, wa } = metricsOf(labels, sum)
    uars.push(uar)
    was.push(wa)
  }
  return { uar: middle95(uars), wa: middle95(was), speakers, resamples }
}

const middle95 = (values: number[]): [number, number] => {
  const sorted = values.sort((a, b) => a - b)
  return [quantile(sorted, 0.025), quantile(sorted, 0.975)]
}

/** Between the two nearest values, as NumPy does. */
export function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1)
  const below = sorted[Math.floor(at)]!
  return below + (at - Math.floor(at)) * (sorted[Math.ceil(at)]! - below)
}
