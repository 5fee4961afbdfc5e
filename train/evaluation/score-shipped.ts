import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type * as tf from '@tensorflow/tfjs-node'
import { createRecognizer, type EngineName, type ModelManifest, UndertoneError } from 'undertone'
import type { Clip } from 'undertone/corpora'
import { convert } from '../convert/convert.ts'

/** What a device says of clips. */
export interface Recognized {
  /** Each clip's probabilities in the order of the manifest's labels; undefined where refused. */
  scores: (Float32Array | undefined)[]
  /** Clips that `recognize()` has no answer for, such as silent ones, and why. */
  refused: { clip: Clip; reason: string }[]
}

/**
 * Scores clips as a device would that had got this model: converted to ONNX, the clips decoded,
 * resampled, cut into windows and scored from their files by `recognize()`.
 * @param model a trained model, or a folder with its `model.json` and `weights.bin`
 * @param manifest its draft, as `draftManifest` makes it
 * @param container a container engine to convert in; absent: `train/.venv`
 * @throws {TrainingError} when it cannot be converted; {UndertoneError} when it does not start
 */
export async function scoreShipped({
  model,
  manifest,
  clips,
  container,
}: {
  model: tf.LayersModel | string
  manifest: Omit<ModelManifest, 'files' | 'graph'>
  clips: readonly Clip[]
  container?: string
}): Promise<Recognized> {
  const folder = await mkdtemp(join(tmpdir(), 'undertone-shipped-'))
  try {
    const saved = join(folder, 'saved')
    const out = join(folder, 'model')
    if (typeof model === 'string') await cp(model, saved, { recursive: true })
    else await model.save(`file://${saved}`)
    await writeFile(join(saved, 'manifest.json'), JSON.stringify(manifest))
    convert(saved, out, container)
    return await recognizeClips(out, clips)
  } finally {
    await rm(folder, { recursive: true })
  }
}

/**
 * Scores clips from their files by a converted model.
 * @param model folder of its `manifest.json`
 * @param engine what runs it; absent: what a device would take
 * @throws {UndertoneError} when it does not start
 */
export async function recognizeClips(
  model: string,
  clips: readonly Clip[],
  engine: EngineName | 'auto' = 'auto',
): Promise<Recognized> {
  const recognizer = await createRecognizer({ model: pathToFileURL(model), engine })
  const scores: Recognized['scores'] = []
  const refused: Recognized['refused'] = []
  try {
    for (const clip of clips) {
      try {
        const answer = await recognizer.recognize(await readFile(clip.path))
        scores.push(Float32Array.from(recognizer.labels, (label) => answer.scores[label]!))
      } catch (error) {
        if (!(error instanceof UndertoneError) || error.code === 'engine-failed') throw error
        scores.push(undefined)
        refused.push({ clip, reason: error.message })
      }
    }
  } finally {
    await recognizer.dispose()
  }
  return { scores, refused }
}
