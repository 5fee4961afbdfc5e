import { spawn } from 'node:child_process'
import { mkdtemp, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const script = fileURLToPath(new URL('fit-tiny.ts', import.meta.url))

/** Runs the training as a process; killed without warning once it has taken so many steps. */
function train(
  folder: string,
  keep: string,
  schedule: string,
  network: string,
  killAfter = Number.POSITIVE_INFINITY,
) {
  return new Promise<{ killed: boolean; output: string; errors: string }>((resolve, reject) => {
    const child = spawn(process.execPath, [
      '--import',
      'tsx',
      script,
      folder,
      keep,
      schedule,
      network,
    ])
    let output = ''
    let errors = ''
    child.stdout.on('data', (chunk) => {
      output += chunk
      if (output.split('step').length > killAfter) child.kill('SIGKILL')
    })
    child.stderr.on('data', (chunk) => {
      errors += chunk
    })
    child.on('error', reject)
    child.on('close', (_code, signal) => resolve({ killed: signal === 'SIGKILL', output, errors }))
  })
}
const lastLine = (output: string) => JSON.parse(output.trim().split('\n').at(-1)!)

describe('a run that is killed and started again', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'undertone-resume-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  // 5 steps an epoch, 4 epochs.
  it.each([
    ['last', 'one-cycle', 'residual-cnn'],
    ['best', 'plateau', 'dense'],
    ['last', 'plateau', 'lstm-attention'],
  ])(
    'equals an unbroken one, bit for bit (the %s epoch, %s, %s)',
    async (...settings) => {
      const whole = await train(join(folder, `whole-${settings}`), ...settings)
      const broken = join(folder, `broken-${settings}`)
      const killAt = [1 + Math.floor(Math.random() * 8), 1 + Math.floor(Math.random() * 6)]
      for (const step of killAt) {
        expect((await train(broken, ...settings, step)).killed, `kill at ${killAt}`).toBe(true)
      }
      const resumed = await train(broken, ...settings)
      expect(lastLine(resumed.output), `killed at ${killAt}`).toEqual(lastLine(whole.output))
    },
    120_000,
  )

  it('does not take a checkpoint that is cut off, or of other settings, for its own', async () => {
    const place = join(folder, 'cut')
    await train(place, 'last', 'one-cycle', 'residual-cnn')
    const other = await train(place, 'best', 'one-cycle', 'residual-cnn')
    expect(other.errors).toMatch(/run of other data, settings or seed/)
    await truncate(join(place, 'checkpoint.bin'), 5000)
    const cut = await train(place, 'last', 'one-cycle', 'residual-cnn')
    expect(cut.errors).toMatch(/no whole checkpoint. Delete it/)
  }, 120_000)
})
