import { existsSync, readdirSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { parseCLI } from 'vitest/node'
import type { Room } from './rooms.ts'

/** Whether vitest, called with these arguments, takes a file of a room. */
export function isAskedFor(room: Room, args: readonly string[]): boolean {
  // By vitest's own parser, which knows the options that take a value.
  const { filter } = parseCLI(['vitest', 'run', ...args])
  if (filter.length === 0) return true
  // As vitest does: part of a path is enough, and a line may follow it.
  const parts = filter.map((path) => relative('', resolve(path.replace(/:\d+$/, ''))))
  return testFiles(room).some((file) => parts.some((part) => file.includes(part)))
}

/** Paths of a room's tests, from the root of the repository. */
export function testFiles({ folder }: Room): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(folder, name))
}
