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

/** `[truth][prediction]` */
type Confusion = readonly (readonly number[])[]

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
  confusions: readonly Confusion[],
  resamples = 2000,
): Intervals | undefined {
  const speakers = confusions.length
  if (speakers < fewestSpeakers) return undefined
  const drawn = drawings(speakers, resamples).map((draw) =>
    metricsOf(
      labels,
      sumOf(
        labels.length,
        draw.map((n) => confusions[n]!),
      ),
    ),
  )
  return {
    uar: middle95(drawn.map(({ uar }) => uar)),
    wa: middle95(drawn.map(({ wa }) => wa)),
    speakers,
    resamples,
  }
}

/**
 * 95 % interval of how much the UAR of one model differs from another's on the same clips, by the same
 * bootstrap: each time, both are scored on the same speakers.
 * @param pairs confusions of each speaker, of the one and of the other
 * @returns of the other's UAR less the one's; undefined for fewer than five speakers
 */
export function pairedInterval(
  labels: readonly string[],
  pairs: readonly (readonly [Confusion, Confusion])[],
  resamples = 2000,
): [low: number, high: number] | undefined {
  if (pairs.length < fewestSpeakers) return undefined
  const differences = drawings(pairs.length, resamples).map((draw) => {
    const [one, other] = [0, 1].map((which) => {
      const confusions = draw.map((n) => pairs[n]![which]!)
      return metricsOf(labels, sumOf(labels.length, confusions)).uar
    })
    return other! - one!
  })
  return middle95(differences)
}

/** The speakers of each drawing, by number: as many as there are, some of them several times. */
function drawings(speakers: number, resamples: number): number[][] {
  const random = seedrandom.alea('speakers')
  return Array.from({ length: resamples }, () =>
    Array.from({ length: speakers }, () => Math.floor(random() * speakers)),
  )
}

function sumOf(labels: number, confusions: readonly Confusion[]): number[][] {
  const sum = Array.from({ length: labels }, () => new Array<number>(labels).fill(0))
  for (const confusion of confusions) {
    confusion.forEach((row, truth) => {
      row.forEach((n, prediction) => {
        sum[truth]![prediction]! += n
      })
    })
  }
  return sum
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
