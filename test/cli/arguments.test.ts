import { expect, test } from 'vitest'
import { readArguments } from '../../src/cli/arguments.ts'

test.each([
  [['classify', 'a.wav', 'b.wav'], { name: 'classify', files: ['a.wav', 'b.wav'], json: false }],
  [['classify', '--json', 'a.wav'], { name: 'classify', files: ['a.wav'], json: true }],
  [['classify', 'a.wav', '--json'], { name: 'classify', files: ['a.wav'], json: true }],
  [['classify', '--model', 'tiny'], { name: 'classify', files: [], model: 'tiny' }],
  [['classify', '--', '--json'], { name: 'classify', files: ['--json'], json: false }],
  [['--help'], { name: 'help', usage: expect.stringContaining('undertone corpus get') }],
  [['classify', '-h'], { name: 'help', usage: expect.stringContaining('--model NAME') }],
  [['corpus', '-h'], { name: 'help', usage: expect.stringContaining('corpus inspect PATH') }],
  [['corpus', 'inspect', '-h'], { name: 'help', usage: expect.stringContaining('--corpus NAME') }],
  [['corpus', 'get', '--help'], { name: 'help', usage: expect.stringContaining('--out DIR') }],
  [['-v'], { name: 'version' }],
  [['bundle', '-h'], { name: 'help', usage: expect.stringContaining('--single-file') }],
  [['classify', 'a.wav'], { name: 'classify', engine: 'auto' }],
  [['classify', '--engine', 'lite', 'a.wav'], { name: 'classify', engine: 'lite' }],
  [['listen', '--engine', 'ort'], { name: 'listen', engine: 'ort', silero: undefined }],
  [['listen', '--silero', 'vad.onnx'], { name: 'listen', silero: 'vad.onnx' }],
  [['bundle', '--onnxruntime', '--out', 'a'], { name: 'bundle', out: 'a', onnxruntime: true }],
  [['bundle', '--out', 'a'], { name: 'bundle', out: 'a', model: undefined, singleFile: false }],
  [
    ['bundle', '--single-file', '--model', './mine', '--out', 'a'],
    { name: 'bundle', out: 'a', model: './mine', singleFile: true },
  ],
  [['corpus', 'inspect', 'here'], { name: 'corpus inspect', path: 'here', json: false }],
  [
    ['corpus', 'inspect', '--json', '--corpus', 'tess', 'here'],
    { name: 'corpus inspect', path: 'here', corpus: 'tess', json: true },
  ],
  [
    ['corpus', 'get', 'ravdess'],
    { name: 'corpus get', corpus: 'ravdess', out: 'ravdess', acceptLicence: false },
  ],
  [
    ['corpus', 'get', 'tess', '--out', 'a/b', '--accept-licence', '--from', 'https://x/y.zip'],
    { corpus: 'tess', out: 'a/b', acceptLicence: true, from: 'https://x/y.zip' },
  ],
])('%j', (args, command) => {
  expect(readArguments(args)).toMatchObject(command)
})

test.each([
  [[], 'A command is missing.'],
  [['hear'], 'There is no command "hear".'],
  [['corpus'], 'Say what to do with a corpus: inspect or get.'],
  [['corpus', 'put'], 'There is no command "corpus put".'],
  [['corpus', 'inspect'], 'Name the folder of a corpus, or its CSV file.'],
  [['corpus', 'inspect', 'a', 'b'], 'and one alone.'],
  [['corpus', 'inspect', 'a', '--model', 'tiny'], "Unknown option '--model'"],
  [['corpus', 'get'], 'Name a corpus.'],
  [['bundle'], 'Name the folder to be made: --out DIR.'],
  [['bundle', 'kiosk'], 'did you mean --out kiosk?'],
  [['classify', '--out', 'a'], "Unknown option '--out'"],
  [['classify', '--engine', 'onnx'], '--engine must be auto, lite or ort.'],
  [['listen', '--engine', ''], '--engine must be auto, lite or ort.'],
  [['classify', '--loud'], "Unknown option '--loud'"],
  [['classify', '--model'], "Option '--model <value>' argument missing"],
  [['classify', '--json=yes'], "Option '--json' does not take an argument"],
])('refuses %j', (args, message) => {
  expect(() => readArguments(args)).toThrow(message)
})
