import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { UndertoneError } from '../error.ts'

/** What the microphone is recorded at, Hz. */
export const CAPTURE_RATE = 16000

/** Programs that write the microphone to their output, 16-bit PCM, mono. */
const programs: [name: string, ...args: string[]][] = [
  ['arecord', '-q', '-t', 'raw', '-f', 'S16_LE', '-c', '1', '-r', `${CAPTURE_RATE}`],
  ['rec', ...'-q -t raw -e signed -b 16 -L -c 1 -r'.split(' '), `${CAPTURE_RATE}`, '-'],
  ['sox', ...'-q -d -t raw -e signed -b 16 -L -c 1 -r'.split(' '), `${CAPTURE_RATE}`, '-'],
  ['ffmpeg', ...ffmpegInput(), ...'-f s16le -ac 1 -ar'.split(' '), `${CAPTURE_RATE}`, '-'],
]

function ffmpegInput(): string[] {
  const quiet = ['-hide_banner', '-loglevel', 'error', '-nostdin']
  if (process.platform === 'darwin') return [...quiet, '-f', 'avfoundation', '-i', ':default']
  if (process.platform === 'win32') return [...quiet, '-f', 'dshow', '-i', 'audio=default']
  return [...quiet, '-f', 'alsa', '-i', 'default']
}

export interface Capture {
  program: string
  output: Readable
  /** Ends the program, which gives the microphone back. */
  stop(): void
  /** @throws {UndertoneError} (rejected) `microphone-missing` or `microphone-busy` when the program failed */
  ended: Promise<void>
}

/** @param reason the last that the program said */
function failed(program: string, reason: string): UndertoneError {
  const missing = /no .*(device|soundcard)|cannot find card|no such (file|device)/i.test(reason)
  return new UndertoneError(
    missing ? 'microphone-missing' : 'microphone-busy',
    `${program} could not record: ${reason.replace(/\.$/, '')}. ${missing ? 'Connect a microphone' : 'See that no other program holds the microphone'}, or pipe audio in.`,
  )
}

/**
 * Starts the first of the programs that there is.
 * @throws {UndertoneError} `microphone-unsupported` when there is none
 */
export async function startCapture(): Promise<Capture> {
  for (const [program, ...args] of programs) {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    try {
      await once(child, 'spawn')
    } catch {
      continue
    }
    // However this process ends, the microphone is given back.
    const kill = () => child.kill()
    process.once('exit', kill)
    let said = ''
    let stopped = false
    child.stderr.on('data', (chunk) => {
      said = `${said}${chunk}`.slice(-1000)
    })
    return {
      program,
      output: child.stdout,
      stop() {
        stopped = true
        kill()
      },
      ended: once(child, 'close').then(([status]) => {
        process.off('exit', kill)
        if (stopped || status === 0) return
        throw failed(program, said.trim().split('\n').at(-1) || `it ended with status ${status}`)
      }),
    }
  }
  const names = programs.map(([name]) => name).join(', ')
  throw new UndertoneError(
    'microphone-unsupported',
    `None of ${names} is here to record the microphone. Install one (Debian: apt-get install alsa-utils), or pipe WAV or PCM in.`,
  )
}
