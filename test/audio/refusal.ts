import { UndertoneError } from '../../src/error.ts'

/**
 * The code of the UndertoneError that a promise is rejected with.
 * @throws when it is fulfilled, and whatever else it is rejected with
 */
export async function refusal(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
  } catch (error) {
    if (error instanceof UndertoneError && error.message.length > 20) return error.code
    throw error
  }
  throw new Error('should have been refused')
}
