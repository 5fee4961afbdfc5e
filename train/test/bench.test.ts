import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const bench = fileURLToPath(new URL('../bench/step.ts', import.meta.url))

const run = (...args: string[]) =>
  spawnSync(
    process.execPath,
    ['--import', 'tsx', bench, '--batch', '2', '--rounds', '1', '--json', ...args],
    { encoding: 'utf8' },
  )

describe('the bench of a training step', () => {
  it('gives times of tfjs-node alone where no PyTorch is named', () => {
    const { status, stdout, stderr } = run('--threads', '1')
    expect(status, stderr).toBe(0)
    const { ratio_to_pytorch, tfjs, pytorch } = JSON.parse(stdout)
    expect({ ratio_to_pytorch, pytorch }).toEqual({ ratio_to_pytorch: null, pytorch: null })
    expect(tfjs.threads).toBe(1)
    expect(tfjs.parameters).toBeGreaterThan(100_000)
    expect(tfjs.ms.least).toBeGreaterThan(0)
    expect(tfjs.msPerClip).toBeCloseTo(tfjs.ms.least / 2)
  }, 60_000)

  it('says in a line that an interpreter has no torch, or is none', () => {
    const without = run('--python', 'train/.venv/bin/python')
    expect(without.status).toBe(1)
    expect(without.stderr).toMatch(/No module named 'torch'/)
    const none = run('--python', 'no-such-python')
    expect(none.status).toBe(1)
    expect(none.stderr).toMatch(/no-such-python/)
  }, 60_000)
})
