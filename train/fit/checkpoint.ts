import { readFile, rename, writeFile } from 'node:fs/promises'
import { TrainingError } from '../training-error.ts'

/** All that a run needs to go on as if it had never stopped. */
export interface Checkpoint {
  /** Of settings, data and seed: a run of other ones must not go on from here. */
  fingerprint: string
  /** Epochs done. */
  epoch: number
  step: number
  plateau: { best: number; waited: number; factor: number }
  history: EpochRecord[]
  best: { epoch: number; uar: number }
  arrays: {
    weights: Float32Array
    bestWeights: Float32Array
    first: Float32Array
    second: Float32Array
  }
}

export interface EpochRecord {
  epoch: number
  learningRate: number
  loss: number
  validationLoss: number
  validationUar: number
  seconds: number
}

const magic = 'undertone checkpoint 1\n'

/** Writes a checkpoint in one piece: after a kill at any moment, the old or the new one is there. */
export async function writeCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  const { arrays, ...rest } = checkpoint
  const lengths = Object.fromEntries(
    Object.entries(arrays).map(([key, array]) => [key, array.length]),
  )
  const header = `${magic}${JSON.stringify({ ...rest, lengths })}\n`
  const partial = `${path}.partial`
  await writeFile(
    partial,
    Buffer.concat([
      Buffer.from(header),
      ...Object.values(arrays).map((a) => Buffer.from(a.buffer, a.byteOffset, a.byteLength)),
    ]),
  )
  await rename(partial, path)
}

/** @returns undefined where there is none */
export async function readCheckpoint(path: string): Promise<Checkpoint | undefined> {
  let bytes: Buffer
  try {
    bytes = await readFile(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const broken = () =>
    new TrainingError(
      `${path} is no whole checkpoint. Delete it to start this run from the beginning.`,
    )
  if (bytes.toString('latin1', 0, magic.length) !== magic) throw broken()
  const end = bytes.indexOf(10, magic.length)
  if (end < 0) throw broken()
  let header: Omit<Checkpoint, 'arrays'> & { lengths: Record<string, number> }
  try {
    header = JSON.parse(bytes.toString('utf8', magic.length, end))
  } catch {
    throw broken()
  }
  const { lengths, ...rest } = header
  let offset = end + 1
  const arrays = Object.fromEntries(
    Object.entries(lengths ?? {}).map(([key, length]) => {
      if (offset + 4 * length > bytes.length) throw broken()
      const copy = new Float32Array(length)
      Buffer.from(copy.buffer).set(bytes.subarray(offset, offset + 4 * length))
      offset += 4 * length
      return [key, copy]
    }),
  )
  return { ...rest, arrays } as Checkpoint
}
