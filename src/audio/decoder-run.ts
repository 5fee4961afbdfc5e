import { UndertoneError } from '../error.ts'
import { tooLong } from './limits.ts'

interface WasmDecoder {
  ready: Promise<void>
  free(): void
}

// Magic and version: the smallest module there is.
const EMPTY_MODULE = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)

/**
 * Starts a wasm decoder, runs it once, and frees it whatever happens. What it throws (a trap for
 * instance) is told as damage of the file.
 * @throws {UndertoneError} `audio-corrupt`, `audio-too-long` for lack of memory,
 *   `audio-unsupported` where WebAssembly is forbidden, or what `run` throws of that kind
 */
export async function withDecoder<D extends WasmDecoder, R>(
  name: string,
  start: () => D,
  run: (decoder: D) => R | Promise<R>,
): Promise<R> {
  try {
    await WebAssembly.compile(EMPTY_MODULE)
  } catch (cause) {
    // The decoders themselves would never get ready, and say nothing.
    throw new UndertoneError(
      'audio-unsupported',
      `Decoding ${name} needs WebAssembly, which is forbidden here. Allow 'wasm-unsafe-eval' in the page's script-src, or use WAV.`,
      { cause },
    )
  }
  const decoder = start()
  await decoder.ready
  try {
    return await run(decoder)
  } catch (cause) {
    if (cause instanceof UndertoneError) throw cause
    const what = cause instanceof Error ? cause.message : String(cause)
    if (cause instanceof RangeError && /allocation/i.test(what)) throw tooLong(cause)
    throw damaged(name, what, { cause })
  } finally {
    try {
      decoder.free()
    } catch {
      // After a trap its heap may be in no state to be freed; the whole instance is dropped anyway.
    }
  }
}

/** Turns the errors that a decoder lists instead of throwing into one. */
export function refuseErrors(name: string, errors: readonly { message: string }[]): void {
  if (errors[0]) throw damaged(name, errors[0].message)
}

export function damaged(name: string, what: string, options?: ErrorOptions): UndertoneError {
  return new UndertoneError(
    'audio-corrupt',
    `The ${name} file is damaged: ${what}. Export it again.`,
    options,
  )
}
