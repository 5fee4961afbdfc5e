import { runScript } from './run-script.ts'

/**
 * What a smaller model keeps its weights in: `int8` (and its activations in uint8 within
 * convolutions and matrix products), or `float16` (computed in float32).
 */
export type QuantizationKind = 'int8' | 'float16'

/**
 * Makes a smaller model, with its manifest, of a converted one. The same input gives the same bytes.
 * @param model folder with `model.onnx` and `manifest.json`
 * @param windows `[windows, frames, bins]` of clips that it was trained on; int8 takes from them
 *   what ranges the activations have, float16 needs none
 * @param container a container engine to do it in (`docker`, `podman`); absent: `train/.venv`
 * @returns what the script said
 * @throws {TrainingError} for a model that is quantised already, or has nothing to quantise
 */
export function quantize(
  model: string,
  out: string,
  options: {
    name: string
    kind: QuantizationKind
    windows?: Float32Array
    container?: string | undefined
  },
): string {
  const { name, kind, windows = new Float32Array(), container } = options
  return runScript('quantize.py', {
    from: model,
    out,
    options: ['--kind', kind, '--name', name],
    input: new Uint8Array(windows.buffer, windows.byteOffset, windows.byteLength),
    ...(container ? { container } : {}),
  })
}
