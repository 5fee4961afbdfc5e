import { readFileSync } from 'node:fs'
import { type FeatureSettings, FrontEnd } from 'undertone/frontend'
import { frontEndWasm } from './built-code.ts'

/**
 * What the front end gives for digital silence, and so what a short clip is filled up with.
 * @returns `[bins]`
 * @throws {UndertoneError} `settings-invalid`
 */
export function silentFrame(frontEnd: FeatureSettings): Float32Array {
  const module = new WebAssembly.Module(readFileSync(frontEndWasm))
  const { data, bins } = new FrontEnd(module, frontEnd).compute(new Float32Array(frontEnd.nFft))
  return data.slice(0, bins)
}
