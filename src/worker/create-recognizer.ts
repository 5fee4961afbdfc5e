import { UndertoneError } from '../error.ts'
import { loadCode } from '../load-code.ts'
import { checkOptions } from '../recognizer/option-names.ts'
import type { Recognizer, RecognizerOptions } from '../recognizer/types.ts'

/**
 * Loads a model and all that it needs, and gives a recognizer of emotions in clips, in samples as
 * they come, and in what a microphone hears. On a page it works in a worker.
 *
 * @example
 * const recognizer = await createRecognizer()
 * const { emotion, confidence } = await recognizer.recognize(await file.arrayBuffer())
 *
 * @throws {UndertoneError} `model-unknown`, `manifest-invalid`, `asset-missing`, `asset-corrupt`,
 * `settings-invalid`, `model-invalid`, `model-unsupported`, `engine-failed`, `worker-failed`,
 * `aborted`; nothing stays behind, and calling again starts afresh
 */
export async function createRecognizer(options: RecognizerOptions = {}): Promise<Recognizer> {
  checkOptions('createRecognizer', options)
  const { worker } = options
  if (worker ?? typeof document !== 'undefined') {
    try {
      if (typeof Worker === 'undefined') throw noWorkers()
      const { createRemoteRecognizer } = await loadCode(import('./remote-recognizer.ts'))
      return await createRemoteRecognizer(options)
    } catch (error) {
      // Pages from a file, or with a policy against workers, have the page's own thread.
      if (worker || !(error instanceof UndertoneError && error.code === 'worker-failed')) {
        throw error
      }
    }
  }
  const local = await loadCode(import('../recognizer/create-recognizer.ts'))
  return local.createRecognizer(options)
}

const noWorkers = () =>
  new UndertoneError(
    'worker-failed',
    'There are no web workers here: leave `worker` out, or pass false.',
  )
