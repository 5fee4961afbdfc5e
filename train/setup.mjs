// Makes the training environment ready: this package's modules, TensorFlow's native binding,
// and the Python environment that converts models to ONNX.
//
//   node train/setup.mjs           fetch and build what is missing
//   node train/setup.mjs --modules the modules alone, which is enough to look at results
//   node train/setup.mjs --check   exit 0 when all is there, 1 with the reason when not
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const venv = join(here, '.venv')
const python = join(venv, 'bin', 'python')
const requirements = join(here, 'convert', 'requirements.txt')
const venvStamp = join(venv, '.requirements.sha256')
const modulesStamp = join(here, 'node_modules', '.package-lock.sha256')
const tfjsNode = join(here, 'node_modules', '@tensorflow', 'tfjs-node')

class SetupError extends Error {}

const sha256 = (path) => createHash('sha256').update(readFileSync(path)).digest('hex')
const stamped = (stamp, path) => existsSync(stamp) && readFileSync(stamp, 'utf8') === sha256(path)
const say = (line) => console.error(`train: ${line}`)

function run(command, args, options = {}) {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    ...options,
  })
  return { ok: status === 0, output: error ? error.message : `${stdout ?? ''}${stderr ?? ''}` }
}

function must(what, command, args, options) {
  const { ok, output } = run(command, args, options)
  if (!ok)
    throw new SetupError(`${what} failed:\n${output.trim().split('\n').slice(-12).join('\n')}`)
}

const bindingLoads = () =>
  run(process.execPath, ['-e', "require('@tensorflow/tfjs-node')"], { cwd: here }).ok

function missing() {
  if (!stamped(modulesStamp, join(here, 'package-lock.json'))) return "train/'s node_modules"
  if (!stamped(venvStamp, requirements)) return 'the Python environment train/.venv'
  if (!bindingLoads()) return "TensorFlow's native binding for Node"
  return undefined
}

/** A Python that TensorFlow 2.21 has wheels for. */
function findPython() {
  const found = [process.env.PYTHON, 'python3.11', 'python3.12', 'python3.13', 'python3']
    .filter(Boolean)
    .find((command) => {
      const probe =
        'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'
      return run(command, ['-c', probe]).ok
    })
  if (!found) {
    throw new SetupError(
      'No Python 3.11 to 3.13 with venv was found. Install one (Debian: apt-get install python3 python3-venv), or name it in PYTHON.',
    )
  }
  return found
}

function installModules() {
  say('installing tfjs-node and its kin from the npm registry (300 MB)')
  // Scripts off: tfjs-node's own downloads a library from a host that is often out of reach.
  must('npm ci', 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: here })
  writeFileSync(modulesStamp, sha256(join(here, 'package-lock.json')))
}

function installPython() {
  say('installing TensorFlow and tf2onnx from PyPI into train/.venv (2 GB, some minutes)')
  rmSync(venv, { recursive: true, force: true })
  must('Making train/.venv', findPython(), ['-m', 'venv', venv])
  must('pip install', python, [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--no-compile',
    '-r',
    requirements,
  ])
  writeFileSync(venvStamp, sha256(requirements))
}

/** Builds the binding against the TensorFlow that the Python environment has. */
function buildBinding() {
  const lib = join(venv, 'lib')
  const site = readdirSync(lib)
    .map((name) => join(lib, name, 'site-packages', 'tensorflow'))
    .find((folder) => existsSync(join(folder, 'libtensorflow_cc.so.2')))
  if (!site) throw new SetupError('The TensorFlow in train/.venv has no libtensorflow_cc.so.2.')
  const deps = join(tfjsNode, 'deps')
  rmSync(deps, { recursive: true, force: true })
  mkdirSync(join(deps, 'lib'), { recursive: true })
  symlinkSync(join(site, 'include'), join(deps, 'include'))
  for (const [name, target] of [
    ['libtensorflow_cc.so.2', join(site, 'libtensorflow_cc.so.2')],
    ['libtensorflow.so', 'libtensorflow_cc.so.2'],
    ['libtensorflow_framework.so.2', join(site, 'libtensorflow_framework.so.2')],
    ['libtensorflow_framework.so', 'libtensorflow_framework.so.2'],
  ]) {
    symlinkSync(target, join(deps, 'lib', name))
  }
  const { ok, output } = run(
    'npx',
    ['--no-install', 'node-pre-gyp', 'install', '--build-from-source'],
    {
      cwd: tfjsNode,
    },
  )
  if (!ok) {
    throw new SetupError(
      `Building TensorFlow's binding failed; it needs g++, make and Python (Debian: apt-get install build-essential python3).\n${output.trim().split('\n').slice(-12).join('\n')}`,
    )
  }
}

function installBinding() {
  say("fetching TensorFlow's library for Node by tfjs-node's own installer")
  run(process.execPath, ['scripts/install.js'], { cwd: tfjsNode, timeout: 600_000 })
  if (bindingLoads()) return
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetupError(
      `tfjs-node's installer could not fetch its library, and a build from PyPI's TensorFlow is known on x86-64 Linux alone, not on ${process.platform} ${process.arch}. Try again with a network that reaches it.`,
    )
  }
  say("it is out of reach: building against PyPI's TensorFlow instead")
  buildBinding()
  const { ok, output } = run(process.execPath, ['-e', "require('@tensorflow/tfjs-node')"], {
    cwd: here,
  })
  if (!ok) throw new SetupError(`The binding was built but does not load:\n${output.trim()}`)
}

try {
  if (Number(process.versions.node.split('.')[0]) >= 24) {
    throw new SetupError(
      'tfjs-node 4.22 does not run on Node 24 or later: use Node 20 or 22 to train.',
    )
  }
  if (process.argv.includes('--check')) {
    const what = missing()
    if (what) throw new SetupError(`${what} is missing: run "node train/setup.mjs".`)
  } else {
    if (!stamped(modulesStamp, join(here, 'package-lock.json'))) installModules()
    if (!process.argv.includes('--modules')) {
      if (!stamped(venvStamp, requirements)) installPython()
      if (!bindingLoads()) installBinding()
    }
  }
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  say(error.message)
  process.exitCode = 1
}
