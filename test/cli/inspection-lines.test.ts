import { describe, expect, test } from 'vitest'
import { inspectionLines } from '../../src/cli/inspection-lines.ts'
import type { Inspection } from '../../src/corpora/index.ts'

const inspection: Inspection = {
  name: 'ravdess',
  title: 'RAVDESS speech',
  licence: 'CC-BY-NC-SA-4.0',
  citation: 'Livingstone SR, Russo FA (2018).',
  page: 'https://zenodo.org/records/1188976',
  publishedAs: 1440,
  found: 1438,
  otherFiles: 1012,
  readable: 1435,
  length: { total: 5328, shortest: 2.94, median: 3.67, longest: 5.27 },
  speakers: { all: 24, female: 12, male: 12 },
  emotions: { neutral: 95, angry: 190, bored: 1 },
  sampleRates: { '16000': 10, '48000': 1425 },
  channels: { '1': 1429, '2': 6 },
  formats: { wav: 1435 },
  languages: { en: 1435 },
  intensities: { strong: 672, normal: 763 },
  statements: { '02': 717, '01': 718 },
  silent: [],
  unreadable: [],
}
const plain = { columns: 80, color: false }
const show = (changes: Partial<Inspection> = {}, screen = plain) =>
  inspectionLines({ ...inspection, ...changes }, 3.21, screen)

test('tells clips, hours, speakers and all else that is known', () => {
  expect(show().slice(0, 11)).toEqual([
    'RAVDESS speech  ravdess',
    '',
    'clips       1,438 of the 1,440 published, 2 missing, beside 1,012 audio files of',
    '            other names',
    'length      1.48 h; a clip has 2.9 s to 5.3 s, median 3.7 s',
    'speakers    24: 12 female, 12 male',
    'language    English',
    'statements  2: 01, 02',
    'intensity   normal 763, strong 672',
    'audio       48 kHz 1,425, 16 kHz 10; mono 1,429, stereo 6; wav',
    'licence     CC-BY-NC-SA-4.0',
  ])
  expect(show().at(-1)).toBe('Every clip was decoded, in 3.2 s.')
})

test('shows each emotion with a bar as long as its share of the most frequent', () => {
  const lines = show().filter((line) => / %/.test(line))
  expect(lines.map((line) => line.replace(/█+/, (bar) => `${bar.length}`))).toEqual([
    '  neutral     95   7 %  20',
    '  angry      190  13 %  40',
    '  bored        1   0 %  ▎',
  ])
})

test.each([
  [{ all: 4, female: 0, male: 4 }, '4, all male'],
  [{ all: 3, female: 1, male: 1 }, '3: 1 female, 1 male, 1 unknown'],
  [{ all: 3, female: 0, male: 0 }, '3'],
])('tells speakers %j as "%s"', (speakers, text) => {
  expect(show({ speakers })).toContain(`speakers    ${text}`)
})

test('leaves out what is not known', () => {
  const { citation, page, ...rest } = inspection
  const lines = inspectionLines(
    { ...rest, name: 'csv-mine', title: 'mine.csv', licence: 'unstated', statements: {} },
    1,
    plain,
  )
  expect(lines[2]).toMatch(/^clips {7}1,438, 2 missing/)
  expect(lines.join('\n')).not.toMatch(/statements|published|cite/)
  expect(lines.join('\n')).toContain('licence     not stated: see where the recordings are from')
})

test('names a language as it stands when it is no code', () => {
  expect(show({ languages: { Klingon_: 2, de: 1 } })).toContain('language    Klingon_ 2, German 1')
})

test('names files that cannot be read with the reason, and silent ones', () => {
  const text = show({
    unreadable: [{ id: 'a', path: 'in/a\x1b.wav', code: 'audio-truncated', reason: 'Cut off.' }],
    silent: [{ id: 'b', path: 'in/b.wav' }],
  }).join('\n')
  expect(text).toContain('1 unreadable')
  expect(text).toContain('1 clip cannot be read:\n  in/a\ufffd.wav: Cut off.\n')
  expect(text).toContain('In 1 clip nothing can be heard:\n  in/b.wav\n')
})

test('does not name thousands', () => {
  const unreadable = Array.from({ length: 2000 }, (_, i) => ({
    id: `${i}`,
    path: `${i}.wav`,
    code: 'audio-empty',
    reason: 'Empty.',
  }))
  const lines = show({ unreadable })
  expect(lines.filter((line) => line.includes('Empty.'))).toHaveLength(50)
  expect(lines).toContain('  and 1,950 more: --json names all.')
  expect(lines.at(-1)).toBe('Every other clip was decoded, in 3.2 s.')
})

test('warns of a single emotion, and stands a corpus in which nothing can be read', () => {
  expect(show({ emotions: { sad: 7 } }).join()).toContain('There is one emotion alone')
  const none = { total: 0, shortest: 0, median: 0, longest: 0 }
  expect(show({ emotions: {}, readable: 0, length: none }).join()).not.toContain('NaN')
})

describe.each([60, 80, 120])('%i columns wide', (columns) => {
  test('no line is wider', () => {
    for (const line of show({}, { columns, color: false })) {
      expect(line.length).toBeLessThanOrEqual(columns)
    }
  })
})

test('colours only where colours are shown', () => {
  expect(show({}, { ...plain, color: true }).join()).toContain('\x1b[')
  expect(show().join()).not.toContain('\x1b')
})
