import { UndertoneError, type UndertoneErrorCode } from '../error.ts'
import type { PlainError } from './messages.ts'

export function toPlain(error: unknown): PlainError {
  const { message, cause } = error instanceof Error ? error : new Error(String(error))
  const code = error instanceof UndertoneError ? error.code : undefined
  return { code, message, cause: cause === undefined ? undefined : String(cause) }
}

export function fromPlain({ code, message, cause }: PlainError): Error {
  const options = cause === undefined ? {} : { cause }
  if (code === undefined) return new Error(message, options)
  return new UndertoneError(code as UndertoneErrorCode, message, options)
}
