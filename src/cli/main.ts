#!/usr/bin/env node
import { existsSync, fstatSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { version } from '../../package.json'
import { type Command, classifyUsage, readArguments, UsageError } from './arguments.ts'
import type { Output } from './output.ts'

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
    if (error instanceof UsageError) return refuse(error.message, error.usage)
    throw error
  }
  switch (command.name) {
    case 'help':
      output.answer(command.usage)
      return 0
    case 'version':
      output.answer(version)
      return 0
    case 'classify': {
      const files = command.files.length > 0 ? command.files : bundledSamples()
      if (files.length === 0) return refuse('Name a file, or several.', classifyUsage)
      const { classify } = await import('./classify.ts')
      return classify({ ...command, files }, output)
    }
    case 'listen': {
      const ended = new AbortController()
      for (const signal of ['SIGINT', 'SIGTERM'] as const) {
        process.once(signal, () => ended.abort())
      }
      const { listen } = await import('./listen.ts')
      const screen = process.stdout.isTTY === true && !command.json
      const redraw = (line: string) => process.stdout.write(`\r\x1b[2K${line}`)
      return listen(
        command,
        soundIsPiped() ? process.stdin : undefined,
        { ...output, redraw: screen ? redraw : undefined },
        ended.signal,
      )
    }
    case 'bundle': {
      const { bundle } = await import('./bundle.ts')
      return bundle(command, output)
    }
    case 'corpus inspect': {
      const { corpusInspect } = await import('./corpus-inspect.ts')
      return corpusInspect(command, output)
    }
    case 'corpus get': {
      const { corpusGet } = await import('./corpus-get.ts')
      return corpusGet(command, output)
    }
  }
}

/** A terminal or nothing (as a service has it) is no sound: then it is the microphone's. */
function soundIsPiped(): boolean {
  try {
    const input = fstatSync(0)
    return input.isFIFO() || input.isFile() || input.isSocket()
  } catch {
    return false
  }
}

function refuse(reason: string, usage: string): number {
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
