#!/usr/bin/env node
import { existsSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { version } from '../../package.json'
import { type Command, readArguments, usage } from './arguments.ts'
import { classify, type Output } from './classify.ts'

// Who reads the answers may stop early (`| head`): that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1)
})

const output: Output = {
  answer: (line) => process.stdout.write(`${line}\n`),
  note: (line) => process.stderr.write(`${line}\n`),
  screen: {
    columns: process.stdout.columns ?? 100,
    color: process.stdout.isTTY === true && !process.env.NO_COLOR,
  },
}

process.exitCode = await run()

async function run(): Promise<number> {
  let command: Command
  try {
    command = readArguments(process.argv.slice(2))
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error))
  }
  if (command.name === 'help') output.answer(usage)
  if (command.name === 'version') output.answer(version)
  if (command.name !== 'classify') return 0
  const files = command.files.length > 0 ? command.files : bundledSamples()
  if (files.length === 0) return refuse('Name a file, or several.')
  return classify({ ...command, files }, output)
}

function refuse(reason: string): number {
  output.note(`undertone: ${reason}\n\n${usage}`)
  return 2
}

/** The samples of a checkout; an installed package has none. */
function bundledSamples(): string[] {
  const folder = fileURLToPath(new URL('../samples', import.meta.url))
  if (!existsSync(folder)) return []
  const files = readdirSync(folder).filter((name) => name.endsWith('.wav'))
  return files.sort().map((name) => relative('', join(folder, name)))
}
