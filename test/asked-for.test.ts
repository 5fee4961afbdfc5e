import { expect, test } from 'vitest'
import { isAskedFor } from './asked-for.ts'
import { rooms } from './rooms.ts'

const all = rooms.map(({ needs }) => needs)

test.each<[string[], string[]]>([
  [[], all],
  [['-t', 'answers'], all],
  [['--testNamePattern', 'test/cli', '--retry', '2', '--bail=1'], all],
  [['test/cli'], ['nothing']],
  [['./test/cli/', '-t', 'train/test'], ['nothing']],
  [['test/cli/segments.test.ts:14'], ['nothing']],
  [['segments'], ['nothing']],
  [['test/browser'], ['nothing', 'chromium']],
  [['--reporter', 'dot', 'train'], ['training']],
  [
    ['test/cli', 'train/test/road.test.ts'],
    ['nothing', 'training'],
  ],
  [['no-such-test'], []],
])('npm test -- %j needs %j', (args, needs) => {
  expect(rooms.filter((room) => isAskedFor(room, args)).map((room) => room.needs)).toEqual(needs)
})
