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
  --precision P   float32 or bfloat16, of convolutions (default float32)
  --rounds N      turns of each, of 3 steps (default 8)
  --json          the figures as JSON

Other work on the machine delays PyTorch's threads more, which wait for each other, and changes the
processor time with --threads 1 least: compare by that one where it cannot be quiet.`

await runCommand(help, async (args) => {
  const { values } = parseArgs({
    args,
    options: {
      python: { type: 'string' },
      batch: { type: 'string', default: '64' },
      threads: { type: 'string', default: String(availableParallelism()) },
      rounds: { type: 'string', default: '8' },
      precision: { type: 'string', default: 'float32' },
      json: { type: 'boolean', default: false },
    },
  })
  const batch = wholeNumber('batch', values.batch)
  const threads = wholeNumber('threads', values.threads)
  const rounds = wholeNumber('rounds', values.rounds)
  const { precision } = values
  if (precision !== 'float32' && precision !== 'bfloat16') {
    throw new TrainingError(`--precision is float32 or bfloat16, not ${precision}.`)
  }
  const folder = await mkdtemp(join(tmpdir(), 'undertone-step-'))
  const peers: Peer[] = []
  try {
    const node = ['--import', 'tsx', join(here, 'tfjs-step.ts'), folder, String(batch), precision]
    peers.push(await start(process.execPath, node, { TF_NUM_INTRAOP_THREADS: String(threads) }))
    if (values.python) {
      const python = [join(here, 'residual_cnn.py'), folder, String(threads)]
      peers.push(await start(interpreter(values.python), python, {}))
      checkSame(peers)
    }
    const times = peers.map((): StepTime[] => [])
    for (const peer of peers) await peer.steps(3)
    for (let round = 0; round < rounds; round++) {
      for (const [i, peer] of peers.entries()) times[i]!.push(...(await peer.steps(3)))
    }
    const figures = peers.map(({ about }, i) => figuresOf(about, times[i]!, batch))
    report(figures, batch, precision, values.json)
  } finally {
    for (const peer of peers) peer.stop()
    await rm(folder, { recursive: true })
  }
})

/** Milliseconds of a step: elapsed, and of all threads' processor time. */
type StepTime = [elapsed: number, processor: number]

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
  steps(count: number): Promise<StepTime[]>
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

interface Figures extends About {
  ms: { least: number; median: number; processor: number }
  msPerClip: number
}

function figuresOf(about: About, times: readonly StepTime[], batch: number): Figures {
  const elapsed = times.map(([elapsed]) => elapsed).sort((a, b) => a - b)
  const least = elapsed[0]!
  const median = elapsed[elapsed.length >> 1]!
  const processor = Math.min(...times.map(([, processor]) => processor))
  return { ...about, ms: { least, median, processor }, msPerClip: least / batch }
}

function report(
  [ours, theirs]: readonly Figures[],
  batch: number,
  precision: string,
  json: boolean,
) {
  const ratio = (of: keyof Figures['ms']) => (theirs ? ours!.ms[of] / theirs.ms[of] : null)
  const load = loadavg()[0]!
  const machine = { cpu: cpus()[0]?.model, cpus: cpus().length, load, node: process.version }
  if (json) {
    const ratios = {
      ratio_to_pytorch: ratio('least'),
      ratio_of_medians: ratio('median'),
      ratio_of_processor_time: ratio('processor'),
    }
    console.log(
      JSON.stringify({ ...ratios, batch, precision, tfjs: ours, pytorch: theirs ?? null, machine }),
    )
    return
  }
  console.log(
    `A step of ${batch} windows: forward, backward, update, in ${precision}. ${machine.cpu}, load ${load.toFixed(1)}\n`,
  )
  const row = ([name, ...cells]: string[]) =>
    console.log(name!.padEnd(24) + cells.map((cell) => cell.padStart(14)).join(''))
  row(['', 'parameters', 'threads', 'least ms', 'median ms', 'processor ms', 'ms a clip'])
  for (const { name, parameters, threads, ms, msPerClip } of [ours!, ...(theirs ? [theirs] : [])]) {
    const times = [ms.least, ms.median, ms.processor].map((time) => time.toFixed(0))
    row([name, String(parameters), String(threads), ...times, msPerClip.toFixed(2)])
  }
  if (!theirs) {
    console.log('\nName an interpreter that has torch by --python for the ratio to PyTorch.')
    return
  }
  const [least, median, processor] = (['least', 'median', 'processor'] as const).map((of) =>
    ratio(of)!.toFixed(2),
  )
  console.log(
    `\n× ${least} of PyTorch's least time, × ${median} of its median, × ${processor} of its processor time. Logits differ by ${theirs.difference!.toExponential(0)}.`,
  )
}
