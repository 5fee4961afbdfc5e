import './quiet-tensorflow.ts'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as tf from '@tensorflow/tfjs-node'
import { options, optionsHelp, parseArgs, runCommand, typed, wholeNumber } from './command-line.ts'
import { experimentFingerprint } from './evaluation/fingerprint.ts'
import { type FoldResult, testedClip, writeFoldResult } from './evaluation/fold-result.ts'
import { metrics } from './evaluation/metrics.ts'
import { printSummary } from './evaluation/print-summary.ts'
import { scoreClips, winner } from './evaluation/score-clips.ts'
import { summarize } from './evaluation/summary.ts'
import { fit } from './fit/fit.ts'
import { fitProgress } from './fit/progress.ts'
import { refuseHeard } from './fit/starting-point.ts'
import { loadTraining } from './load-training.ts'
import { speakerProtocol } from './protocols/index.ts'
import { split as divide } from './protocols/protocol.ts'

const here = dirname(fileURLToPath(import.meta.url))

const help = `Trains and tests a recipe on the speaker-independent folds of a corpus.

  npm run evaluate -- --data PATH

${optionsHelp}
  --folds 1,2        these alone (default all)
  --seeds 1,2        a run of every fold each (default 1)
  --results DIR      where a JSON of each fold goes (default train/results)`

await runCommand(help, async (args) => {
  const { values } = parseArgs({
    args,
    options: {
      ...options,
      folds: { type: 'string' },
      seeds: { type: 'string', default: '1' },
      results: { type: 'string' },
    },
  })
  const { recipe, corpus, labels, examples, from, runs, results } = await loadTraining(values)
  const protocol = speakerProtocol(corpus.name)
  const folds = values.folds
    ? values.folds.split(',').map((fold) => wholeNumber('folds', fold))
    : Array.from({ length: protocol.folds }, (_, i) => i + 1)
  const seeds = values.seeds.split(',').map((seed) => wholeNumber('seeds', seed))
  const exampleOf = new Map(examples.map((example) => [example.clip, example]))
  const found = (clips: typeof corpus.clips) =>
    clips.map((clip) => exampleOf.get(clip)).filter((example) => example !== undefined)

  const { corpus: corpusName, note, epochs, keep, schedule } = values
  const asked = {
    corpus: corpusName,
    note,
    recipe: values.recipe,
    epochs,
    keep,
    schedule,
    from: values.from,
  }
  const measured: FoldResult[] = []
  for (const seed of seeds) {
    for (const fold of folds) {
      const started = performance.now()
      const split = divide(protocol, corpus.clips, fold)
      const unheard = [...split.validation, ...split.test].map((clip) => clip.speaker)
      if (from) refuseHeard(from, corpus.name, [...new Set(unheard)])
      const train = found(split.train)
      const validation = found(split.validation)
      const test = found(split.test)
      const name = `${recipe.name}-${protocol.name}-fold-${fold}-seed-${seed}`
      const progress = fitProgress(name, recipe.fit.epochs)
      const { model, history } = await fit({
        recipe,
        labels,
        train,
        validation,
        seed,
        ...(from ? { from } : {}),
        folder: join(runs, name),
        ...progress,
      })
      progress.stop()
      const scores = scoreClips(model, test, recipe)
      const truths = test.map((example) => labels.indexOf(example.clip.emotion))
      const result: FoldResult = {
        recipe: recipe.name,
        settings: experimentFingerprint(recipe, corpus, from),
        corpus: corpus.name,
        ...(corpus.note ? { note: corpus.note } : {}),
        ...(from ? { pretrainedOn: from.corpora.map(({ name }) => name) } : {}),
        protocol: protocol.name,
        fold,
        seed,
        epochs: recipe.fit.epochs,
        parameters: model.countParams(),
        labels,
        clips: { train: train.length, validation: validation.length, test: test.length },
        testSpeakers: [...new Set(split.test.map(({ speaker }) => speaker))],
        ...metrics(labels, truths, scores.map(winner)),
        history,
        tested: test.map(({ clip }, i) => testedClip(clip, scores[i]!)),
        minutes: Number(
          (
            history.reduce((sum, { seconds }) => sum + seconds, 0) / 60 ||
            (performance.now() - started) / 60000
          ).toFixed(1),
        ),
        command: typed('evaluate', { ...asked, seeds: values.seeds }),
        versions: versions(),
      }
      measured.push(result)
      await writeFoldResult(results, result)
      console.error(`${name}  test UAR ${result.uar.toFixed(3)}  WA ${result.wa.toFixed(3)}`)
      tf.dispose(model.weights.map((weight) => weight.read()))
    }
  }
  printSummary(summarize(measured), protocol)
})

function versions(): Record<string, string> {
  const { version } = JSON.parse(readFileSync(join(here, '..', 'package.json'), 'utf8'))
  return {
    undertone: version,
    'tfjs-node': tf.version['tfjs-node'],
    node: process.versions.node,
  }
}
