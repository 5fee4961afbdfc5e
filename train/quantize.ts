import './tensorflow-settings.ts'
import { readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ModelManifest, parseManifest } from 'undertone'
import type { Clip } from 'undertone/corpora'
import {
  options as common,
  dataShown,
  parseArgs,
  runCommand,
  typed,
  UsageError,
  userPath,
  wholeNumber,
} from './command-line.ts'
import { calibrationWindows } from './convert/calibration-windows.ts'
import { type QuantizationKind, quantize } from './convert/quantize.ts'
import { quantizationCost } from './evaluation/quantization-cost.ts'
import { extractCorpus } from './features/extract-corpus.ts'
import { silentFrame } from './features/silent-frame.ts'
import { windowOf } from './features/window.ts'
import { findCorpora } from './find-corpora.ts'
import { quantizationTable, quantizedCard } from './release/quantized-card.ts'
import { TrainingError } from './training-error.ts'

const here = dirname(fileURLToPath(import.meta.url))

const help = `Makes a smaller model of a converted one, and tells what that costs and gains.

  npm run quantize -- --model models/NAME --data PATH --out models/NAME-int8

Clips of speakers that the model was trained on say what ranges its activations have; clips of
others say what is lost: of speakers that validated its training, by whom choices may be made, and of
speakers that it never heard.

  --model DIR        the model: model.onnx and manifest.json (required)
  --out DIR          where the smaller one goes (required)
  --data PATH        corpora as \`npm run train\` takes them, of those that the model was trained on;
                     NAME=PATH, several times, for several (required)
  --corpus A,B       which (default all that the model was trained on)
  --test NAME=PATH   further corpora to tell the cost on, several times
  --kind KIND        \`int8\` (default), or \`float16\`: smaller files, computed in float32
  --clips N          clips that int8 takes its ranges from (default 200)
  --cache DIR        computed features (default train/.cache)
  --json             the figures as JSON
  --container NAME   in a container (docker, podman) instead of train/.venv`

await runCommand(help, async (args) => {
  const { data, corpus, note, synthetic, cache, jobs, help } = common
  const { values } = parseArgs({
    args,
    options: {
      ...{ data, corpus, note, synthetic, cache, jobs, help },
      model: { type: 'string' },
      out: { type: 'string' },
      test: { type: 'string', multiple: true },
      kind: { type: 'string', default: 'int8' },
      clips: { type: 'string', default: '200' },
      json: { type: 'boolean', default: false },
      container: { type: 'string' },
    },
  })
  if (!values.model || !values.out) {
    throw new UsageError(
      'Say which model, and where to: --model models/NAME --out models/NAME-int8.',
    )
  }
  const kind = kindOf(values.kind)
  const wanted = wholeNumber('clips', values.clips)
  const [model, out] = [userPath(values.model), userPath(values.out)]
  if (resolve(model) === resolve(out)) {
    throw new UsageError('--out must be another folder than --model.')
  }
  const path = join(model, 'manifest.json')
  const manifest = parseManifest(await readFile(path, 'utf8'), path)

  const names = manifest.corpora.map(({ name }) => name)
  const runs = join(here, 'runs', 'synthetic')
  const own = await findCorpora(values, names, runs)
  const other = values.test
    ? await findCorpora({ data: values.test, synthetic: false }, [], runs)
    : undefined
  const isOf = (speakersOf: (corpus: ModelManifest['corpora'][number]) => readonly string[]) => {
    return ({ corpus, speaker }: Clip) =>
      manifest.corpora.some((one) => one.name === corpus && speakersOf(one).includes(speaker))
  }
  const wasHeard = isOf(({ speakers }) => speakers)
  const { calibration } = manifest
  const validated = isOf(() => (calibration?.of ? [] : (calibration?.speakers ?? [])))
  const heard = own.clips.filter((clip) => wasHeard(clip) && !validated(clip))
  if (heard.length === 0) {
    throw new TrainingError(
      `${manifest.name} was trained on none of the speakers in ${own.name}: give a corpus that it was trained on, ${names.join(' or ')}.`,
    )
  }
  const groups = [own, other].flatMap((data) =>
    (data?.corpora ?? []).flatMap(({ name, clips }) => [
      { name: `${name}, speakers that validated`, clips: clips.filter(validated) },
      {
        name: `${name}, speakers never heard`,
        clips: clips.filter((clip) => !wasHeard(clip)),
      },
    ]),
  )
  if (groups.every(({ clips }) => clips.length === 0)) {
    throw new TrainingError(
      `${manifest.name} has heard every speaker in ${own.name}, so nobody is left to tell the cost on: name another corpus by --test NAME=PATH.`,
    )
  }

  const { frontEnd, preparation = [], window } = manifest
  const examples = await extractCorpus(
    evenly(heard, wanted),
    { frontEnd, preparation },
    {
      cache: values.cache ? userPath(values.cache) : join(here, '.cache', 'features'),
      ...(values.jobs ? { jobs: wholeNumber('jobs', values.jobs) } : {}),
    },
  )
  const windows = calibrationWindows(examples, manifest)
  const name = basename(out)
  console.error(quantize(model, out, { name, kind, windows, container: values.container }))
  const example = examples[0]!
  const features = windowOf(example, 0, { window, pooled: false }, silentFrame(frontEnd))
  const cost = await quantizationCost({ float32: model, quantized: out }, groups, {
    features,
    bins: example.bins,
  })
  const command = typed('quantize', {
    data: dataShown(values.data, own),
    corpus: values.corpus,
    test: dataShown(values.test, other),
    model: `models/${basename(model)}`,
    kind,
    clips: wanted,
    out: `models/${name}`,
  })
  const whole = parseManifest(await readFile(join(out, 'manifest.json'), 'utf8'), out)
  const source = await readFile(join(model, 'README.md'), 'utf8').catch(() => '')
  await writeFile(
    join(out, 'README.md'),
    quantizedCard(whole, { name: manifest.name, card: source }, cost, command),
  )
  if (values.json) console.log(JSON.stringify({ model: name, of: manifest.name, kind, ...cost }))
  else console.log(quantizationTable(cost, manifest.name, name))
})

function kindOf(text: string): QuantizationKind {
  if (text === 'int8' || text === 'float16') return text
  throw new UsageError(`--kind takes int8 or float16, not "${text}".`)
}

/** So many of a list, spread over all of it. */
function evenly<T>(list: readonly T[], count: number): T[] {
  const share = (i: number) => Math.floor((i * count) / list.length)
  return list.filter((_, i) => share(i) !== share(i - 1))
}
