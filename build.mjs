/**
 * Fills dist/, which is all that a device needs. With --if-missing, only when something in it is
 * missing or older than its sources. Progress goes to stderr: stdout belongs to whoever called.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(fileURLToPath(import.meta.url))
const dist = join(root, 'dist')
const stamp = '.build.json'
const sources = [
  'assembly',
  'src',
  'models',
  'samples',
  'docs/licences',
  'LICENSE',
  'asconfig.json',
  'asconfig.engine.json',
  'build.mjs',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.types.json',
]

/**
 * Parts of the decoders that nothing here uses: their worker variants, which start from blobs as a
 * strict CSP forbids, and their parser, which is LGPL 3 (src/audio/ has its own). Only the names of
 * what it gives stay: decoders read by them.
 */
const withoutUnused = {
  name: 'without-unused',
  setup(build) {
    const filter = /Decoder(WebWorker|Worker)\.js$|^codec-parser$/
    build.onResolve({ filter }, ({ path }) => ({ path, namespace: 'unused' }))
    build.onLoad({ filter: /./, namespace: 'unused' }, ({ path }) => {
      const names = path === 'codec-parser' ? parserNames : []
      const constants = names.map((name) => `export const ${name} = '${name}';`)
      return { contents: `export default class {}; ${constants.join(' ')}` }
    })
  },
}
const parserNames = [
  'codecFrames',
  'data',
  'header',
  'isLastPage',
  'totalSamples',
  'vorbisComments',
  'vorbisSetup',
]

/** What packages hold beside what their package.json names. */
const furtherLicences = {
  '@wasm-audio-decoders/flac': 'BSD-3-Clause',
  '@wasm-audio-decoders/ogg-vorbis': 'BSD-3-Clause',
  'mpg123-decoder': 'LGPL-2.1-only',
  'opus-decoder': 'BSD-3-Clause',
}

/** Paths of all that this build makes, below dist/. */
const made = new Set()
/** What esbuild made for browsers, by path. */
let browserOutputs = {}
waitForTurn()
if (process.argv.includes('--if-missing') && isFresh()) process.exit(0)

const started = Date.now()
console.error('Building dist/ …')
const bundled = [...(await bundleCode()), ...(await bundleStandalone()), ...(await bundleGlobal())]
compileWasm()
copyRuntime()
copyModels()
copyPages()
writeBundleParts()
emitTypes()
writeNotices(bundled)
// Last, so that who reads dist/ meanwhile never misses a file.
for (const path of filesBelow(dist)) if (!made.has(path)) rmSync(join(dist, path))
write(stamp, JSON.stringify({ started, files: [...made].filter((path) => path !== '.lock') }))
console.error(`Built dist/ in ${((Date.now() - started) / 1000).toFixed(1)} s.`)

/** One build at a time: of two, each would remove what the other made. */
function waitForTurn() {
  mkdirSync(dist, { recursive: true })
  const lock = join(dist, '.lock')
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' })
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    if (isRunning(lock)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100)
    else rmSync(lock, { force: true })
  }
  made.add('.lock')
  process.on('exit', () => rmSync(lock, { force: true }))
}

/** Whether the process that holds a lock is there; one that was killed left its lock behind. */
function isRunning(lock) {
  try {
    const holder = Number(readFileSync(lock, 'utf8'))
    // Just made, and its number not written yet.
    if (!holder) return Date.now() - statSync(lock).mtimeMs < 2000
    return process.kill(holder, 0)
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** Whether all that the last build made is there, and no source has changed since it began. */
function isFresh() {
  const stampFile = join(dist, stamp)
  if (!existsSync(stampFile)) return false
  const { started, files } = JSON.parse(readFileSync(stampFile, 'utf8'))
  if (!files.every((path) => existsSync(join(dist, path)))) return false
  const changed = (path) => {
    const stat = statSync(path)
    // A folder's own time tells of files that were removed.
    if (stat.mtimeMs > started) return true
    return stat.isDirectory() && readdirSync(path).some((name) => changed(join(path, name)))
  }
  return !sources.some((path) => existsSync(join(root, path)) && changed(join(root, path)))
}

/**
 * Bundles the code for browsers and for Node, chunks flat in dist/: assets are found beside the
 * code that asks for them.
 * @returns the files that went in
 */
async function bundleCode() {
  const { build } = await import('esbuild')
  const options = {
    absWorkingDir: root,
    outdir: 'dist',
    bundle: true,
    splitting: true,
    format: 'esm',
    minify: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    chunkNames: '[name]-[hash]',
    define: { UNDERTONE_ASSET_ROOT: '"./"' },
    plugins: [withoutUnused],
  }
  const browser = await build({
    ...options,
    platform: 'browser',
    target: 'es2022',
    external: ['react'],
    entryPoints: {
      index: 'src/index.ts',
      frontend: 'src/frontend/index.ts',
      engine: 'src/engine/index.ts',
      audio: 'src/audio/index.ts',
      // By its name, so that it can be imported afresh: see src/model/ort-engine.ts.
      ort: 'onnxruntime-web/wasm',
      worker: 'src/worker/worker.ts',
      'microphone-worklet': 'src/audio/microphone-worklet.ts',
      react: 'src/embed/react.ts',
      meter: 'src/embed/meter.ts',
      'demo/main': 'src/demo/main.ts',
      'kiosk/main': 'src/kiosk/main.ts',
    },
  })
  browserOutputs = browser.metafile.outputs
  const node = await build({
    ...options,
    platform: 'node',
    target: 'node20',
    // A dependency of the audio decoders is CommonJS and asks for Node's own modules.
    banner: {
      js: "import{createRequire as cjs}from'node:module';const require=cjs(import.meta.url);",
    },
    entryPoints: {
      'index.node': 'src/index.ts',
      'frontend.node': 'src/frontend/index.ts',
      'engine.node': 'src/engine/index.ts',
      'audio.node': 'src/audio/index.ts',
      'corpora.node': 'src/corpora/index.ts',
      cli: 'src/cli/main.ts',
    },
  })
  chmodSync(join(dist, 'cli.js'), 0o755)
  const files = [...filesOf(browser.metafile), ...filesOf(node.metafile)]
  for (const path of made) if (path.endsWith('.js')) hideFromBundlers(path)
  return files
}

/**
 * Bundlers of apps look for files in what is only known at run time, and fail or warn; or they take
 * in onnxruntime's wasm, which is read from where the assets lie. Minifying has removed the comments
 * that would tell them.
 */
function hideFromBundlers(path) {
  const code = readFileSync(join(dist, path), 'utf8')
    .replace(
      /(?<![\w$.])import\((?!["'])/g,
      'import(/*webpackIgnore:true*//*turbopackIgnore:true*//*@vite-ignore*/',
    )
    .replace(/new (\w+)\(("[^"]+"|\w+),import\.meta\.url\)/g, 'new $1($2,String(import.meta.url))')
  writeFileSync(join(dist, path), code)
}

/**
 * Bundles what has to be one file, without imports: for pages from a file or from memory, and for
 * who gives assets one by one.
 */
async function bundleStandalone() {
  const { build } = await import('esbuild')
  const options = {
    absWorkingDir: root,
    outdir: 'dist/standalone',
    bundle: true,
    minify: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    platform: 'browser',
    target: 'es2022',
    define: { UNDERTONE_ASSET_ROOT: '"./"' },
    plugins: [withoutUnused],
  }
  const worker = await build({
    ...options,
    format: 'esm',
    entryPoints: { worker: 'src/worker/worker.ts' },
  })
  // Classic scripts, which a page from a file may load; they know no import.meta.
  const scripts = await build({
    ...options,
    format: 'iife',
    globalName: 'undertone',
    define: { ...options.define, 'import.meta.url': 'document.baseURI' },
    entryPoints: { undertone: 'src/standalone/undertone.ts', page: 'src/standalone/page.ts' },
  })
  const serviceWorker = await build({
    ...options,
    outdir: 'dist/kiosk',
    format: 'iife',
    entryPoints: { 'service-worker': 'src/kiosk/service-worker.ts' },
  })
  return [worker, scripts, serviceWorker].flatMap(({ metafile }) => filesOf(metafile))
}

/** What a browser needs of dist/, for `undertone bundle`: scripts with all that they import. */
function writeBundleParts() {
  const scripts = new Set()
  const follow = (path) => {
    if (scripts.has(path)) return
    scripts.add(path)
    const { imports } = browserOutputs[path]
    for (const { path: next, external } of imports) if (!external) follow(next)
  }
  const entries = [
    'index',
    'frontend',
    'audio',
    'ort',
    'worker',
    'microphone-worklet',
    'kiosk/main',
  ]
  for (const name of entries) follow(`dist/${name}.js`)
  const paths = [...scripts].map((path) => path.replace(/^dist\//, ''))
  // WebAssembly is asked for by its name.
  const named = paths.flatMap(
    (path) => readFileSync(join(dist, path), 'utf8').match(/[\w-]+\.wasm/g) ?? [],
  )
  const wasm = [...new Set(named)].filter((path) => made.has(path))
  const isRuntime = (path) => /^ort\b/.test(path)
  const parts = {
    scripts: paths.filter((path) => !isRuntime(path)).sort(),
    wasm: wasm.filter((path) => !isRuntime(path)).sort(),
    onnxruntime: [...paths, ...wasm].filter(isRuntime).sort(),
  }
  write('bundle-parts.json', JSON.stringify(parts))
}

/** The library for a plain script tag, as the global `undertone`; its assets lie beside it. */
async function bundleGlobal() {
  const { build } = await import('esbuild')
  const { metafile } = await build({
    absWorkingDir: root,
    outfile: 'dist/undertone.global.js',
    bundle: true,
    format: 'iife',
    globalName: 'undertone',
    minify: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    platform: 'browser',
    target: 'es2022',
    define: { UNDERTONE_ASSET_ROOT: '"./"', 'import.meta.url': 'scriptAddress' },
    inject: ['src/global/script-address.ts'],
    plugins: [withoutUnused],
    entryPoints: ['src/index.ts'],
  })
  return filesOf(metafile)
}

/** The files that went into bundles; notes the bundles as made. */
function filesOf({ outputs }) {
  return Object.entries(outputs).flatMap(([path, { inputs }]) => {
    made.add(path.replace(/^dist\//, ''))
    return Object.keys(inputs).filter((input) => inputs[input].bytesInOutput > 0)
  })
}

function compileWasm() {
  const asc = (config, target, name) => {
    run('assemblyscript/bin/asc.js', '--config', config, '--target', target)
    made.add(name)
  }
  asc('asconfig.json', 'release', 'undertone-frontend.wasm')
  asc('asconfig.engine.json', 'plain', 'undertone-engine.wasm')
  asc('asconfig.engine.json', 'relaxed', 'undertone-engine-relaxed.wasm')
}

/** onnxruntime's wasm, which must be the one that the engine will ask for. */
function copyRuntime() {
  const name = 'ort-wasm-simd-threaded.wasm'
  const wasm = readFileSync(join(root, 'node_modules/onnxruntime-web/dist', name))
  const digest = createHash('sha256').update(wasm).digest('hex')
  if (!readFileSync(join(root, 'src/model/ort-runtime-file.ts'), 'utf8').includes(digest)) {
    throw new Error(
      `${name} has SHA-256 ${digest}: bring src/model/ort-runtime-file.ts up to date.`,
    )
  }
  write(name, wasm)
}

function copyModels() {
  const models = join(root, 'models')
  const names = existsSync(models) ? readdirSync(models) : []
  const released = names.filter((name) => existsSync(join(models, name, 'manifest.json')))
  for (const name of released) copyFolder(`models/${name}`, `models/${name}`)
  // Some models' terms keep them out of the package; there, they are unknown.
  const shipped = released.filter((name) => {
    const manifest = readFileSync(join(models, name, 'manifest.json'), 'utf8')
    return JSON.parse(manifest).licence.commercialUse
  })
  write('models/index.json', JSON.stringify(shipped))
}

function copyPages() {
  const isStatic = (path) => /\.(html|css|svg|png|webmanifest)$/.test(path)
  copyFolder('src/demo', 'demo', isStatic)
  copyFolder('src/kiosk', 'kiosk', isStatic)
  write('LICENSE', readFileSync(join(root, 'LICENSE')))
  copyFolder('samples', 'demo/samples')
}

/** Declarations, which name each other as the JavaScript beside them would. */
function emitTypes() {
  run('typescript/bin/tsc', '--project', 'tsconfig.types.json')
  for (const path of filesBelow(join(dist, 'types'))) {
    const text = readFileSync(join(dist, 'types', path), 'utf8')
    write(`types/${path}`, text.replace(/(from '|import\(')(\.[^']*)\.ts'/g, "$1$2.js'"))
  }
}

/** The terms of all that is bundled: each package's own file, or what docs/licences/ has for it. */
function writeNotices(bundled) {
  const names = new Set(['assemblyscript', 'onnxruntime-web'])
  for (const path of bundled) {
    const [, name] = path.match(/.*node_modules\/((?:@[^/]+\/)?[^/]+)\//) ?? []
    if (name) names.add(name)
  }
  const notices = [...names].sort().map((name) => {
    const folder = join(root, 'node_modules', name)
    const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const texts = [
      ...readdirSync(folder)
        .filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
        .map((file) => join(folder, file)),
      join(root, 'docs/licences', `${name.replace('/', '-')}.txt`),
    ].filter(existsSync)
    if (texts.length === 0) {
      throw new Error(`${name} is bundled and has no licence text: put it into docs/licences/.`)
    }
    const licences = [license, furtherLicences[name]].filter(Boolean).join(' AND ')
    return [
      `${name} ${version} (${licences})`,
      ...texts.map((text) => readFileSync(text, 'utf8').trim()),
    ].join('\n\n')
  })
  write('THIRD-PARTY-NOTICES.txt', `${notices.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`)
}

/** Runs a package's script; what it says is shown when it fails. */
function run(script, ...args) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'node_modules', script), ...args],
    { cwd: root, encoding: 'utf8' },
  )
  if (status === 0) return
  console.error(`${stdout}${stderr}`)
  throw new Error(`${script} failed: see above.`)
}

function write(path, content) {
  mkdirSync(dirname(join(dist, path)), { recursive: true })
  writeFileSync(join(dist, path), content)
  made.add(path)
}

function copyFolder(from, to, wanted = () => true) {
  for (const path of filesBelow(join(root, from)).filter(wanted)) {
    write(`${to}/${path}`, readFileSync(join(root, from, path)))
  }
}

/** Paths of all files in a folder and below it, with slashes. */
function filesBelow(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((path) => path.split(sep).join('/'))
}
