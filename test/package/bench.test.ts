import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { tinyModel } from '../fixtures/assets.ts'

const bench = (...args: string[]) =>
  spawnSync('npm', ['run', 'bench', '--silent', '--', ...args], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    encoding: 'utf8',
  })

test('npm run bench tells each part, and with --json nothing but one object', () => {
  const { ms, runs, input } = JSON.parse(
    bench('--json', '--runs', '3', '--model', tinyModel).stdout,
  )
  expect(runs).toBe(3)
  expect(input).toEqual({ seconds: 3, sampleRate: 48000, channels: 2 })
  expect(Object.keys(ms)).toEqual(['decode', 'resample', 'features', 'inference', 'whole'])
  const parts = Object.entries<{ median: number; p10: number; p90: number }>(ms)
  for (const [, { median, p10, p90 }] of parts) {
    expect(p10).toBeGreaterThan(0)
    expect(median).toBeGreaterThanOrEqual(p10)
    expect(p90).toBeGreaterThanOrEqual(median)
  }
})

test.each([
  [['--runs', 'x'], /^bench: --runs is "x": .+\n$/],
  [['--runs', '0'], /^bench: --runs is "0": .+\n$/],
  [['--model', 'nope'], /^bench: There is no model "nope" here.+\n$/],
  [['--loud'], /^bench: Unknown option '--loud'.*\n$/],
])('npm run bench -- %j is refused in a line', (args, line) => {
  const { status, stdout, stderr } = bench(...args)
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr).toMatch(line)
})

test('npm run bench:engine -- --json tells ratios, bytes and layers, and nothing but one object', () => {
  const args = ['run', '--silent', 'bench:engine', '--', '--json', '--rounds', '1']
  const { stdout } = spawnSync('npm', [...args, '--model', tinyModel], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    encoding: 'utf8',
  })
  const report = JSON.parse(stdout)
  expect(report.ratio_to_ort).toBeGreaterThan(0)
  expect(report.wasm_bytes).toBeLessThanOrEqual(64 * 1024)
  expect(report.bundle_brotli_bytes).toBeGreaterThan(report.bundle_brotli_bytes_of_model)
  expect(report.limit_gmacs.plain).toBeGreaterThan(0)
  const [{ layers, most_apart, start }] = report.models
  expect(most_apart).toBeLessThan(1e-5)
  expect(start.lite.ready_ms).toBeGreaterThan(0)
  expect(start.lite.answer_ms).toBeGreaterThan(start.lite.import_ms + start.lite.least_ready_ms)
  expect(layers.map(({ layer }: { layer: string }) => layer).join()).toContain('Gemm')
}, 120_000)

test.each([
  [
    ['--browser', 'lynx'],
    /^bench: --browser is "lynx": name one of chromium, firefox, webkit\.\n$/,
  ],
  [['--hours', 'x'], /^bench: --hours is "x": .+\n$/],
])('npm run bench:device -- %j is refused in a line', (options, line) => {
  const args = ['run', '--silent', 'bench:device', '--', ...options]
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd: root, encoding: 'utf8' })
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr).toMatch(line)
})
