import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseManifest } from '../../src/model/manifest.ts'
import { tinyFile } from '../fixtures/assets.ts'

const text = readFileSync(tinyFile('manifest.json'), 'utf8')

/** The tests' manifest with one field changed; `undefined` removes it. */
function withField(path: string, value: unknown): string {
  const manifest = JSON.parse(text)
  const names = path.split('.')
  const last = names.pop() as string
  let owner = manifest
  for (const name of names) owner = owner[name]
  owner[last] = value
  return JSON.stringify(manifest)
}

test('reads a valid manifest as it is', () => {
  expect(parseManifest(text, 'manifest.json')).toEqual(JSON.parse(text))
})

test('takes fields that it does not know', () => {
  expect(parseManifest(withField('mood', { weather: 'fair' }), '')).toHaveProperty(
    'mood.weather',
    'fair',
  )
})

describe('refuses, naming the field', () => {
  test.each([
    ['format', 2, /"format" must be 1/],
    ['name', '', /"name"/],
    ['version', undefined, /"version"/],
    ['labels', [], /"labels" must name two/],
    ['labels', ['sad', 'sad'], /"labels" must name two/],
    ['labels', ['sad', 3], /"labels\[1\]" must be a text/],
    ['labels', 'sad', /"labels" must be a list/],
    ['frontEnd', null, /"frontEnd" must be an object/],
    ['frontEnd.feature', 'cepstrum', /"frontEnd.feature" must be a feature/],
    ['frontEnd.sampleRate', '16000', /"frontEnd.sampleRate"/],
    ['frontEnd.winLength', 0, /"frontEnd.winLength"/],
    ['frontEnd.center', undefined, /"frontEnd.center" must be true or false/],
    ['window.frames', 0, /"window.frames" must be a whole number above 0/],
    ['window.hop', 1.5, /"window.hop"/],
    ['window.atLeast', 0, /"window.atLeast" must be a whole number above 0/],
    ['window.atLeast', 95, /"window.atLeast" must be at most 94/],
    ['preparation', 'trimming', /"preparation" must be a list/],
    ['preparation', [{ kind: 'reverb' }], /"preparation\[0\].kind" must be one of noise-reduction/],
    ['preparation', [{ kind: 'trimming', peak: 1 }], /"preparation\[0\]" has no "peak"/],
    [
      'preparation',
      [{ kind: 'trimming', topDb: '30' }],
      /"preparation\[0\].topDb" must be a number/,
    ],
    ['files.model.path', '../other/model.onnx', /"files.model.path" must be a file name/],
    ['files.model.path', 'https://example.org/model.onnx', /"files.model.path"/],
    ['files.model.bytes', -1, /"files.model.bytes"/],
    ['files.model.sha256', 'abc', /"files.model.sha256" must be 64/],
    ['graph.input', undefined, /"graph.input"/],
    ['calibration', { temperature: 0, speakers: [] }, /"calibration.temperature" must be a number/],
    ['calibration', { temperature: 1.2 }, /"calibration.speakers" must be a list/],
    ['corpora', [{ name: 'RAVDESS', licence: 'CC BY-NC-SA 4.0' }], /"corpora\[0\].speakers"/],
    ['licence.commercialUse', 'no', /"licence.commercialUse" must be true or false/],
    ['scores', [{ corpus: 'RAVDESS', protocol: '5 folds', uar: 64 }], /"scores\[0\].uar"/],
  ])('%s: %j', (path, value, message) => {
    expect(() => parseManifest(withField(path, value), 'manifest.json')).toThrowError(
      expect.objectContaining({
        code: 'manifest-invalid',
        message: expect.stringMatching(message),
      }),
    )
  })

  test.each(['', '{', '[]', 'null', '<!doctype html>'])('a file that is %j', (content) => {
    expect(() => parseManifest(content, 'manifest.json')).toThrowError(
      expect.objectContaining({ code: 'manifest-invalid' }),
    )
  })
})
