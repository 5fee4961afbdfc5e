import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TrainingError } from '../training-error.ts'

const here = dirname(fileURLToPath(import.meta.url))

/** What each script does, for when it fails. */
const work = { 'convert.py': 'Conversion', 'quantize.py': 'Quantisation' }

export interface ScriptRun {
  /** Folder that it reads. */
  from: string
  /** Folder that it writes. */
  out: string
  options?: readonly string[]
  /** What it reads from its standard input. */
  input?: Uint8Array
  /** A container engine (`docker`, `podman`) that has the image `undertone-convert`. */
  container?: string
}

/**
 * Runs a script of this folder: in the Python environment that `setup.mjs` makes, or in the
 * container made from the same requirements.
 * @returns what it said
 */
export function runScript(
  script: keyof typeof work,
  { from, out, options = [], input, container }: ScriptRun,
): string {
  mkdirSync(out, { recursive: true })
  const [command, args] = container
    ? [
        container,
        [
          ...['run', '--rm', '--interactive', '--network', 'none'],
          ...['--user', `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`],
          // Without root, podman gives the container other ids: what it wrote would not be ours.
          ...(basename(container) === 'podman' && process.getuid?.() !== 0
            ? ['--userns', 'keep-id']
            : []),
          ...['-v', `${resolve(from)}:/from:ro`, '-v', `${resolve(out)}:/out`],
          ...['undertone-convert', script, '/from', '/out', ...options],
        ],
      ]
    : [join(here, '..', '.venv', 'bin', 'python'), [join(here, script), from, out, ...options]]
  if (!container && !existsSync(command)) {
    throw new TrainingError('The Python environment is missing: run "node train/setup.mjs".')
  }
  const { status, error, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', input })
  // A script that refuses before it has read all of its input leaves a broken pipe.
  if (error && (error as NodeJS.ErrnoException).code !== 'EPIPE') {
    throw new TrainingError(`Cannot start ${command}: ${error.message}`, { cause: error })
  }
  if (status !== 0) {
    const reason = stderr.trim().split('\n').slice(-8).join('\n')
    throw new TrainingError(`${work[script]} failed:\n${reason}`)
  }
  return stdout.trim()
}
