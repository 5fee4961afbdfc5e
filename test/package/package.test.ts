import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { defaultModel } from '../../src/recognizer/default-model.ts'
import { tinyModel } from '../fixtures/assets.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const clip = join(root, 'samples/1001_ITS_HAP_XX.wav')
let folder: string

function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, { cwd: folder, encoding: 'utf8' })
}

// As a user would: into a folder of its own, with nothing else around.
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'undertone-package-'))
  const pack = ['pack', root, '--ignore-scripts', '--silent', '--pack-destination', folder]
  const tarball = run('npm', ...pack).trim()
  writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}')
  run('npm', 'install', '--offline', '--no-audit', '--no-fund', '--silent', join(folder, tarball))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('brings no other package', () => {
  const packages = readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))
  expect(packages).toEqual(['undertone'])
})

test('has the command', () => {
  const args = ['classify', clip, '--json', '--model', tinyModel]
  const answer = JSON.parse(run('npx', '--no-install', 'undertone', ...args))
  expect(answer).toMatchObject({ file: clip, emotion: 'sad' })
})

test('has the models that may be sold, and says so of another', () => {
  const sad = join(root, 'samples/1003_IEO_SAD_MD.wav')
  const answer = JSON.parse(run('npx', '--no-install', 'undertone', 'classify', sad, '--json'))
  expect(Object.keys(answer.scores)).toHaveLength(6)
  const models = join(folder, 'node_modules/undertone/dist/models')
  const folders = readdirSync(models, { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  )
  expect(folders.map(({ name }) => name)).toEqual(['undertone-6', defaultModel])
  const args = ['--no-install', 'undertone', 'classify', sad, '--model', 'undertone-8']
  const { status, stderr } = spawnSync('npx', args, { cwd: folder, encoding: 'utf8' })
  expect(status).toBe(2)
  expect(stderr).toMatch(/no model "undertone-8" here; there is undertone-6, undertone-6-int8\./)
})

test('finds a model that is a package of its own, with its terms', () => {
  const own = join(root, 'models/undertone-8')
  const tarball = run('npm', 'pack', own, '--silent', '--pack-destination', folder).trim()
  const project = join(folder, 'with-model')
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), '{"private":true,"type":"module"}')
  const [undertone] = readdirSync(folder).filter((name) => /^undertone-\d.*\.tgz$/.test(name))
  const options = ['--offline', '--no-audit', '--no-fund', '--silent', '--prefix', project]
  run('npm', 'install', ...options, join(folder, undertone as string), join(folder, tarball))
  const files = readdirSync(join(project, 'node_modules/undertone-8')).sort()
  expect(files).toEqual(['README.md', 'manifest.json', 'model.onnx', 'package.json'])
  const command = join(project, 'node_modules/undertone/dist/cli.js')
  const args = [command, 'classify', clip, '--json', '--model', 'undertone-8']
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
  expect(Object.keys(JSON.parse(stdout).scores)).toHaveLength(8)
  expect(stderr).toMatch(/no commercial use/)
  const bundle = ['bundle', '--out', join(project, 'bundle'), '--model', 'undertone-8']
  run(process.execPath, command, ...bundle)
  expect(readdirSync(join(project, 'bundle/undertone/models'))).toContain('undertone-8')
})

test.each([[[]], [['--single-file']]])('makes a bundle %j, without anything else', (options) => {
  const args = ['--no-install', 'undertone', 'bundle', '--out', 'bundle', ...options]
  expect(run('npx', ...args)).toMatch(/^ *\d+\.\d MB +bundle\//)
  const { model, files } = JSON.parse(readFileSync(join(folder, 'bundle/integrity.json'), 'utf8'))
  expect(model.name).toBe(defaultModel)
  for (const [path, { bytes }] of Object.entries<{ bytes: number }>(files)) {
    expect(readFileSync(join(folder, 'bundle', path)).length).toBe(bytes)
  }
})

test('has the API', () => {
  writeFileSync(
    join(folder, 'api.js'),
    `import { readFile } from 'node:fs/promises'
    import { createRecognizer, UndertoneError } from 'undertone'
    import { decodeAudio } from 'undertone/audio'
    import { createFrontEnd } from 'undertone/frontend'
    const bytes = await readFile(process.argv[2])
    const recognizer = await createRecognizer({ model: process.argv[3] })
    const { emotion } = await recognizer.recognize(bytes)
    await recognizer.dispose()
    const { channels, sampleRate } = await decodeAudio(bytes)
    const { frames } = (await createFrontEnd({ sampleRate })).compute(channels[0])
    const error = await createRecognizer({ model: 'none' }).catch((error) => error)
    console.log(JSON.stringify({ emotion, frames, known: error instanceof UndertoneError }))`,
  )
  expect(JSON.parse(run(process.execPath, 'api.js', clip, tinyModel))).toEqual({
    emotion: 'sad',
    frames: 221,
    known: true,
  })
})

test.each(['nodenext', 'bundler'])('has types, resolved as by %s', (moduleResolution) => {
  const source = join(folder, `types-${moduleResolution}`)
  mkdirSync(source)
  writeFileSync(
    join(source, 'use.ts'),
    `import { createRecognizer, type Recognition, UndertoneError } from 'undertone'
    import { decodeAudio } from 'undertone/audio'
    import { createFrontEnd } from 'undertone/frontend'
    import { UndertoneMeter } from 'undertone/meter'
    export const meter: UndertoneMeter = document.createElement('undertone-meter')
    meter.options = { hop: 1, onEmotion: ({ emotion }) => emotion?.length }
    document.querySelector('undertone-meter')?.addEventListener('emotion', ({ detail }) => {
      const label: string | null = detail.emotion
      // @ts-expect-error A label is a text.
      const number: number = detail.emotion
    })
    meter.addEventListener('state', function ({ detail }) {
      if (detail.state === 'stopped') this.stop()
      // @ts-expect-error There is no such state.
      if (detail.state === 'none') return
    })
    meter.addEventListener('click', ({ clientX }) => clientX)
    meter.addEventListener('other', () => {}, { once: true })
    export async function use(file: File): Promise<Recognition> {
      const recognizer = await createRecognizer({ signal: AbortSignal.timeout(1000) })
      const { channels, sampleRate } = await decodeAudio(await file.arrayBuffer())
      const { data } = (await createFrontEnd({ sampleRate })).compute(channels[0]!)
      // @ts-expect-error A rate is a number.
      await recognizer.recognize(data, { sampleRate: '16000' }).catch((error: unknown) => {
        if (error instanceof UndertoneError && error.code === 'audio-empty') return
        // @ts-expect-error There is no such code.
        if (error instanceof UndertoneError && error.code === 'no-such-code') return
      })
      return recognizer.recognize(new AudioContext().createBuffer(1, 16000, 16000))
    }`,
  )
  writeFileSync(
    join(source, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        module: moduleResolution === 'bundler' ? 'esnext' : 'nodenext',
        moduleResolution,
        target: 'es2022',
        lib: ['es2022', 'dom'],
        types: [],
        strict: true,
        noEmit: true,
        skipLibCheck: false,
      },
    }),
  )
  run(process.execPath, join(root, 'node_modules/typescript/bin/tsc'), '--project', source)
  rmSync(join(source, 'use.ts'))

  // The types of React are the app's own.
  writeFileSync(
    join(source, 'use.tsx'),
    `import 'undertone/meter'
    import { useUndertone } from 'undertone/react'
    export function Heard() {
      const { speech, labels } = useUndertone({ assets: '/undertone/' })
      return <undertone-meter
        assets="/undertone/"
        device-id={labels[0]}
        theme={speech ? 'dark' : 'light'}
        className="wide"
        options={{ hop: 1 }}
        texts={{ listen: 'Zuhören' }}
        ref={(meter) => void meter?.start()}
        onemotion={({ detail }) => detail.emotion?.length}
      />
    }
    // @ts-expect-error There is no such theme.
    export const wrong = <undertone-meter theme="blue" />`,
  )
  const types = join(root, 'node_modules/@types/react')
  const config = JSON.parse(readFileSync(join(source, 'tsconfig.json'), 'utf8'))
  config.compilerOptions.jsx = 'react-jsx'
  config.compilerOptions.paths = {
    react: [`${types}/index.d.ts`],
    'react/*': [`${types}/*.d.ts`],
  }
  writeFileSync(join(source, 'tsconfig.json'), JSON.stringify(config))
  run(process.execPath, join(root, 'node_modules/typescript/bin/tsc'), '--project', source)
})

test('can be bundled for a browser', async () => {
  writeFileSync(
    join(folder, 'page.js'),
    `import { createRecognizer } from 'undertone'\ncreateRecognizer()`,
  )
  const { outputFiles, warnings } = await build({
    absWorkingDir: folder,
    entryPoints: ['page.js'],
    outdir: 'out',
    write: false,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    logLevel: 'silent',
  })
  expect(warnings).toEqual([])
  for (const { text } of outputFiles) expect(text).not.toMatch(/from ?["']node:/)
})

test('leaves out sources and tests', () => {
  const installed = join(folder, 'node_modules/undertone')
  expect(readdirSync(installed).sort()).toEqual(
    expect.arrayContaining(['LICENSE', 'dist', 'package.json']),
  )
  for (const name of ['src', 'test', 'train', 'assembly']) {
    expect(readdirSync(installed)).not.toContain(name)
  }
  expect(readFileSync(join(installed, 'dist/cli.js'), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
})
