import { parseArgs } from 'node:util'

/** What the user asked for. */
export type Command =
  | { name: 'help' }
  | { name: 'version' }
  | { name: 'classify'; files: string[]; json: boolean; model: string | undefined }

export const usage = `Usage: undertone classify FILE... [--json] [--model NAME]

Tells the emotion of the speech in audio files. Nothing leaves this machine.

  --json         one JSON object a line and nothing else on stdout
  --model NAME   a released model, or the folder of one's own (with a slash: ./my-model)
  -h, --help     show this
  -v, --version  show the version

Exit status: 0 all files answered, 1 some failed, 2 wrong usage.`

/**
 * Reads the command line.
 * @throws {Error} a sentence saying what is wrong with it
 */
export function readArguments(args: string[]): Command {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      model: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
      version: { type: 'boolean', short: 'v', default: false },
    },
  })
  if (values.help) return { name: 'help' }
  if (values.version) return { name: 'version' }
  const [name, ...files] = positionals
  if (name === 'classify') return { name, files, json: values.json, model: values.model }
  throw new Error(name === undefined ? 'A command is missing.' : `There is no command "${name}".`)
}
