import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { corpusNames, UndertoneError } from 'undertone/corpora'
import type { Recipe } from './recipes/recipe.ts'
import { TrainingError } from './training-error.ts'

export const options = {
  data: { type: 'string' },
  corpus: { type: 'string', default: 'ravdess' },
  note: { type: 'string' },
  recipe: { type: 'string', default: 'residual-cnn' },
  epochs: { type: 'string' },
  keep: { type: 'string' },
  schedule: { type: 'string' },
  from: { type: 'string' },
  runs: { type: 'string' },
  cache: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const

/** What the two commands have in common. */
export const optionsHelp = `  --data PATH        folder of the corpus, in its published layout (required)
  --corpus NAME      ${corpusNames.join(' or ')} (default ravdess)
  --note TEXT        what the audio is, where it is not the published one; stands by every figure
  --recipe NAME      a recipe of train/recipes (default residual-cnn)
  --epochs N         instead of the recipe's own
  --keep WHICH       weights of the \`last\` epoch, or of the \`best\` by validation UAR
  --schedule KIND    \`one-cycle\`, or \`plateau\`: half the rate when the validation loss stalls
  --from DIR         starts from a model that a training saved, such as train/released/undertone-6
  --runs DIR         checkpoints and TensorBoard logs (default train/runs); a run found there goes on
  --cache DIR        computed features (default train/.cache)`

/** A whole number of a command-line option. */
export function wholeNumber(name: string, text: string, least = 1): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < least) {
    throw new TrainingError(`--${name} takes a whole number from ${least} on, not "${text}".`)
  }
  return value
}

/** The recipe with what the command line changes of its fit. */
export function withFit(
  recipe: Recipe,
  { epochs, keep, schedule }: { epochs?: string; keep?: string; schedule?: string },
): Recipe {
  const fit = { ...recipe.fit }
  if (epochs !== undefined) fit.epochs = wholeNumber('epochs', epochs)
  if (keep !== undefined) {
    if (keep !== 'last' && keep !== 'best') {
      throw new TrainingError(`--keep takes last or best, not "${keep}".`)
    }
    fit.keep = keep
  }
  if (schedule === 'plateau') fit.schedule = { kind: 'plateau', patience: 3, factor: 0.5 }
  else if (schedule === 'one-cycle') fit.schedule = { kind: 'one-cycle' }
  else if (schedule !== undefined) {
    throw new TrainingError(`--schedule takes one-cycle or plateau, not "${schedule}".`)
  }
  return { ...recipe, fit }
}

/** A command as a user types it, with the corpus's place left to them. */
export function typed(script: string, values: Record<string, string | number | undefined>): string {
  const quoted = (value: string) => (/[^\w./,-]/.test(value) ? JSON.stringify(value) : value)
  const options = Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `--${name} ${quoted(String(value))}`)
  return [`npm run ${script} --`, '--data PATH', ...options].join(' ')
}

/** Where a path on the command line points: relative to where the user typed it. */
export const userPath = (path: string): string => resolve(process.env.INIT_CWD ?? '.', path)

/** The command line lacks something. */
export class UsageError extends Error {}

/** Runs a command; what the user can mend is said in a sentence, with exit code 2 or 1. */
export async function runCommand(help: string, main: (args: string[]) => Promise<void>) {
  const args = process.argv.slice(2)
  if (args.includes('--help') || args.includes('-h')) {
    console.log(help)
    return
  }
  try {
    await main(args)
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${error.message}\n\n${help}`)
      process.exitCode = 2
    } else if (error instanceof TrainingError || error instanceof UndertoneError) {
      console.error(error.message)
      process.exitCode = 1
    } else if (isParseError(error)) {
      console.error(`${error.message}\n\n${help}`)
      process.exitCode = 2
    } else {
      throw error
    }
  }
}

const isParseError = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')

export { parseArgs }
