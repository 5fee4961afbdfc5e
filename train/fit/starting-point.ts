import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-node'
import { fileSystem } from '@tensorflow/tfjs-node/dist/io/file_system.js'
import type { ModelManifest } from 'undertone'
import type { Emotion } from 'undertone/corpora'
import { TrainingError } from '../training-error.ts'

/** A trained model that another training starts from. */
export interface StartingPoint {
  /** By name. */
  weights: ReadonlyMap<string, Float32Array>
  /** What it heard, which the new model has then heard too. */
  corpora: ModelManifest['corpora']
  /** Of its last layer, where the new model's goes on from that. */
  labels?: readonly Emotion[]
}

/**
 * Reads what a training saved.
 * @param folder with `model.json`, `weights.bin` and `manifest.json`
 */
export async function readStartingPoint(folder: string): Promise<StartingPoint> {
  try {
    const { weightSpecs, weightData } = await fileSystem(join(folder, 'model.json')).load()
    const tensors = tf.io.decodeWeights(weightData as ArrayBuffer, weightSpecs ?? [])
    const weights = new Map(
      Object.entries(tensors).map(([name, tensor]) => [name, tensor.dataSync() as Float32Array]),
    )
    tf.dispose(tensors)
    const { corpora } = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'))
    return { weights, corpora }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new TrainingError(
      `No saved model can be read from ${folder}: ${reason}. A training saves one in train/runs/…/saved.`,
      { cause },
    )
  }
}

/** Refuses a starting point that has heard speakers who must not be heard. */
export function refuseHeard(
  { corpora }: Pick<StartingPoint, 'corpora'>,
  corpus: string,
  speakers: readonly string[],
): void {
  const heard = corpora.filter(({ name }) => name === corpus).flatMap(({ speakers }) => speakers)
  const both = speakers.filter((speaker) => heard.includes(speaker))
  if (both.length > 0) {
    throw new TrainingError(
      `The model to start from has heard speakers of ${corpus} who must stay unheard: ${both.join(', ')}. Start from one that was trained without them.`,
    )
  }
}

/**
 * Copies a starting point's weights by name. The last layer's are left as they are, since its
 * labels are other ones; or taken for the labels that both have, where the starting point tells its
 * own.
 * @param labels the model's
 */
export function startFrom(
  model: tf.LayersModel,
  { weights, labels: known }: Pick<StartingPoint, 'weights' | 'labels'>,
  labels: readonly Emotion[],
): void {
  for (const weight of model.weights) {
    const shape = weight.shape as number[]
    const last = weight.originalName.startsWith('logits/')
    if (last && !known) continue
    const all = weights.get(weight.originalName)
    const values =
      last && known && all ? columnsOf(all, known, labels, weight.read().dataSync()) : all
    if (values?.length !== tf.util.sizeFromShape(shape)) {
      throw new TrainingError(
        `The model to start from is another network: its ${weight.originalName} is ${values ? `of ${values.length} values` : 'missing'}, and should have shape ${JSON.stringify(shape)}.`,
      )
    }
    tf.tidy(() => {
      weight.write(tf.tensor(values, shape))
    })
  }
}

/**
 * Of a matrix or vector with a column a label, those of other labels.
 * @param fresh what stands where there was no such label
 */
function columnsOf(
  all: Float32Array,
  known: readonly Emotion[],
  labels: readonly Emotion[],
  fresh: ArrayLike<number>,
): Float32Array {
  return Float32Array.from(fresh, (number, i) => {
    const column = known.indexOf(labels[i % labels.length]!)
    return column < 0 ? number : all[Math.floor(i / labels.length) * known.length + column]!
  })
}
