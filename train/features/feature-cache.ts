import { createHash } from 'node:crypto'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { threadId } from 'node:worker_threads'

// A file: the SHA-256 of the rest, then float32 values.
const digestBytes = 32
const digest = (values: Uint8Array) => createHash('sha256').update(values).digest()
const fileOf = (folder: string, key: string) => join(folder, `${key}.f32`)

/** @returns nothing where there is none, or one that is cut off or damaged */
export async function readFeatures(folder: string, key: string): Promise<Float32Array | undefined> {
  // Whatever the reason that it can't be read, it can be computed.
  const bytes = await readFile(fileOf(folder, key)).catch(() => undefined)
  if (!bytes || bytes.length <= digestBytes) return undefined
  const values = bytes.subarray(digestBytes)
  if (!digest(values).equals(bytes.subarray(0, digestBytes))) return undefined
  return new Float32Array(
    values.buffer.slice(values.byteOffset, values.byteOffset + values.byteLength),
  )
}

/** @throws what the file system says, and leaves nothing behind */
export async function writeFeatures(
  folder: string,
  key: string,
  features: Float32Array,
): Promise<void> {
  const values = new Uint8Array(features.buffer, features.byteOffset, features.byteLength)
  const file = fileOf(folder, key)
  // Under another name first: what is interrupted half-way must not be taken for whole. The name
  // is this thread's alone, whoever shares the folder.
  const partial = `${file}.${hostname()}-${process.pid}-${threadId}.partial`
  try {
    await writeFile(partial, Buffer.concat([digest(values), values]))
    await rename(partial, file)
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}
