import { UndertoneError } from './error.ts'

/**
 * @param name of the file, for who is told
 * @throws {UndertoneError} `asset-corrupt`
 */
export async function compileWasm(bytes: BufferSource, name: string): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes)
  } catch (cause) {
    throw new UndertoneError(
      'asset-corrupt',
      `${name} is not a WebAssembly module that this platform can compile (SIMD is needed).`,
      { cause },
    )
  }
}
