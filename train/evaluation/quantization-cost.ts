import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import type { ModelManifest } from 'undertone'
import type { Clip } from 'undertone/corpora'
import { TrainingError } from '../training-error.ts'
import { metrics } from './metrics.ts'
import { winner } from './score-clips.ts'
import { recognizeClips } from './score-shipped.ts'
import { type WindowTime, windowTimes } from './window-times.ts'

/** Of a model as it was, and quantised. */
export interface Both<T> {
  float32: T
  quantized: T
}

/** What quantisation costs, and what it gains. */
export interface QuantizationCost {
  /** Clips that both models answered. */
  clips: number
  speakers: number
  /** Share of the clips with the same label from both. */
  agreement: number
  /** The largest difference between two probabilities. */
  largestDifference: number
  /** Over the clips with one of these labels. */
  uar?: Both<number> & { labels: string[]; clips: number }
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
 */
export async function quantizationCost(
  folders: Both<string>,
  clips: readonly Clip[],
  window: { features: Float32Array; bins: number },
): Promise<QuantizationCost> {
  const float32 = await modelFile(folders.float32)
  const quantized = await modelFile(folders.quantized)
  const before = await recognizeClips(folders.float32, clips)
  const after = await recognizeClips(folders.quantized, clips)
  const answered = clips.flatMap((clip, i) => {
    const [was, is] = [before.scores[i], after.scores[i]]
    return was && is ? [{ clip, was, is }] : []
  })
  if (answered.length === 0) {
    throw new TrainingError(
      `The models have an answer to none of ${clips.length} clips: ${before.refused[0]?.reason}`,
    )
  }
  const { labels } = float32
  const labelled = answered.filter(({ clip }) => labels.includes(clip.emotion))
  const truths = labelled.map(({ clip }) => labels.indexOf(clip.emotion))
  const uarOf = (which: 'was' | 'is') =>
    metrics(
      labels,
      truths,
      labelled.map((clip) => winner(clip[which])),
    ).uar
  const [was, is] = await windowTimes([folders.float32, folders.quantized], window, 60)
  return {
    clips: answered.length,
    speakers: new Set(answered.map(({ clip }) => `${clip.corpus}/${clip.speaker}`)).size,
    agreement:
      answered.filter(({ was, is }) => winner(was) === winner(is)).length / answered.length,
    largestDifference: Math.max(
      ...answered.flatMap(({ was, is }) => Array.from(was, (score, i) => Math.abs(score - is[i]!))),
    ),
    ...(labelled.length > 0
      ? {
          uar: {
            float32: uarOf('was'),
            quantized: uarOf('is'),
            labels: labels.filter((_, i) => truths.includes(i)),
            clips: labelled.length,
          },
        }
      : {}),
    bytes: { float32: float32.bytes, quantized: quantized.bytes },
    brotli: { float32: float32.brotli, quantized: quantized.brotli },
    ms: { float32: was!, quantized: is! },
    timeRatio: is!.least / was!.least,
  }
}

async function modelFile(folder: string) {
  const manifest: ModelManifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'))
  const file = await readFile(join(folder, manifest.files.model.path))
  return {
    labels: manifest.labels,
    bytes: file.length,
    brotli: brotliCompressSync(file).length,
  }
}
