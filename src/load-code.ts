import { UndertoneError } from './error.ts'

/**
 * Waits for code that is loaded when it is needed.
 * @throws {UndertoneError} `asset-missing`
 */
export async function loadCode<Module>(loading: Promise<Module>): Promise<Module> {
  try {
    return await loading
  } catch (cause) {
    throw new UndertoneError(
      'asset-missing',
      `Undertone's own code could not be loaded: ${cause instanceof Error ? cause.message : cause}. See that all files of its dist folder are there, and load the page again.`,
      { cause },
    )
  }
}
