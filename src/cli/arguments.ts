import { type ParseArgsConfig, parseArgs } from 'node:util'
import type { EngineOptions } from '../model/engine.ts'

/** What the user asked for. */
export type Command =
  | { name: 'help'; usage: string }
  | { name: 'version' }
  | {
      name: 'classify'
      files: string[]
      json: boolean
      model: string | undefined
      engine: EngineOptions['engine']
    }
  | {
      name: 'listen'
      json: boolean
      model: string | undefined
      engine: EngineOptions['engine']
      rate: number
      silero: string | undefined
    }
  | {
      name: 'bundle'
      out: string
      model: string | undefined
      singleFile: boolean
      onnxruntime: boolean
    }
  | { name: 'corpus inspect'; path: string; corpus: string | undefined; json: boolean }
  | {
      name: 'corpus get'
      corpus: string
      out: string
      acceptLicence: boolean
      from: string | undefined
    }

/** The command line is wrong: the message says what, `usage` what would be right. */
export class UsageError extends Error {
  readonly usage: string

  constructor(message: string, usage: string) {
    super(message)
    this.usage = usage
  }
}

export const usage = `Usage: undertone classify FILE...      tells the emotion of the speech in audio files
       undertone listen                tells emotions as they are spoken
       undertone bundle --out DIR      writes all that a device without a network needs
       undertone corpus inspect PATH   tells what a corpus of recordings holds
       undertone corpus get NAME       downloads a published corpus

  -h, --help     after a command: its options
  -v, --version  show the version`

export const classifyUsage = `Usage: undertone classify FILE... [--json] [--model NAME] [--engine NAME]

Tells the emotion of the speech in audio files. Nothing leaves this machine.

  --json         one JSON object a line and nothing else on stdout
  --model NAME   undertone-6-int8 (default), undertone-6, the same in float32, or the folder of one's
                 own (with a slash: ./my-model)
  --engine NAME  lite, which is Undertone's own, ort, which is onnxruntime-web, or auto (default):
                 lite where it has all operators of the model, else ort
  -h, --help     show this

Exit status: 0 all files answered, 1 some failed, 2 wrong usage.`

export const listenUsage = `Usage: undertone listen [--json] [--model NAME] [--engine NAME] [--rate HZ] [--silero FILE]

Tells emotions as they are spoken: of the microphone, recorded by arecord, sox or ffmpeg, whichever
there is; or of WAV or raw PCM (16-bit, little-endian, mono) that is piped in. Nothing leaves this
machine. Ctrl-C ends it.

  --json         an event a line: first the model and what runs it, then emotions (null where there
                 is no speech), and when speech begins and ends
  --model NAME   undertone-6-int8 (default), undertone-6, the same in float32, or the folder of one's
                 own (with a slash: ./my-model)
  --engine NAME  lite, which is Undertone's own, ort, which is onnxruntime-web, or auto (default):
                 lite where it has all operators of the model, else ort
  --rate HZ      of raw PCM (default: 16000)
  --silero FILE  tells speech by Silero's network in the place of Undertone's own detector: FILE is
                 silero_vad_v5.onnx of the npm package @ricky0123/vad-web
  -h, --help     show this

Exit status: 0 it was ended, 1 it failed, 2 wrong usage.`

const bundleUsage = `Usage: undertone bundle --out DIR [--model NAME] [--single-file] [--onnxruntime]

Writes all that a device without a network needs: a page that listens, the library and one model.
DIR is to be served by any web server, or put into an app; integrity.json in it lists every file
with its SHA-256. A bundle that is there already is replaced.

  --out DIR      the folder to be made
  --model NAME   undertone-6-int8 (default), undertone-6, the same in float32, or the folder of one's
                 own (with a slash: ./my-model)
  --single-file  undertone.html instead, which is opened from a disk or given to a webview as text,
                 and undertone.js, for a page of one's own: each fetches nothing at all
  --onnxruntime  adds onnxruntime-web, 14 MB, which is left out of bundles whose model runs without
  -h, --help     show this

Exit status: 0 it is written, 1 it is not, 2 wrong usage.`

const inspectUsage = `Usage: undertone corpus inspect PATH [--corpus NAME] [--json]

Tells what a corpus holds: clips, hours, speakers, emotions, and which files cannot be read. Every
clip is decoded for it. PATH is a folder in a corpus's published layout, or a CSV file with a header
that has path, label and speaker (and may have sex, statement, intensity, language), paths relative
to it.

  --corpus NAME  what it is, where its file names do not tell: ravdess, ravdess-song, crema-d, tess,
                 savee, emo-db, synthetic, csv
  --json         one JSON object; lengths in seconds, sample rates in Hz
  -h, --help     show this

Exit status: 0 every clip can be read, 1 some cannot or there is no corpus, 2 wrong usage.`

const getUsage = `Usage: undertone corpus get NAME [--out DIR] [--accept-licence] [--from URL]

Downloads a corpus from where its authors publish it, after you have accepted its licence. When it
was stopped, the same command goes on where it was. What its authors give a checksum for is
compared with it.

  NAME              ravdess       speech, 208 MB      ravdess-song  songs, 226 MB
                    crema-d       606 MB              tess          about 280 MB
                    emo-db        40 MB               savee         after registration: it says where
  --out DIR         the folder that it gets (default: ./NAME)
  --accept-licence  accepts the licence without being asked, for scripts
  --from URL        a zip file of it elsewhere: a mirror's, or what a registration gave you
  -h, --help        show this

Exit status: 0 it is there, 1 it is not, 2 wrong usage.`

const corpusUsage = `Usage: undertone corpus inspect PATH [--corpus NAME] [--json]
       undertone corpus get NAME [--out DIR] [--accept-licence] [--from URL]

  -h, --help     after one of them: more`

const help = { help: { type: 'boolean', short: 'h', default: false } } as const
const engine = { engine: { type: 'string', default: 'auto' } } as const
const version = { version: { type: 'boolean', short: 'v', default: false } } as const

/**
 * Reads the command line.
 * @throws {UsageError} a sentence saying what is wrong with it
 */
export function readArguments([first, ...rest]: string[]): Command {
  if (first === 'classify') return readClassify(rest)
  if (first === 'listen') return readListen(rest)
  if (first === 'bundle') return readBundle(rest)
  if (first === 'corpus') return readCorpus(rest)
  const { values } = read([first ?? [], rest].flat(), { ...help, ...version }, usage)
  if (values.help) return { name: 'help', usage }
  if (values.version) return { name: 'version' }
  throw new UsageError(
    first === undefined ? 'A command is missing.' : `There is no command "${first}".`,
    usage,
  )
}

function readClassify(args: string[]): Command {
  const { values, positionals } = read(
    args,
    { ...help, json: { type: 'boolean', default: false }, model: { type: 'string' }, ...engine },
    classifyUsage,
  )
  if (values.help) return { name: 'help', usage: classifyUsage }
  return {
    name: 'classify',
    files: positionals,
    json: values.json,
    model: values.model,
    engine: readEngine(values.engine, classifyUsage),
  }
}

function readListen(args: string[]): Command {
  const { values, positionals } = read(
    args,
    {
      ...help,
      json: { type: 'boolean', default: false },
      model: { type: 'string' },
      ...engine,
      rate: { type: 'string', default: '16000' },
      silero: { type: 'string' },
    },
    listenUsage,
  )
  if (values.help) return { name: 'help', usage: listenUsage }
  const [file] = positionals
  if (file !== undefined) {
    throw new UsageError(`listen reads no file: undertone classify ${file} does.`, listenUsage)
  }
  const rate = Number(values.rate)
  if (!Number.isInteger(rate) || rate < 4000 || rate > 384000) {
    throw new UsageError(`--rate must be a whole number from 4000 to 384000.`, listenUsage)
  }
  const { json, model, silero } = values
  const named = readEngine(values.engine, listenUsage)
  return { name: 'listen', json, model, engine: named, rate, silero }
}

function readEngine(name: string, usage: string): EngineOptions['engine'] {
  if (name === 'auto' || name === 'lite' || name === 'ort') return name
  throw new UsageError(`--engine must be auto, lite or ort.`, usage)
}

function readBundle(args: string[]): Command {
  const { values, positionals } = read(
    args,
    {
      ...help,
      out: { type: 'string' },
      model: { type: 'string' },
      'single-file': { type: 'boolean', default: false },
      onnxruntime: { type: 'boolean', default: false },
    },
    bundleUsage,
  )
  if (values.help) return { name: 'help', usage: bundleUsage }
  const [stray] = positionals
  if (stray !== undefined) {
    throw new UsageError(`bundle takes no "${stray}": did you mean --out ${stray}?`, bundleUsage)
  }
  if (!values.out) throw new UsageError('Name the folder to be made: --out DIR.', bundleUsage)
  return {
    name: 'bundle',
    out: values.out,
    model: values.model,
    singleFile: values['single-file'],
    onnxruntime: values.onnxruntime,
  }
}

function readCorpus([first, ...rest]: string[]): Command {
  if (first === 'inspect') return readInspect(rest)
  if (first === 'get') return readGet(rest)
  const { values } = read([first ?? [], rest].flat(), help, corpusUsage)
  if (values.help) return { name: 'help', usage: corpusUsage }
  throw new UsageError(
    first === undefined
      ? 'Say what to do with a corpus: inspect or get.'
      : `There is no command "corpus ${first}".`,
    corpusUsage,
  )
}

function readInspect(args: string[]): Command {
  const { values, positionals } = read(
    args,
    { ...help, json: { type: 'boolean', default: false }, corpus: { type: 'string' } },
    inspectUsage,
  )
  if (values.help) return { name: 'help', usage: inspectUsage }
  const path = only(positionals, 'the folder of a corpus, or its CSV file', inspectUsage)
  return { name: 'corpus inspect', path, corpus: values.corpus, json: values.json }
}

function readGet(args: string[]): Command {
  const { values, positionals } = read(
    args,
    {
      ...help,
      out: { type: 'string' },
      'accept-licence': { type: 'boolean', default: false },
      from: { type: 'string' },
    },
    getUsage,
  )
  if (values.help) return { name: 'help', usage: getUsage }
  const corpus = only(positionals, 'a corpus', getUsage)
  return {
    name: 'corpus get',
    corpus,
    out: values.out ?? corpus,
    acceptLicence: values['accept-licence'],
    from: values.from,
  }
}

function read<Options extends NonNullable<ParseArgsConfig['options']>>(
  args: string[],
  options: Options,
  usage: string,
) {
  try {
    return parseArgs({ args, options, allowPositionals: true })
  } catch (error) {
    throw new UsageError((error as Error).message, usage)
  }
}

function only([one, ...more]: string[], what: string, usage: string): string {
  if (one === undefined) throw new UsageError(`Name ${what}.`, usage)
  if (more.length > 0) throw new UsageError(`Name ${what}, and one alone.`, usage)
  return one
}
