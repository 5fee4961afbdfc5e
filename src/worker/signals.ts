import { UndertoneError } from '../error.ts'

export const aborted = (signal: AbortSignal | undefined) =>
  new UndertoneError('aborted', 'This was aborted.', { cause: signal?.reason })

export function throwIfAborted(signal: AbortSignal | undefined) {
  if (signal?.aborted) throw aborted(signal)
}
