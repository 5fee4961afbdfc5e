import { expect, test } from 'vitest'
import { readArguments } from '../../src/cli/arguments.ts'

test.each([
  [['classify', 'a.wav', 'b.wav'], { name: 'classify', files: ['a.wav', 'b.wav'], json: false }],
  [['classify', '--json', 'a.wav'], { name: 'classify', files: ['a.wav'], json: true }],
  [['classify', 'a.wav', '--json'], { name: 'classify', files: ['a.wav'], json: true }],
  [['classify', '--model', 'tiny'], { name: 'classify', files: [], model: 'tiny' }],
  [['classify', '--', '--json'], { name: 'classify', files: ['--json'], json: false }],
  [['--help'], { name: 'help' }],
  [['classify', '-h'], { name: 'help' }],
  [['-v'], { name: 'version' }],
])('%j', (args, command) => {
  expect(readArguments(args)).toMatchObject(command)
})

test.each([
  [[], 'A command is missing.'],
  [['listen'], 'There is no command "listen".'],
  [['classify', '--loud'], "Unknown option '--loud'"],
  [['classify', '--model'], "Option '--model <value>' argument missing"],
  [['classify', '--json=yes'], "Option '--json' does not take an argument"],
])('refuses %j', (args, message) => {
  expect(() => readArguments(args)).toThrow(message)
})
