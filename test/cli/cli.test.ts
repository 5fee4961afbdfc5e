import { spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { version } from '../../package.json'
import { createRecognizer } from '../../src/index.ts'
import { writeWav } from '../audio/wav-writer.ts'
import { sample, testAssets, tinyModel } from '../fixtures/assets.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const clips = ['samples/1001_ITS_HAP_XX.wav', 'samples/1003_IEO_SAD_MD.wav'] as const
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'undertone-cli-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function undertone(...args: string[]) {
  return run(process.execPath, 'dist/cli.js', ...args)
}

function run(command: string, ...args: string[]) {
  return runIn(root, command, ...args)
}

function runIn(cwd: string, command: string, ...args: string[]) {
  const env = { ...process.env, NO_COLOR: '' }
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return { status, stdout, stderr }
}

const classify = (...args: string[]) => undertone('classify', '--model', tinyModel, ...args)
const objects = (stdout: string) =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

test('answers in a line for each file, and one for each stretch of a long one', () => {
  const { status, stdout, stderr } = classify(...clips)
  expect(stderr).toBe('')
  expect(status).toBe(0)
  const lines = stdout.trimEnd().split('\n')
  expect(lines.filter((line) => line.startsWith('samples/'))).toHaveLength(2)
  expect(lines[0]).toMatch(/^samples\/1001_ITS_HAP_XX\.wav +sad +\d+ % .*2\.2 s in +\d+ ms$/)
  expect(lines[1]).toMatch(/^ +0\.0 – 2\.0 s +sad +\d+ %/)
  expect(stdout).not.toContain('\x1b')
})

test('answers as the library does, with --json', async () => {
  const { status, stdout, stderr } = classify('--json', ...clips)
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  const answers = objects(stdout)
  const recognizer = await createRecognizer({ assets: testAssets(), model: 'tiny' })
  for (const [index, file] of clips.entries()) {
    const { timings, ...expected } = await recognizer.recognize(sample(file.slice(8)))
    expect(answers[index]).toEqual({
      file,
      model: 'tiny',
      engine: 'lite',
      timings: expect.anything(),
      ...expected,
    })
    expect(Object.keys(timings)).toEqual(Object.keys(answers[index].timings))
  }
  await recognizer.dispose()
})

describe('answers the others when a file fails', () => {
  const bad = () => {
    const text = join(folder, 'text.wav')
    const empty = join(folder, 'empty.wav')
    const silent = join(folder, 'silent.wav')
    writeFileSync(text, 'This is no audio.')
    writeFileSync(empty, '')
    writeFileSync(silent, writeWav([new Int16Array(48_000)]))
    return [
      ['missing.wav', 'file-not-found'],
      ['samples/README.md/no.wav', 'file-not-found'],
      ['samples', 'not-a-file'],
      [text, 'audio-unrecognized'],
      [empty, 'audio-empty'],
      [silent, 'audio-silent'],
    ] as const
  }

  test('for people', () => {
    const files = bad()
    const { status, stdout, stderr } = classify(clips[0], ...files.map(([file]) => file), clips[1])
    expect(status).toBe(1)
    expect(stdout.match(/^samples/gm)).toHaveLength(2)
    for (const [file, code] of files) {
      expect(stderr).toMatch(new RegExp(`^undertone: ${file}: .*\\(${code}\\)$`, 'm'))
    }
  })

  test('with --json', () => {
    const files = bad()
    const names = [clips[0], ...files.map(([file]) => file), clips[1]]
    const { status, stdout, stderr } = classify('--json', ...names)
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' })
    const answers = objects(stdout)
    expect(answers.map(({ file }) => file)).toEqual(names)
    expect(answers.slice(1, -1).map(({ error }) => error.code)).toEqual(
      files.map(([, code]) => code),
    )
    expect(answers.at(-1)).toHaveProperty('emotion')
  })
})

test('a file too large to be read is told to be so', () => {
  const large = join(folder, 'large.wav')
  writeFileSync(large, 'RIFF')
  // Sparse: it takes no room.
  truncateSync(large, 3 * 2 ** 30)
  const { status, stderr } = classify(large)
  rmSync(large)
  expect(status).toBe(1)
  expect(stderr).toMatch(/larger than 2 GiB.* Split it .*\(audio-too-long\)$/m)
})

test('--help and --version', () => {
  expect(undertone('--help')).toMatchObject({ status: 0, stdout: /Usage: undertone classify FILE/ })
  expect(undertone('--version')).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' })
})

test.each([[[]], [['hear']], [['classify', '--loud', clips[0]]]])('usage: %j', (args) => {
  const { status, stdout, stderr } = undertone(...args)
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr).toContain('Usage: undertone')
})

test('a model that there is not', () => {
  const { status, stdout, stderr } = undertone('classify', '--json', '--model', 'huge', clips[0])
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr).toContain('(model-unknown)')
})

test('a model that is broken fails every file', () => {
  const model = join(folder, 'broken')
  cpSync(tinyModel, model, { recursive: true })
  writeFileSync(join(model, 'model.onnx'), 'broken')
  const { status, stdout } = undertone('classify', '--json', '--model', model, ...clips)
  expect(status).toBe(1)
  expect(objects(stdout).map(({ file, error }) => [file, error.code])).toEqual(
    clips.map((file) => [file, 'asset-corrupt']),
  )
})

test('says so when the model is not for commercial use, on stderr alone', () => {
  const model = join(folder, 'non-commercial')
  cpSync(tinyModel, model, { recursive: true })
  const manifest = JSON.parse(readFileSync(join(model, 'manifest.json'), 'utf8'))
  manifest.licence = { name: 'CC-BY-NC-SA-4.0', commercialUse: false, note: 'Its data is.' }
  writeFileSync(join(model, 'manifest.json'), JSON.stringify(manifest))
  const { status, stdout, stderr } = undertone('classify', '--json', '--model', model, clips[0])
  expect(status).toBe(0)
  expect(objects(stdout)).toHaveLength(1)
  expect(stderr).toBe('Model tiny: CC-BY-NC-SA-4.0, no commercial use. Its data is.\n')
})

test('takes the bundled samples when no file is named', () => {
  const { status, stdout } = classify('--json')
  expect(status).toBe(0)
  expect(objects(stdout).length).toBeGreaterThanOrEqual(3)
})

test('wants a file where there are no samples', () => {
  const installed = join(folder, 'installed')
  mkdirSync(installed)
  cpSync(join(root, 'dist'), join(installed, 'dist'), { recursive: true })
  writeFileSync(join(installed, 'package.json'), '{"type":"module"}')
  const { status, stderr } = run(process.execPath, join(installed, 'dist/cli.js'), 'classify')
  expect(status).toBe(2)
  expect(stderr).toContain('Name a file')
})

test('is no failure when its reader has had enough', () => {
  const command = `'${process.execPath}' dist/cli.js classify --json --model '${tinyModel}' ${'samples/*.wav '.repeat(20)} | head -n 1; echo "\${PIPESTATUS[0]}"`
  const { stdout, stderr } = run('bash', '-c', command)
  const [answer, status] = stdout.trimEnd().split('\n') as [string, string]
  expect(JSON.parse(answer)).toHaveProperty('emotion')
  expect({ status, stderr }).toEqual({ status: '0', stderr: '' })
})

test('npm start answers as the command does, and nothing else on stdout', () => {
  const { status, stdout, stderr } = run(
    'npm',
    'start',
    '--silent',
    '--',
    ...clips,
    '--json',
    '--model',
    tinyModel,
  )
  expect(stderr).not.toContain('error')
  expect(status).toBe(0)
  expect(objects(stdout).map(({ file }) => file)).toEqual(clips)
})

test('npm start takes paths from where it was typed', () => {
  const start = (...args: string[]) =>
    runIn(join(root, 'samples'), 'npm', 'start', '--silent', '--', '--json', ...args)
  const named = start('--model', '../test/fixtures/models/tiny', '1001_ITS_HAP_XX.wav')
  expect(objects(named.stdout)).toMatchObject([{ file: '1001_ITS_HAP_XX.wav', model: 'tiny' }])
  expect(named.status).toBe(0)
  const all = start('--model', tinyModel)
  expect(objects(all.stdout).map(({ file }) => file)).toContain('1001_ITS_HAP_XX.wav')
})
