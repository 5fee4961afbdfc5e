import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { writeWav } from '../audio/wav-writer.ts'
import { serveFiles, zipOf } from '../corpora/file-server.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const cli = join(root, 'dist/cli.js')
const wav = writeWav([Int16Array.from({ length: 8000 }, (_, i) => 3000 * Math.sin(i / 9))])
const zip = await zipOf({ 'AudioData/DC/a01.wav': wav, 'AudioData/KL/su15.wav': wav })

let folder: string
let server: Awaited<ReturnType<typeof serveFiles>>
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'undertone-cli-corpus-'))
  server = await serveFiles({ '/savee.zip': { content: zip, etag: '"1"' } })
})
afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

/**
 * Starts the command; this process goes on, and can serve it.
 * @param answer is typed once the command has asked
 */
function start(command: string, args: string[], answer?: string) {
  const child = spawn(command, args, { cwd: folder, env: { ...process.env, NO_COLOR: '1' } })
  const said = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said.stdout += text
    if (text.includes('Type yes or no')) child.stdin.write(answer ?? '')
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said.stderr += text
  })
  if (answer === undefined) child.stdin.end()
  const ended = new Promise<{ status: number | null; stdout: string; stderr: string }>((resolve) =>
    child.on('close', (status) => resolve({ status, ...said })),
  )
  return { child, ended }
}
const corpus = (...args: string[]) => start(process.execPath, [cli, 'corpus', ...args]).ended

async function put(files: Record<string, Uint8Array | string>) {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(folder, path, '..'), { recursive: true })
    await writeFile(join(folder, path), content)
  }
}

describe('corpus inspect', () => {
  test('tells which corpus it is, and what it holds', async () => {
    await put({ 'db/03a01Fa.wav': wav, 'db/08a01Wa.wav': wav })
    const { status, stdout, stderr } = await corpus('inspect', 'db')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(/^EMO-DB {2}emo-db\n/)
    expect(stdout).toMatch(/^clips +2 of the 535 published, 533 missing$/m)
    expect(stdout).toMatch(/^speakers +2: 1 female, 1 male$/m)
    expect(stdout).toMatch(/^ {2}happy +1 +50 % {2}█+$/m)
  })

  test('names what cannot be read, and fails', async () => {
    await put({ 'db/03a01Fa.wav': wav, 'db/08a01Wa.wav': wav.subarray(0, 900) })
    const { status, stdout } = await corpus('inspect', 'db')
    expect(status).toBe(1)
    expect(stdout).toMatch(
      /^1 clip cannot be read:\n {2}db\/08a01Wa\.wav: The WAV file is cut off/m,
    )
    const json = await corpus('inspect', '--json', 'db')
    expect(json).toMatchObject({ status: 1, stderr: '' })
    expect(JSON.parse(json.stdout)).toMatchObject({
      path: 'db',
      name: 'emo-db',
      readable: 1,
      unreadable: [{ path: 'db/08a01Wa.wav', code: 'audio-truncated' }],
      elapsed: expect.any(Number),
    })
  })

  test('reads a list of own recordings', async () => {
    await put({ 'my.csv': 'path,label,speaker\na.wav,joy,me\n', 'a.wav': wav })
    const { status, stdout } = await corpus('inspect', 'my.csv')
    expect(status).toBe(0)
    expect(stdout).toMatch(/^my\.csv {2}csv-my\n/)
    expect(stdout).toMatch(/^clips +1$/m)
  })

  test.each([
    [
      ['db', '--corpus', 'tess'],
      1,
      /looks like EMO-DB: use --corpus emo-db\. \(corpus-not-found\)$/m,
    ],
    [['db', '--corpus', 'iemocap'], 2, /no corpus "iemocap"\. There are: ravdess, .*csv\./],
    [['none'], 1, /Cannot read the folder none: does it exist\?/],
    [['other'], 1, /List your own recordings in a CSV file with the header path,label,speaker/],
    [['bad.csv'], 1, /bad\.csv, line 2: the label "cross" is not known/],
    [[], 2, /Name the folder of a corpus, or its CSV file\.\n\nUsage: undertone corpus inspect/],
  ])('says in a sentence why it cannot: %j', async (args, expected, message) => {
    await put({
      'db/03a01Fa.wav': wav,
      'other/a.wav': wav,
      'bad.csv': 'path,label,speaker\nother/a.wav,cross,me\n',
    })
    const { status, stdout, stderr } = await corpus('inspect', ...args)
    expect({ status, stdout }).toEqual({ status: expected, stdout: '' })
    expect(stderr).toMatch(message)
  })

  test('npm run corpus takes paths from where it was typed', async () => {
    await put({ 'db/03a01Fa.wav': wav })
    const args = ['run', '--silent', '--prefix', root, 'corpus', '--', 'inspect', 'db', '--json']
    const { status, stdout } = await start('npm', args).ended
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ path: 'db', readable: 1 })
  })
})

describe('corpus get', () => {
  const get = (...args: string[]) =>
    corpus('get', 'savee', '--from', `${server.url}/savee.zip`, ...args)

  test('shows the terms, downloads and says what is there', async () => {
    const { status, stdout, stderr } = await get('--accept-licence', '--out', 'here')
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: 'SAVEE: 2 of 480 clips are in here\n',
    })
    expect(stderr).toMatch(/^Licence: its own terms \(http:.*\): for research alone/m)
    expect(stderr).toMatch(/^Cite: Haq S, Jackson PJB \(2010\)/m)
    expect(stderr).toContain('No checksum is published')
    expect(stderr).toContain('undertone corpus inspect here')
    expect(await readdir(folder)).toEqual(['here'])
  })

  test('asks for nothing before the terms are accepted', async () => {
    const { status, stdout, stderr } = await get()
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toMatch(/Accept the licence with --accept-licence\. \(licence-not-accepted\)$/m)
    expect(server.requests).toEqual([])
    expect(await readdir(folder)).toEqual([])
  })

  test.each([
    [['savee', '--accept-licence'], 1, /cannot be downloaded just so\. Register at http/],
    [['savee'], 1, /cannot be downloaded just so\. Register at http/],
    [['iemocap'], 2, /no published corpus "iemocap"\. There are: ravdess, ravdess-song,/],
    [['csv'], 2, /no published corpus "csv"/],
  ])('says in a sentence why it cannot: %j', async (args, expected, message) => {
    const { status, stdout, stderr } = await corpus('get', ...args)
    expect({ status, stdout }).toEqual({ status: expected, stdout: '' })
    expect(stderr).toMatch(message)
  })

  test('refuses what is not what was published', async () => {
    const from = `${server.url}/savee.zip`
    const { status, stderr } = await corpus('get', 'emo-db', '--accept-licence', '--from', from)
    expect(status).toBe(1)
    expect(stderr).toMatch(/its MD5 is \w+, not 9d21362dbc5676ef3ab4745d83ced0db\./)
    expect(existsSync(join(folder, 'emo-db'))).toBe(false)
  })

  test.each(['SIGKILL', 'SIGINT'] as const)('goes on after a %s', async (signal) => {
    server.files['/savee.zip']!.stallAfter = 9000
    const from = `${server.url}/savee.zip`
    const args = [cli, 'corpus', 'get', 'savee', '--accept-licence', '--from', from]
    const { child, ended } = start(process.execPath, args)
    const partial = join(folder, 'savee.partial/corpus.zip.partial')
    const length = async () => (await stat(partial).catch(() => ({ size: 0 }))).size
    while ((await length()) === 0) await wait(20)
    child.kill(signal)
    const { status, stderr } = await ended
    if (signal === 'SIGINT') {
      expect(status).toBe(130)
      expect(stderr).toMatch(/The download was stopped; the same command goes on with it\./)
    }
    expect(existsSync(join(folder, 'savee'))).toBe(false)
    const have = await length()
    delete server.files['/savee.zip']!.stallAfter
    expect(await get('--accept-licence')).toMatchObject({ status: 0 })
    expect(server.requests.at(-1)).toEqual({ path: '/savee.zip', range: `bytes=${have}-` })
    expect(await readdir(folder)).toEqual(['savee'])
  })

  // Of util-linux, which gives a command a terminal.
  describe.skipIf(!existsSync('/usr/bin/script'))('on a terminal', () => {
    const onTerminal = (answer: string) => {
      const from = `${server.url}/savee.zip`
      const command = `'${process.execPath}' '${cli}' corpus get savee --from ${from}`
      return start('script', ['-qec', command, '/dev/null'], answer).ended
    }

    test('asks whether the terms are accepted, and shows a bar', async () => {
      const { status, stdout } = await onTerminal('yes\n')
      expect(stdout).toContain('Do you accept this licence? Type yes or no:')
      expect(stdout).toMatch(/Unpacking {2}█+/)
      expect(stdout).toContain('SAVEE: 2 of 480 clips are in savee')
      expect(status).toBe(0)
    })

    test.each(['no\n', '\n', '\x03', '\x04'])('takes %j for a no', async (answer) => {
      const { status, stdout } = await onTerminal(answer)
      expect(status).toBe(2)
      expect(stdout).toContain('Nothing was downloaded.')
      expect(server.requests).toEqual([])
    })
  })
})
