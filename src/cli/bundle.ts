import { type BundleOptions, writeBundle } from '../bundle/write-bundle.ts'
import { describe, type Output } from './output.ts'

/** @returns the exit status: 0 written, 1 not, 2 no such model */
export async function bundle(options: BundleOptions, output: Output): Promise<number> {
  try {
    const { version, model, engine, files } = await writeBundle(options)
    const entries = Object.entries(files)
    const bytes = entries.reduce((sum, [, file]) => sum + file.bytes, 0)
    const shown = options.singleFile ? entries : [['', { bytes }] as const]
    for (const [path, { bytes }] of shown) {
      output.answer(`${(bytes / 1e6).toFixed(1).padStart(6)} MB  ${options.out}/${path}`)
    }
    output.note(
      `Bundle ${version}, ${entries.length} files, with ${model.name} (${model.licence}), which ${engine === 'lite' ? 'the lite engine runs' : 'needs onnxruntime-web'}.`,
    )
    return 0
  } catch (error) {
    const { code, message } = describe(error)
    output.note(`undertone: ${message} (${code})`)
    return code === 'model-unknown' ? 2 : 1
  }
}
