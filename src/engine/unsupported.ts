import { UndertoneError } from '../error.ts'

/** @throws {UndertoneError} `model-unsupported` */
export function unsupported(what: string): never {
  throw new UndertoneError(
    'model-unsupported',
    `The lite engine cannot run this model: ${what}. onnxruntime-web can: engine 'ort', or 'auto'.`,
  )
}
