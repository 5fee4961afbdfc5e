import { spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, isAbsolute, join } from 'node:path'
import { UndertoneError } from '../error.ts'
import { checkLength } from './limits.ts'
import type { Decoded, PlatformFormat } from './types.ts'
import { decodeWav } from './wav.ts'

// ffmpeg's demuxers. The one that the file's bytes ask for is forced: left to guess, ffmpeg would
// also read playlists, which can name other files and hosts.
const DEMUXERS: Record<PlatformFormat, string> = {
  aac: 'aac',
  ac3: 'ac3',
  aiff: 'aiff',
  amr: 'amr',
  au: 'au',
  caf: 'caf',
  m4a: 'mov',
  ogg: 'ogg',
  w64: 'w64',
  'wav-compressed': 'wav',
  webm: 'matroska',
  wma: 'asf',
}

/**
 * Decodes with an ffmpeg found on the PATH. It reads a temporary file (some formats keep their
 * index at the end), which is removed afterwards, and may open nothing else.
 * @throws {UndertoneError} `audio-unsupported` when no ffmpeg is installed, `audio-corrupt` when it
 *   can't decode the file, `audio-too-long`, `aborted`
 */
export async function decodeByPlatform(
  bytes: Uint8Array,
  format: PlatformFormat,
  signal?: AbortSignal,
): Promise<Decoded> {
  const ffmpeg = await findFfmpeg()
  if (!ffmpeg) {
    throw new UndertoneError(
      'audio-unsupported',
      `Decoding ${format} needs ffmpeg, which is not on the PATH. Install it, or convert the file to WAV, FLAC, MP3 or Ogg.`,
    )
  }
  const folder = await mkdtemp(join(tmpdir(), 'undertone-'))
  try {
    const file = join(folder, 'input')
    await writeFile(file, bytes, { mode: 0o600 })
    const wav = await run(
      ffmpeg,
      [
        ...['-nostdin', '-v', 'error', '-xerror', '-protocol_whitelist', 'file,pipe'],
        ...['-f', DEMUXERS[format], '-i', `file:${file}`],
        ...['-map', '0:a:0', '-c:a', 'pcm_f32le', '-f', 'wav', 'pipe:1'],
      ],
      format,
      signal,
    )
    const decoded = decodeWav(wav)
    if (!decoded) throw failed(format, 'its answer is not WAV')
    return decoded
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The first executable ffmpeg on the PATH; relative entries are not trusted. */
async function findFfmpeg(): Promise<string | undefined> {
  const name = process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg'
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    if (!isAbsolute(folder)) continue
    const path = join(folder, name)
    try {
      await access(path, constants.X_OK)
      return path
    } catch {
      // not here
    }
  }
  return undefined
}

function run(
  ffmpeg: string,
  args: string[],
  format: PlatformFormat,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const child = spawn(ffmpeg, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      killSignal: 'SIGKILL',
      ...(signal ? { signal } : {}),
    })
    const chunks: Buffer[] = []
    let length = 0
    let complaint = ''
    let problem: unknown
    child.stdout.on('data', (chunk: Buffer) => {
      length += chunk.length
      try {
        checkLength(length / Float32Array.BYTES_PER_ELEMENT, 1)
        chunks.push(chunk)
      } catch (error) {
        problem ??= error
        child.kill('SIGKILL')
      }
    })
    child.stderr.on('data', (chunk: Buffer) => {
      if (complaint.length < 10_000) complaint += chunk
    })
    child.on('error', (error) => {
      problem ??= error
    })
    child.on('close', (code) => {
      if (signal?.aborted) {
        reject(new UndertoneError('aborted', 'Decoding was aborted.', { cause: signal.reason }))
      } else if (problem instanceof UndertoneError) {
        reject(problem)
      } else if (problem || code !== 0) {
        reject(failed(format, complaint.trim().split('\n')[0] || `status ${code}`, problem))
      } else {
        resolve(Buffer.concat(chunks))
      }
    })
  })
}

function failed(format: PlatformFormat, why: string, cause?: unknown): UndertoneError {
  return new UndertoneError(
    'audio-corrupt',
    `ffmpeg cannot decode the ${format} file: ${why}. Export it again, or convert it to WAV.`,
    { cause },
  )
}
