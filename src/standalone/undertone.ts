/**
 * The library as one script with its assets in it: `undertone.createRecognizer()` fetches nothing.
 * @module
 */
import { createRecognizer as create } from '../index.ts'
import type { Recognizer, RecognizerOptions } from '../recognizer/types.ts'
import { assets, model } from './inline-assets.ts'

export * from '../index.ts'
export { assets }

/** As `createRecognizer` of the package, with the model and all else that is in this file. */
export const createRecognizer = (options: RecognizerOptions = {}): Promise<Recognizer> =>
  create({ assets, model, ...options })
