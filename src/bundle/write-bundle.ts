import { defaultModel } from '../recognizer/default-model.ts'
import { encode, readPackage } from './bundle-files.ts'
import { folderBundle } from './folder-bundle.ts'
import { type IntegrityList, integrityList } from './integrity.ts'
import { singleFiles } from './single-file.ts'
import { LIST, writeFolder } from './write-folder.ts'

export interface BundleOptions {
  /** The folder to be made; an earlier bundle in it is replaced. */
  out: string
  /** A released model's name, or the folder of one's own. */
  model: string | undefined
  /** One page and one script with everything in them, instead of a folder to be served. */
  singleFile: boolean
  /** Takes onnxruntime-web in where the model runs without, for others. */
  onnxruntime?: boolean | undefined
}

/**
 * Writes all that a device needs to recognize emotions without a network.
 * @returns what was written
 * @throws {UndertoneError} `model-unknown`, `manifest-invalid`, `asset-missing`, `asset-corrupt`,
 * `out-in-use`; the folder is as it was before
 */
export async function writeBundle(options: BundleOptions): Promise<IntegrityList> {
  const source = await readPackage(options.model ?? defaultModel, options.onnxruntime)
  const files = await (options.singleFile ? singleFiles : folderBundle)(source)
  const list = integrityList(files, source)
  files.set(LIST, encode(`${JSON.stringify(list, null, 2)}\n`))
  await writeFolder(options.out, files)
  return list
}
