import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

it('the generated FFT is what its generator writes', () => {
  const folder = fileURLToPath(new URL('../../assembly/frontend/', import.meta.url))
  const written = execFileSync(process.execPath, [`${folder}generate-fft.mjs`]).toString()
  expect(readFileSync(`${folder}fft-codelets.ts`, 'utf8')).toBe(written)
})
