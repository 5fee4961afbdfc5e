import { UndertoneError } from '../error.ts'

interface WasmDecoder {
  ready: Promise<void>
  free(): void
}

/**
 * Runs a wasm decoder once, and frees it whatever happens. What it throws (a trap for instance)
 * is told as damage of the file.
 * @throws {UndertoneError} `audio-corrupt`, or what `run` throws of that kind
 */
export async function withDecoder<D extends WasmDecoder, R>(
  name: string,
  decoder: D,
  run: (decoder: D) => R | Promise<R>,
): Promise<R> {
  await decoder.ready
  try {
    return await run(decoder)
  } catch (cause) {
    if (cause instanceof UndertoneError) throw cause
    throw damaged(name, cause instanceof Error ? cause.message : String(cause), { cause })
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
