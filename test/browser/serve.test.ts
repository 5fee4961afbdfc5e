import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serve } from '../../src/demo/serve.ts'

let folder: string
let server: Awaited<ReturnType<typeof serve>>
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'undertone-test-'))
  mkdirSync(join(folder, 'root', 'demo'), { recursive: true })
  writeFileSync(join(folder, 'secret.txt'), 'secret')
  writeFileSync(join(folder, 'root', 'demo', 'index.html'), '<!doctype html>')
  for (const name of ['a.js', 'a.wasm', 'a.json', 'a.onnx', 'a b.wav']) {
    writeFileSync(join(folder, 'root', name), name)
  }
  server = await serve(join(folder, 'root'))
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

test.each([
  ['demo/', 'text/html; charset=utf-8'],
  ['a.js', 'text/javascript; charset=utf-8'],
  ['a.wasm', 'application/wasm'],
  ['a.json', 'application/json'],
  ['a.onnx', 'application/octet-stream'],
  ['a%20b.wav', 'audio/wav'],
])('serves %s as %s', async (path, type) => {
  const response = await fetch(new URL(`../${path}`, server.url))
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe(type)
})

test('leads from the root to the page', async () => {
  expect((await fetch(new URL('/', server.url))).url).toBe(server.url)
})

test.each([
  'missing.js',
  'demo',
  '..%2fsecret.txt',
  '%2e%2e/secret.txt',
  'demo/..%2f..%2fsecret.txt',
  'a.js%00',
])('has nothing at %s', async (path) => {
  expect((await raw(`/${path}`)).split(' ')[1]).toBe('404')
})

test('refuses what is no URL or no reading', async () => {
  expect((await raw('/%')).split(' ')[1]).toBe('400')
  expect((await fetch(server.url, { method: 'POST' })).status).toBe(405)
})

test('is not heard beyond this machine', async () => {
  const { port } = new URL(server.url)
  const outside = Object.values(networkInterfaces())
    .flat()
    .filter((address) => address && !address.internal && address.family === 'IPv4')
  for (const address of outside) {
    const answer = fetch(`http://${address?.address}:${port}/`)
    await expect(answer).rejects.toThrow()
  }
  expect(new URL(server.url).hostname).toBe('127.0.0.1')
})

test.each(['abc', '-1', '65536', '1.5'])('npm run demo -- %s is refused in a line', (port) => {
  const script = fileURLToPath(new URL('../../src/demo/serve.ts', import.meta.url))
  const args = ['--import', 'tsx', script, port]
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  expect(status).toBe(2)
  expect(stderr).toBe(`"${port}" is no port: give a number from 0 (any that is free) to 65535.\n`)
})

/** The first line of the answer to a path that is sent as it is: fetch would tidy it up. */
function raw(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => {
      socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
    })
    let answer = ''
    socket.on('data', (chunk) => {
      answer += chunk
    })
    socket.on('close', () => resolve(answer.split('\r\n')[0] as string))
    socket.on('error', reject)
  })
}
