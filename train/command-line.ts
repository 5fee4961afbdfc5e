import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { corpusNames, UndertoneError } from 'undertone/corpora'
import type { Recipe } from './recipes/recipe.ts'
import { TrainingError } from './training-error.ts'

export const options = {
  data: { type: 'string', multiple: true },
  corpus: { type: 'string' },
  note: { type: 'string', multiple: true },
  synthetic: { type: 'boolean', default: false },
  recipe: { type: 'string' },
  epochs: { type: 'string' },
  keep: { type: 'string' },
  schedule: { type: 'string' },
  noise: { type: 'string' },
  votes: { type: 'string' },
  from: { type: 'string' },
  jobs: { type: 'string' },
  runs: { type: 'string' },
  cache: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

/** The values of {@link options}, as given. */
export interface CommonValues {
  data?: string[]
  corpus?: string
  note?: string[]
  synthetic: boolean
  recipe?: string
  epochs?: string
  keep?: string
  schedule?: string
  noise?: string
  votes?: string
  from?: string
  jobs?: string
  runs?: string
  cache?: string
  'dry-run': boolean
}

/** What the commands have in common. */
export const optionsHelp = `  --data PATH        folder of the corpus in its published layout, a folder that holds such folders
                     by the corpora's names, or a CSV file with the columns path,label,speaker;
                     NAME=PATH, several times, for several corpora
  --synthetic        made-up data instead, to see all of it work without a corpus
  --corpus A,B       corpora to train on (default the recipe's own; \`undertone corpus --help\` lists all)
  --note TEXT        what the audio is, where it is not the published one; stands by every figure
                     (NAME=TEXT for one of several corpora)
  --recipe NAME      a recipe of train/recipes (default residual-cnn)
  --epochs N         instead of the recipe's own, of two trainings the second's
  --keep WHICH       weights of the \`last\` epoch, or of the \`best\` by validation UAR
  --schedule KIND    \`one-cycle\`, \`constant\`, or \`plateau\`: half the rate when the validation loss stalls
  --noise DIR        recordings of noise, for recipes that mix them in
  --votes CSV        how many listeners heard which emotion, with the columns clip and the emotions: for
                     recipes that learn from it, and to compare with one listener by the others
  --from MODEL       starts from a model that a training saved: its name in train/released, or its
                     folder (default undertone-6-quiet, which heard no noise, for recipes
                     that are pre-trained)
  --jobs N           cores to use, for features and for training (default all)
  --runs DIR         checkpoints and TensorBoard logs (default train/runs); a run found there goes on
  --cache DIR        computed features (default train/.cache)
  --dry-run          tells clips, sizes and the time it would take, and does nothing`

/** A whole number of a command-line option. */
export function wholeNumber(name: string, text: string, least = 1): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < least) {
    throw new TrainingError(`--${name} takes a whole number from ${least} on, not "${text}".`)
  }
  return value
}

/** Several, with commas between. */
export const wholeNumbers = (name: string, text: string): number[] =>
  text.split(',').map((one) => wholeNumber(name, one))

/** The recipe with what the command line changes of its fit. */
export function withFit(
  recipe: Recipe,
  { epochs, keep, schedule }: Pick<CommonValues, 'epochs' | 'keep' | 'schedule'>,
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

/** What --data names, with the places left to the user. */
export function dataShown(
  data: readonly string[] = [],
  found: { corpora: readonly { name: string }[] } = { corpora: [] },
): string[] {
  const [one, ...others] = found.corpora
  // A CSV goes by its own name.
  const only = one && others.length === 0 && corpusNames.includes(one.name) ? `${one.name}=` : ''
  return data.map((given) => `${/^([\w-]+=).+$/.exec(given)?.[1] ?? only}PATH`)
}

/** A command as a user types it. */
export function typed(
  script: string,
  values: Record<string, string | number | boolean | readonly string[] | undefined>,
): string {
  const quoted = (value: string) => (/[^\w./,=-]/.test(value) ? JSON.stringify(value) : value)
  const given = Object.entries(values).flatMap(([name, value]) => {
    if (value === undefined || value === false) return []
    if (value === true) return [`--${name}`]
    return [value].flat().map((one) => `--${name} ${quoted(String(one))}`)
  })
  return [`npm run ${script} --`, ...given].join(' ')
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
      console.error(`${error.message}\nTry --help.`)
      process.exitCode = 2
    } else if (error instanceof TrainingError || error instanceof UndertoneError) {
      console.error(error.message)
      process.exitCode = 1
    } else if (isParseError(error)) {
      console.error(`${error.message}\nTry --help.`)
      process.exitCode = 2
    } else if (isFullDisk(error)) {
      console.error(
        `The disk is full: ${error.message.split('\n')[0]}. Make room, or choose other folders (--help lists them). What was written is whole: a training goes on from its last epoch.`,
      )
      process.exitCode = 1
    } else {
      throw error
    }
  }
}

/** Of Node, or of TensorFlow, which writes TensorBoard's logs. */
const isFullDisk = (error: unknown): error is Error =>
  error instanceof Error && /ENOSPC|EDQUOT|No space left|Disk quota exceeded/i.test(error.message)

const isParseError = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')

export { parseArgs }
