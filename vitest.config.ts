import { defineConfig } from 'vitest/config'
import { rooms } from './test/rooms.ts'

// What is not there is told by test/run.ts.
const missing = process.env.UNDERTONE_TESTS_WITHOUT?.split(',') ?? []

export default defineConfig({
  test: {
    include: rooms.map(({ folder }) => `${folder}/**/*.test.ts`),
    exclude: rooms
      .filter(({ needs }) => missing.includes(needs))
      .map(({ folder }) => `${folder}/**`)
      .concat('**/node_modules/**'),
    globalSetup: 'test/build.ts',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What a test waits for comes when a machine that may have much to do gets to it.
    expect: { poll: { timeout: 20_000 } },
  },
})
