import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TrainingError } from '../training-error.ts'

const here = dirname(fileURLToPath(import.meta.url))

/**
 * Turns a saved tfjs model into ONNX with its manifest by `convert.py`: in the Python environment
 * that `setup.mjs` makes, or in the container made from the same requirements.
 * @param saved folder with `model.json`, `weights.bin` and the manifest's draft
 * @param container a container engine (`docker`, `podman`) that has the image `undertone-convert`
 * @returns what the script said
 */
export function convert(saved: string, out: string, container?: string): string {
  mkdirSync(out, { recursive: true })
  const [command, args] = container
    ? [
        container,
        [
          ...['run', '--rm', '--network', 'none'],
          ...['--user', `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`],
          ...['-v', `${resolve(saved)}:/saved:ro`, '-v', `${resolve(out)}:/out`],
          ...['undertone-convert', '/saved', '/out'],
        ],
      ]
    : [join(here, '..', '.venv', 'bin', 'python'), [join(here, 'convert.py'), saved, out]]
  if (!container && !existsSync(command)) {
    throw new TrainingError('The Python environment is missing: run "node train/setup.mjs".')
  }
  const { status, error, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  if (error) throw new TrainingError(`Cannot start ${command}: ${error.message}`, { cause: error })
  if (status !== 0) {
    throw new TrainingError(`Conversion failed:\n${stderr.trim().split('\n').slice(-8).join('\n')}`)
  }
  return stdout.trim()
}
