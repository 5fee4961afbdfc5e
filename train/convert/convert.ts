import { runScript } from './run-script.ts'

/**
 * Turns a saved tfjs model into ONNX with its manifest. The same model gives the same bytes.
 * @param saved folder with `model.json`, `weights.bin` and the manifest's draft
 * @param container a container engine to do it in (`docker`, `podman`); absent: `train/.venv`
 * @returns what the script said
 */
export function convert(saved: string, out: string, container?: string): string {
  return runScript('convert.py', { from: saved, out, ...(container ? { container } : {}) })
}
