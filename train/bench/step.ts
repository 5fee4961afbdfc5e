import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs, runCommand, userPath, wholeNumber } from '../command-line.ts'
import { TrainingError } from '../training-error.ts'

const here = dirname(fileURLToPath(import.meta.url))

const help = `Times a training step of the flagship's network, forward, backward and update, in tfjs-node and,
where there is one, in PyTorch: the same network from the same weights, in turns.

  npm run bench:train -- --python PATH

  --python PATH   an interpreter that has torch (pip install torch, in an environment of its own)
  --batch N       windows in a step (default 64)
  --threads N     of each (default one a core)
  --rounds N      turns of each, of 3 steps (default 8)
  --json          the figures as JSON`

await runCommand(help, async (args) => {
  const { values } = parseArgs({
    args,
    options: {
      python: { type: 'string' },
      batch: { type: 'string', default: '64' },
      threads: { type: 'string', default: String(availableParallelism()) },
      rounds: { type: 'string', default: '8' },
      json: { type: 'boolean', default: false },
    },
  })
  const batch = wholeNumber('batch', values.batch)
  const threads = wholeNumber('threads', values.threads)
  const rounds = wholeNumber('rounds', values.rounds)
  const folder = await mkdtemp(join(tmpdir(), 'undertone-step-'))
  const peers: Peer[] = []
  try {
    const node = ['--import', 'tsx', join(here, 'tfjs-step.ts'), folder, String(batch)]
    peers.push(await start(process.execPath, node, { TF_NUM_INTRAOP_THREADS: String(threads) }))
    if (values.python) {
      const python = [join(here, 'residual_cnn.py'), folder, String(threads)]
      peers.push(await start(interpreter(values.python), python, {}))
      checkSame(peers)
    }
    const times = peers.map((): number[] => [])
    for (const peer of peers) await peer.steps(3)
    for (let round = 0; round < rounds; round++) {
      for (const [i, peer] of peers.entries()) times[i]!.push(...(await peer.steps(3)))
    }
    report(peers, times, batch, values.json)
  } finally {
    for (const peer of peers) peer.stop()
    await rm(folder, { recursive: true })
  }
})

interface About {
  name: string
  /** Trainable ones. */
  parameters: number
  threads: number
  /** Largest difference of a logit from tfjs's. */
  difference?: number
}

interface Peer {
  about: About
  /** Milliseconds of each of so many steps. */
  steps(count: number): Promise<number[]>
  stop(): void
}

/** A name to look up, or a path from where the user typed it. */
function interpreter(given: string): string {
  return given.includes('/') ? userPath(given) : given
}

async function start(command: string, args: string[], env: NodeJS.ProcessEnv): Promise<Peer> {
  const child: ChildProcessWithoutNullStreams = spawn(command, args, {
    env: { ...process.env, ...env },
  })
  let said = ''
  child.stderr.on('data', (data) => {
    said += data
  })
  const ended = new Promise<never>((_, reject) => {
    child.on('error', (error) => reject(new TrainingError(`${command}: ${error.message}`)))
    child.on('close', () => {
      const reason = said.trim().split('\n').slice(-4).join('\n')
      reject(new TrainingError(`${command} ended before it was done:\n${reason}`))
    })
  })
  ended.catch(() => {})
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async () => {
    const { value, done } = await Promise.race([lines.next(), ended])
    return done ? ended : JSON.parse(value)
  }
  return {
    about: await next(),
    async steps(count) {
      child.stdin.write(`${count}\n`)
      return next()
    },
    stop: () => child.stdin.end(),
  }
}

function checkSame(peers: readonly Peer[]) {
  const [ours, theirs] = peers.map(({ about }) => about) as [About, About]
  if (ours.parameters !== theirs.parameters || !(theirs.difference! < 1e-3)) {
    throw new TrainingError(
      `The networks are not the same: ${ours.parameters} parameters and ${theirs.parameters}, logits that differ by ${theirs.difference}. Bring residual_cnn.py up to date with residual-cnn.ts.`,
    )
  }
}

function report(peers: readonly Peer[], times: number[][], batch: number, json: boolean) {
  const figures = peers.map(({ about }, i) => {
    const sorted = [...times[i]!].sort((a, b) => a - b)
    const least = sorted[0]!
    const median = sorted[sorted.length >> 1]!
    return { ...about, ms: { least, median }, msPerClip: least / batch }
  })
  const [ours, theirs] = figures
  const ratio = theirs ? ours!.ms.least / theirs.ms.least : null
  const medianRatio = theirs ? ours!.ms.median / theirs.ms.median : null
  const load = loadavg()[0]!
  const machine = { cpu: cpus()[0]?.model, cpus: cpus().length, load, node: process.version }
  if (json) {
    console.log(
      JSON.stringify({
        ...{ ratio_to_pytorch: ratio, ratio_of_medians: medianRatio, batch },
        ...{ tfjs: ours, pytorch: theirs ?? null, machine },
      }),
    )
    return
  }
  console.log(
    `A step of ${batch} windows: forward, backward, update. ${machine.cpu}, load ${load.toFixed(1)}`,
  )
  console.log('                          parameters  threads  least ms  median ms  ms a clip')
  for (const { name, parameters, threads, ms, msPerClip } of figures) {
    console.log(
      `${name.padEnd(26)}${String(parameters).padStart(10)}${String(threads).padStart(9)}${ms.least.toFixed(0).padStart(10)}${ms.median.toFixed(0).padStart(11)}${msPerClip.toFixed(2).padStart(11)}`,
    )
  }
  if (ratio === null)
    console.log('Name an interpreter that has torch by --python for the ratio to PyTorch.')
  else
    console.log(
      `× ${ratio.toFixed(2)} of PyTorch's time (medians × ${medianRatio!.toFixed(2)}); their logits differ by ${theirs!.difference!.toExponential(0)}`,
    )
}
