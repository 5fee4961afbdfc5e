import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

it('codelets are what their generator writes', () => {
  const folder = fileURLToPath(new URL('../../assembly/frontend/', import.meta.url))
  const written = execFileSync(process.execPath, [`${folder}generate-codelets.mjs`]).toString()
  expect(readFileSync(`${folder}codelets.ts`, 'utf8')).toBe(written)
})
