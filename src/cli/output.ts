import { UndertoneError } from '../error.ts'
import type { Screen } from './lines.ts'

/** Where a command's words go. */
export interface Output {
  /** Answers: a line on stdout. */
  answer(line: string): void
  /** Everything else: a line on stderr. */
  note(line: string): void
  screen: Screen
}

/** An error's code, and what a person reads. */
export function describe(error: unknown): { code: string; message: string } {
  if (error instanceof UndertoneError) return { code: error.code, message: error.message }
  return { code: 'unexpected', message: error instanceof Error ? error.message : String(error) }
}
