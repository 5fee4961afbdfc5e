import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import type { ModelManifest } from 'undertone'
import type { Clip } from 'undertone/corpora'
import { voiceOf } from '../protocols/protocol.ts'
import { TrainingError } from '../training-error.ts'
import { confusionOf, metrics } from './metrics.ts'
import { winner } from './score-clips.ts'
import { recognizeClips } from './score-shipped.ts'
import { pairedInterval } from './speaker-bootstrap.ts'
import { type WindowTime, windowTimes } from './window-times.ts'

/** Of a model as it was, and quantised. */
export interface Both<T> {
  float32: T
  quantized: T
}

/** Clips whose answers are counted together. */
export interface CostGroup {
  name: string
  clips: readonly Clip[]
}

/** What quantisation costs on one group's clips, of the labels that the model tells. */
export interface GroupCost {
  name: string
  labels: string[]
  clips: number
  speakers: number
  uar: Both<number>
  /**
   * 95 % interval of the difference of UAR, quantised less float32, by drawing speakers; absent for
   * fewer than five.
   */
  interval?: [low: number, high: number]
}

/** What quantisation costs, and what it gains. */
export interface QuantizationCost {
  /** Clips that both models answered. */
  clips: number
  speakers: number
  /** Share of the clips with the same label from both. */
  agreement: number
  /** Share of the clips with the same label of the quantised model in onnxruntime-web. */
  engineAgreement: number
  /** The largest difference between two probabilities. */
  largestDifference: number
  groups: GroupCost[]
  bytes: Both<number>
  /** Bytes once compressed by Brotli, as servers send them. */
  brotli: Both<number>
  /** A window in onnxruntime-web, on one thread. */
  ms: Both<WindowTime>
  /** Of the least times: below 1, the quantised model is faster. */
  timeRatio: number
}

/**
 * Compares a quantised model with the one that it was made of, clips from their files by
 * `recognize()`.
 * @param window features `[frames, bins]` to take the time of
 * @throws {TrainingError} when the models have no answer to any clip
 */
export async function quantizationCost(
  folders: Both<string>,
  groups: readonly CostGroup[],
  window: { features: Float32Array; bins: number },
): Promise<QuantizationCost> {
  const float32 = await modelFile(folders.float32)
  const quantized = await modelFile(folders.quantized)
  const clips = groups.flatMap(({ name, clips }) => clips.map((clip) => ({ ...clip, group: name })))
  const before = await recognizeClips(folders.float32, clips)
  const after = await recognizeClips(folders.quantized, clips)
  const elsewhere = await recognizeClips(folders.quantized, clips, 'ort')
  const answered = clips.flatMap((clip, i) => {
    const [was, is, there] = [before, after, elsewhere].map(({ scores }) => scores[i])
    return was && is && there ? [{ clip, was, is, there }] : []
  })
  if (answered.length === 0) {
    throw new TrainingError(
      `The models have an answer to none of ${clips.length} clips: ${before.refused[0]?.reason}`,
    )
  }
  const share = (holds: (one: (typeof answered)[number]) => boolean) =>
    answered.filter(holds).length / answered.length
  const [was, is] = await windowTimes([folders.float32, folders.quantized], window, 200)
  return {
    clips: answered.length,
    speakers: speakersOf(answered.map(({ clip }) => clip)).length,
    agreement: share(({ was, is }) => winner(was) === winner(is)),
    engineAgreement: share(({ is, there }) => winner(is) === winner(there)),
    largestDifference: Math.max(
      ...answered.flatMap(({ was, is }) => Array.from(was, (score, i) => Math.abs(score - is[i]!))),
    ),
    groups: groups.flatMap(
      ({ name }) =>
        costOf(
          name,
          float32.labels,
          answered.filter(({ clip }) => clip.group === name),
        ) ?? [],
    ),
    bytes: { float32: float32.bytes, quantized: quantized.bytes },
    brotli: { float32: float32.brotli, quantized: quantized.brotli },
    ms: { float32: was!, quantized: is! },
    timeRatio: is!.least / was!.least,
  }
}

type Answered = { clip: Clip; was: Float32Array; is: Float32Array }

/** Undefined where no clip has a label that the model tells. */
function costOf(
  name: string,
  labels: readonly string[],
  answered: readonly Answered[],
): GroupCost | undefined {
  const told = answered.filter(({ clip }) => labels.includes(clip.emotion))
  if (told.length === 0) return undefined
  const truths = (some: readonly Answered[]) => some.map(({ clip }) => labels.indexOf(clip.emotion))
  const winners = (some: readonly Answered[], which: 'was' | 'is') =>
    some.map((one) => winner(one[which]))
  const speakers = speakersOf(told.map(({ clip }) => clip))
  const confusions = speakers.map((speaker) => {
    const own = told.filter(({ clip }) => voiceOf(clip) === speaker)
    const of = (which: 'was' | 'is') => confusionOf(labels.length, truths(own), winners(own, which))
    return [of('was'), of('is')] as const
  })
  const interval = pairedInterval(labels, confusions)
  const uar = (which: 'was' | 'is') => metrics(labels, truths(told), winners(told, which)).uar
  return {
    name,
    labels: labels.filter((_, i) => truths(told).includes(i)),
    clips: told.length,
    speakers: speakers.length,
    uar: { float32: uar('was'), quantized: uar('is') },
    ...(interval ? { interval } : {}),
  }
}

const speakersOf = (clips: readonly Clip[]) => [...new Set(clips.map(voiceOf))]

async function modelFile(folder: string) {
  const manifest: ModelManifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'))
  const file = await readFile(join(folder, manifest.files.model.path))
  return {
    labels: manifest.labels,
    bytes: file.length,
    brotli: brotliCompressSync(file).length,
  }
}
