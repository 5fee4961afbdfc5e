import './tensorflow-settings.ts'
import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import * as tf from '@tensorflow/tfjs-node'
import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node/dist/nodejs_kernel_backend.js'
import { env } from 'onnxruntime-web/wasm'
import { type Clip, loadCorpus } from 'undertone/corpora'
import {
  dataShown,
  options,
  optionsHelp,
  parseArgs,
  runCommand,
  typed,
  UsageError,
  userPath,
  wholeNumbers,
} from './command-line.ts'
import { dryRun } from './dry-run.ts'
import { assess } from './evaluation/assessment.ts'
import { type ConditionName, conditionsNamed } from './evaluation/conditions.ts'
import { experimentsOf } from './evaluation/experiments.ts'
import { experimentFingerprint } from './evaluation/fingerprint.ts'
import {
  type FoldResult,
  type Scored,
  testedClip,
  writeFoldResult,
} from './evaluation/fold-result.ts'
import { besideListeners, type Votes } from './evaluation/listeners.ts'
import { printAssessment } from './evaluation/print-summary.ts'
import {
  divide,
  type Fold,
  type FoldRun,
  foldName,
  measure,
  runFold,
  type Tested,
} from './evaluation/run-fold.ts'
import { among } from './evaluation/score-clips.ts'
import { scoreShipped } from './evaluation/score-shipped.ts'
import { featuresOf } from './features/features-of.ts'
import { independentProtocol, loadTraining, type Training } from './load-training.ts'
import { authorsProtocol } from './protocols/at-random.ts'
import { anySpeakers } from './protocols/by-speaker.ts'
import { protocolNamed, protocols } from './protocols/index.ts'
import type { Protocol } from './protocols/protocol.ts'
import { epochsOf, type Recipe } from './recipes/recipe.ts'
import { draftManifest } from './release/draft-manifest.ts'
import { audioOf } from './report/audio-of.ts'
import { writeReport } from './report/report.ts'

const help = `Trains and tests a recipe by a protocol: by default on speakers that it never heard.

  npm run evaluate -- --data PATH
  npm run evaluate -- --synthetic

${optionsHelp}
  --protocol A,B     \`authors\` for the recipe's own split, or others; default the
                     speaker-independent one of the corpus
  --folds 1,2        these alone (default all)
  --seeds 1,2        a run of every fold each (default 1)
  --shard I/N        the I-th of N equal shares of these runs, for as many machines
  --conditions A,B   tests once more in \`noise\` (10 dB, of --noise DIR), by \`telephone\`, in a \`room\`
  --twins PATH       other recordings of the corpus's clips: are they heard alike? Of several
                     corpora, --twins NAME=PATH
  --leak copies      makes the copies before the split, as some do, to show what that feigns
  --no-shipped       leaves out scoring the converted model from files as a device does
  --results DIR      where a JSON of each fold goes (default train/results)
  --report DIR       where the report goes, an HTML page (default train/reports)`

await runCommand(help, async (args) => {
  const { values } = parseArgs({
    args,
    options: {
      ...options,
      protocol: { type: 'string' },
      folds: { type: 'string' },
      seeds: { type: 'string', default: '1' },
      shard: { type: 'string' },
      conditions: { type: 'string' },
      twins: { type: 'string' },
      leak: { type: 'string' },
      'no-shipped': { type: 'boolean', default: false },
      results: { type: 'string' },
      report: { type: 'string' },
    },
  })
  const training = await loadTraining(values)
  const { recipe, data, from, runs, results, votes } = training
  if (values.leak !== undefined && values.leak !== 'copies') {
    throw new UsageError(`--leak takes copies, not "${values.leak}".`)
  }
  const leak = values.leak === 'copies' ? { leak: 'copies made before the split' } : {}
  const conditions = values.conditions
    ? conditionsNamed(values.conditions, values.noise !== undefined)
    : []
  const twins = values.twins ? await twinsOf(training, values.twins) : []
  const asked = protocolsOf(training, values.protocol)
  const folds = planned(training, asked, values)
  if (values['dry-run']) {
    const runs = folds.map((fold) => ({ name: foldName(recipe, fold), ...divide(fold) }))
    return dryRun(training, runs)
  }
  const features = featuresOf(training, values)
  const clipsReadable = new Set((await features.originals(data.clips)).map(({ clip }) => clip))

  const settingsOf = (one: Recipe) =>
    `${experimentFingerprint(one, data, from)}${values.leak ? '-leak' : ''}`
  const settings = settingsOf(recipe)
  const command = (fold: Fold) =>
    typed('evaluate', {
      synthetic: values.synthetic,
      data: dataShown(values.data, data),
      corpus: values.corpus,
      note: values.note,
      recipe: values.recipe,
      protocol: values.protocol && fold.protocol.name,
      epochs: values.epochs,
      keep: values.keep,
      schedule: values.schedule,
      noise: values.noise && 'PATH',
      conditions: values.conditions,
      votes: values.votes && 'CSV',
      twins: values.twins && dataShown([values.twins])[0],
      from: training.start,
      leak: values.leak,
      'no-shipped': values['no-shipped'],
      folds: fold.protocol.folds > 1 ? fold.fold : undefined,
      seeds: fold.seed,
    })
  const shipping = !values['no-shipped'] && !values.leak
  const measured: FoldResult[] = []
  for (const fold of folds) {
    const clips = fold.clips.filter((clip) => clipsReadable.has(clip))
    const leaked = values.leak ? await features.asClips(clips, fold.seed) : clips
    const readable = { ...fold, clips: leaked }
    const trained = values.leak ? { ...recipe, copies: [] } : recipe
    const run = await runFold(trained, readable, divide(readable), features, {
      ...(from ? { from } : {}),
      runs: join(runs, settings),
      firstRuns: recipe.after && join(runs, settingsOf(recipe.after.recipe)),
      conditions,
      twins,
      ...(votes ? { votes } : {}),
    })
    const name = foldName(recipe, fold)
    for (const tested of run.tested) {
      const figures = measure(tested)
      const corpus = tested.testedOn
        ? [...new Set(run.trainedOn.map(({ corpus }) => corpus))].join('+')
        : data.name
      const result: FoldResult = {
        recipe: recipe.name,
        settings,
        corpus,
        ...(tested.testedOn ? { testedOn: tested.testedOn } : {}),
        ...(data.note ? { note: data.note } : {}),
        ...pretraining(training),
        ...leak,
        protocol: fold.protocol.name,
        ...factsOf(fold.protocol),
        fold: fold.fold,
        seed: fold.seed,
        epochs: epochsOf(recipe),
        parameters: run.model.countParams(),
        labels: tested.labels,
        clips: run.sizes,
        testSpeakers: [...new Set(tested.clips.map(({ speaker }) => speaker))],
        ...figures,
        ...(conditions.length > 0 ? { conditions: underConditions(tested) } : {}),
        ...(votes ? listenersOf(tested, votes) : {}),
        ...(shipping && !fold.protocol.betweenCorpora
          ? { shipped: await shipped(training, run, tested) }
          : {}),
        temperature: run.temperature,
        history: run.history,
        tested: tested.clips.map((clip, i) =>
          testedClip(clip, tested.scores[i]!, tested.twins.get(clip.id)),
        ),
        minutes: Number(
          (run.history.reduce((sum, { seconds }) => sum + seconds, 0) / 60).toFixed(1),
        ),
        command: command(fold),
        versions: versions(),
      }
      measured.push(result)
      await writeFoldResult(results, result)
      const whom = tested.testedOn ? ` on ${tested.testedOn}` : ''
      const device = result.shipped ? `; as shipped ${both(result.shipped)}` : ''
      console.error(`${name}${whom}  test ${both(result)}${device}`)
    }
    tf.dispose(run.model.weights.map((weight) => weight.read()))
  }
  const folder = values.report ? userPath(values.report) : join(runs, '..', 'reports')
  const sounds = audioOf(data.clips)
  for (const { results } of experimentsOf(measured)) {
    printAssessment(assess(results))
    const { html } = await writeReport(folder, results, { audioOf: sounds })
    console.log(`report: ${relative(process.env.INIT_CWD ?? '.', html)}\n`)
  }
  if (values.synthetic) console.log('Made-up data: none of this says anything about real voices.')
})

function both({ uar, wa }: { uar: number; wa: number }): string {
  return `UAR ${uar.toFixed(3)}  WA ${wa.toFixed(3)}`
}

/** What a reader of the result can't look up by the protocol's name. */
function factsOf(protocol: Protocol): Pick<FoldResult, 'protocolFacts'> {
  if (protocols.includes(protocol)) return {}
  const { description, sharesSpeakers, folds, designFolds } = protocol
  return { protocolFacts: { description, sharesSpeakers, folds, designFolds } }
}

function underConditions({ labels, clips, under }: Tested): Partial<Record<ConditionName, Scored>> {
  return Object.fromEntries(
    Object.entries(under).map(([condition, scores]) => {
      const { uar, wa, confusion } = measure({ labels, clips, scores })
      return [condition, { uar, wa, confusion }]
    }),
  )
}

async function twinsOf({ data }: Training, given: string): Promise<Clip[]> {
  const [, name, folder] = /^(?:([\w-]+)=)?(.*)$/.exec(given)!
  const [corpus, ...others] = data.corpora.filter((corpus) => !name || corpus.name === name)
  if (!corpus || others.length > 0) {
    throw new UsageError('--twins names one of several corpora, as in --twins crema-d=PATH.')
  }
  return (await loadCorpus(corpus.name, userPath(folder!))).clips
}

function listenersOf({ labels, clips, scores }: Tested, votes: Votes) {
  const ids = clips.map(({ id }) => id)
  const listeners = besideListeners(ids, labels, scores, votes)
  return listeners ? { listeners } : {}
}

/** The same clips from their files, by the converted model, as a device does it. */
async function shipped({ recipe, data, from }: Training, run: FoldRun, tested: Tested) {
  const manifest = draftManifest({
    name: recipe.name,
    recipe,
    corpora: data.corpora,
    labels: run.labels,
    clips: run.trainedOn,
    calibration: { temperature: run.temperature, speakers: [] },
    ...(from ? { from } : {}),
  })
  const { scores, refused } = await scoreShipped({
    model: run.model,
    manifest,
    clips: tested.clips,
  })
  for (const { clip, reason } of refused) console.error(`not recognized: ${clip.path}: ${reason}`)
  const answered = tested.clips.flatMap((clip, i) => {
    const row = scores[i]
    return row ? [{ clip, row: among(row, run.labels, tested.labels) }] : []
  })
  const { uar, wa, confusion } = measure({
    labels: tested.labels,
    clips: answered.map(({ clip }) => clip),
    scores: answered.map(({ row }) => row),
  })
  return { uar, wa, confusion }
}

function protocolsOf({ recipe, data }: Training, names: string | undefined): Protocol[] {
  const corpora = data.corpora.map(({ name }) => name)
  const independent = () => {
    const protocol = independentProtocol(data)
    if (protocol) return protocol
    throw new UsageError(
      `No speaker-independent protocol is made for ${corpora.join(', ')}: name one by --protocol.`,
    )
  }
  if (!names) return [independent()]
  return names.split(',').map((name) => {
    if (name === 'authors') return authorsProtocol(recipe)
    if (name === 'speaker-folds') {
      if (corpora.length === 1) return anySpeakers(data.name, data.clips)
      throw new UsageError('The protocol speaker-folds takes one corpus: --corpus NAME.')
    }
    const protocol = protocolNamed(name)
    const missing = protocol.corpora.filter((corpus) => !corpora.includes(corpus))
    if (missing.length > 0) {
      throw new UsageError(
        `The protocol ${name} is made for ${missing.join(', ')}, which is not in --corpus.`,
      )
    }
    if (protocol.betweenCorpora && corpora.length < 2) {
      throw new UsageError(`The protocol ${name} takes two corpora or more: --corpus A,B.`)
    }
    return protocol
  })
}

/** The runs asked for, in an order that does not depend on the machine. */
function planned(
  { data }: Training,
  protocols: readonly Protocol[],
  { folds, seeds, shard }: { folds?: string; seeds: string; shard?: string },
): Fold[] {
  const all = wholeNumbers('seeds', seeds).flatMap((seed) =>
    protocols.flatMap((protocol) =>
      divisions(protocol, data.clips, folds).map(({ fold, clips }) => ({
        ...{ protocol, fold, seed, clips },
      })),
    ),
  )
  if (shard === undefined) return all
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(shard) ?? []
  const [i, n] = [Number(index), Number(count)]
  if (!(i >= 1 && i <= n)) throw new UsageError(`--shard takes I/N, such as 2/8, not "${shard}".`)
  return all.filter((_, at) => at % n === i - 1)
}

function divisions(protocol: Protocol, clips: readonly Clip[], folds: string | undefined) {
  if (protocol.betweenCorpora) {
    return [...new Set(clips.map(({ corpus }) => corpus))].map((corpus) => ({
      fold: 1,
      clips: [
        ...clips.filter((clip) => clip.corpus === corpus),
        ...clips.filter((clip) => clip.corpus !== corpus),
      ],
    }))
  }
  const numbers = folds
    ? wholeNumbers('folds', folds)
    : Array.from({ length: protocol.folds }, (_, i) => i + 1)
  return numbers.map((fold) => ({ fold, clips }))
}

/** What the fold models' weights had learned from before their own training. */
function pretraining({ from }: Training): Pick<FoldResult, 'pretrainedOn'> {
  const before = from?.corpora.map(({ name }) => name) ?? []
  return before.length > 0 ? { pretrainedOn: [...new Set(before)] } : {}
}

function versions(): Record<string, string> {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  return {
    undertone: version,
    'tfjs-node': tf.version['tfjs-node'],
    TensorFlow: (tf.backend() as NodeJSKernelBackend).binding.TF_Version,
    'onnxruntime-web': env.versions.web ?? env.versions.common,
    node: process.versions.node,
  }
}
