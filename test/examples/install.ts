import { execFile, execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../../', import.meta.url))
/** Copies of the examples, with their packages, kept from one run to the next. */
const work = join(root, '.cache/examples')

/** The examples that are built for a page, and where each puts it. */
export const examples = [
  { name: 'vite', page: 'dist' },
  { name: 'webpack', page: 'dist' },
  { name: 'esbuild', page: 'dist' },
  { name: 'next', page: 'out' },
  { name: 'script-tag', page: '.' },
] as const

export type Example = (typeof examples)[number]

/** Where an example's page lies, once it is built. */
export const pageOf = ({ name, page }: Example) => join(work, name, page)

let installed: Promise<void> | undefined

/**
 * Copies the examples, and installs their packages, with this checkout's undertone as npm would
 * publish it.
 */
export function installExamples(): Promise<void> {
  installed ??= install()
  return installed
}

async function install() {
  const key = readFileSync(join(root, 'dist/.build.json'), 'utf8')
  const stamp = join(work, '.installed')
  for (const { name } of examples) copy(name)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === key) return
  const pack = ['pack', root, '--ignore-scripts', '--silent', '--pack-destination', work]
  const tarball = join(work, execFileSync('npm', pack, { cwd: work, encoding: 'utf8' }).trim())
  for (const { name } of examples) {
    await run(join(work, name), 'install', '--no-audit', '--no-fund', '--no-package-lock', tarball)
  }
  writeFileSync(stamp, key)
}

/** Copies an example's sources; what someone has built among them stays there. */
function copy(name: string) {
  const folder = join(work, name)
  mkdirSync(folder, { recursive: true })
  for (const old of readdirSync(folder)) {
    if (old !== 'node_modules') rmSync(join(folder, old), { recursive: true })
  }
  const source = join(root, 'examples', name)
  const built = ['node_modules', 'dist', 'out', 'public', 'undertone', '.next']
  const isSource = (path: string) => !built.some((made) => path === join(source, made))
  cpSync(source, folder, { recursive: true, filter: isSource })
}

/** Builds an example as its README says. */
export const buildExample = ({ name }: Example): Promise<string> =>
  run(join(work, name), 'run', 'build')

async function run(cwd: string, ...args: string[]): Promise<string> {
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: undefined }
  try {
    return (await promisify(execFile)('npm', args, { cwd, env })).stdout
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string }
    throw new Error(`In ${cwd}, npm ${args.join(' ')} failed:\n${stdout}\n${stderr}`)
  }
}
