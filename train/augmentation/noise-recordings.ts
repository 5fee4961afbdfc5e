import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeAudio, toMono } from 'undertone/audio'
import { resample } from 'undertone/frontend'
import { TrainingError } from '../training-error.ts'

/**
 * Folds of ESC-50 (Piczak 2015), the first number of a recording's name, by what they are for:
 * a model is tested in noise that it never heard.
 */
const folds = { train: '123', validation: '4', test: '5' }

/**
 * Recordings of noise for one part of an experiment, of those named `CLASS_FOLD-…`, such as
 * `rain_4-163608-A.opus`.
 * @returns paths, sorted by name
 * @throws {TrainingError} when the folder can't be read, has none for this part, or has a
 *   recording whose name doesn't tell its part
 */
export async function noiseRecordings(folder: string, part: keyof typeof folds): Promise<string[]> {
  const names = await readdir(folder).catch((cause) => {
    throw new TrainingError(`Cannot read the folder of noise recordings ${folder}.`, { cause })
  })
  const recordings = names.filter((name) => /\.(wav|flac|opus|ogg|mp3)$/i.test(name)).sort()
  const foldOf = (name: string) => /_([1-5])-/.exec(name)?.[1]
  const odd = recordings.find((name) => !foldOf(name))
  if (odd) {
    throw new TrainingError(
      `${join(folder, odd)} doesn't tell what it is for: name it CLASS_N-…, N from 1 to 3 to train, 4 to validate, 5 to test.`,
    )
  }
  const chosen = recordings.filter((name) => folds[part].includes(foldOf(name)!))
  if (chosen.length === 0) {
    const names = [...folds[part]].map((fold) => `CLASS_${fold}-…`).join(', ')
    throw new TrainingError(
      `${folder} has no noise for the part "${part}": none is named ${names}.`,
    )
  }
  return chosen.map((name) => join(folder, name))
}

/**
 * @returns mono samples at this rate, of each
 * @throws {TrainingError} naming the one that can't be decoded or is silent
 */
export async function loadRecordings(
  paths: readonly string[],
  sampleRate: number,
): Promise<Float32Array[]> {
  const recordings: Float32Array[] = []
  for (const path of paths) {
    const { channels, sampleRate: from } = await readFile(path)
      .then((bytes) => decodeAudio(bytes))
      .catch((cause) => {
        throw new TrainingError(`Cannot read the noise ${path}: ${cause.message}`, { cause })
      })
    const samples = await resample(toMono(channels), from, sampleRate)
    if (!samples.some((x) => x !== 0)) {
      throw new TrainingError(`The noise ${path} is silent: take it out of the folder.`)
    }
    recordings.push(samples)
  }
  return recordings
}
