/** The Python peers, in one process that answers a line a request; none where Python has none. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Settings } from './frontend-peers.ts'

export interface PythonPeers {
  names: string[]
  /** Microseconds a frame of one run; with its MFCC where `values` is set. */
  run(name: string, values?: boolean): Promise<{ us: number; data?: Float32Array }>
  close(): void
}

/** @param python an interpreter that has librosa, and perhaps torchaudio and kaldi-native-fbank */
export async function pythonPeers(
  python: string,
  samples: Float32Array,
  settings: Settings,
  folder: string,
): Promise<PythonPeers> {
  const script = fileURLToPath(new URL('frontend_peers.py', import.meta.url))
  const child: ChildProcess = spawn(python, [script], { stdio: ['pipe', 'pipe', 'ignore'] })
  const { stdin, stdout } = child
  if (!stdin || !stdout) throw new Error('no pipes')
  const answers = createInterface({ input: stdout })[Symbol.asyncIterator]()
  const gone = new Promise<undefined>((resolve) => {
    child.once('error', () => resolve(undefined))
    child.once('exit', () => resolve(undefined))
  })
  stdin.on('error', () => {})
  const ask = async (request: unknown) => {
    stdin.write(`${JSON.stringify(request)}\n`)
    const answer = await Promise.race([answers.next(), gone])
    return answer && !answer.done ? JSON.parse(answer.value) : undefined
  }
  const input = join(folder, 'samples.f32')
  const output = join(folder, 'values.f32')
  writeFileSync(input, samples)
  const names: string[] = (await ask({ settings, samples: input })) ?? []
  return {
    names,
    async run(peer, values = false) {
      const { us } = await ask({ peer, values: values ? output : undefined })
      if (!values) return { us }
      return { us, data: new Float32Array(new Uint8Array(readFileSync(output)).buffer) }
    },
    close: () => child.kill(),
  }
}
