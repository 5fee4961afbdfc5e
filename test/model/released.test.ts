import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parseManifest } from '../../src/model/manifest.ts'
import { defaultModel } from '../../src/recognizer/default-model.ts'

const models = fileURLToPath(new URL('../../models/', import.meta.url))
const names = readdirSync(models)
const manifestOf = (name: string) =>
  parseManifest(readFileSync(`${models}${name}/manifest.json`, 'utf8'), name)
const sampleActors = new Set(
  readdirSync(fileURLToPath(new URL('../../samples/', import.meta.url)))
    .filter((name) => name.endsWith('.wav'))
    .map((name) => name.slice(0, 4)),
)

test.each(['undertone-6', defaultModel])('%s may be used commercially', (name) => {
  const { licence, corpora } = manifestOf(name)
  expect(licence.commercialUse).toBe(true)
  expect(corpora.map((corpus) => corpus.licence)).toEqual(['ODbL-1.0'])
})

const notForSale = names.filter((name) => !manifestOf(name).licence.commercialUse)

test.each(notForSale)('%s is a package of its own, for its terms', (name) => {
  const read = (path: string) => JSON.parse(readFileSync(models + path, 'utf8'))
  expect(read(`${name}/package.json`)).toMatchObject({
    name,
    version: read('../package.json').version,
    license: 'SEE LICENSE IN README.md',
    files: ['manifest.json', manifestOf(name).files.model.path],
  })
})

describe.each(names)('%s', (name) => {
  const manifest = manifestOf(name)

  test('is the file that its manifest vouches for', () => {
    const { path, bytes, sha256 } = manifest.files.model
    const file = readFileSync(`${models}${name}/${path}`)
    expect(file.length).toBe(bytes)
    expect(createHash('sha256').update(file).digest('hex')).toBe(sha256)
    expect(manifest.name).toBe(name)
  })

  test('never heard the actors of the samples', () => {
    const crema = manifest.corpora.filter((corpus) => corpus.name === 'crema-d')
    expect(sampleActors).toEqual(new Set(['1001', '1003']))
    for (const { speakers } of crema) {
      expect(speakers.length).toBeGreaterThan(50)
      expect(speakers.filter((speaker) => sampleActors.has(speaker))).toEqual([])
    }
  })

  test('has a card that tells its terms and its limits', () => {
    const card = readFileSync(`${models}${name}/README.md`, 'utf8')
    expect(card).toContain(manifest.licence.name)
    expect(card).toContain('## What it must not be used for')
    expect(manifest.scores.length).toBeGreaterThan(0)
    for (const { uar, command } of manifest.scores) {
      expect(card).toContain(uar.toFixed(3))
      expect(card).toContain(command)
    }
  })
})
