/** Peers in a process of their own that answers a line a request: frontend_peers.py, frontend-peers.ts. */
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import type { Settings } from './frontend-peers.ts'

export interface PeerProcess {
  peers: { name: string; definition?: string }[]
  /** Why there are none. */
  reason?: string
  /** Microseconds a frame; with its MFCC where `values` is set. */
  run(name: string, values?: boolean): Promise<{ us: number; data?: Float32Array }>
  close(): void
}

/**
 * JavaScript, in a plain Node, one process a peer: where an ArrayBuffer was ever detached, as tsx's
 * loader and every memory that grows do, V8 checks for it at each access, which costs half again.
 */
export function bundledPeers(folder: string): string {
  const source = new URL('frontend-peers.ts', import.meta.url)
  const outfile = join(folder, 'frontend-peers.mjs')
  buildSync({
    entryPoints: [fileURLToPath(source)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    define: { 'import.meta.url': JSON.stringify(source.href) },
  })
  return outfile
}

export async function peerProcess(
  command: string,
  args: string[],
  samples: Float32Array,
  settings: Settings,
  folder: string,
): Promise<PeerProcess> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] })
  const { stdin, stdout } = child
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
  const { peers = [], reason } = (await ask({ settings, samples: input })) ?? {}
  return {
    peers,
    reason,
    async run(peer, values = false) {
      const { us } = await ask({ peer, values: values ? output : undefined })
      if (!values) return { us }
      return { us, data: new Float32Array(new Uint8Array(readFileSync(output)).buffer) }
    },
    close: () => child.kill(),
  }
}
