import './quiet-tensorflow.ts'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import {
  options,
  optionsHelp,
  parseArgs,
  runCommand,
  typed,
  UsageError,
  userPath,
  wholeNumber,
} from './command-line.ts'
import { convert } from './convert/convert.ts'
import { experimentFingerprint } from './evaluation/fingerprint.ts'
import { readFoldResults } from './evaluation/fold-result.ts'
import { summarize } from './evaluation/summary.ts'
import type { Example } from './features/example.ts'
import { fit } from './fit/fit.ts'
import { fitProgress } from './fit/progress.ts'
import { refuseHeard } from './fit/starting-point.ts'
import { loadTraining, speakersIn } from './load-training.ts'
import { speakerProtocol } from './protocols/index.ts'
import { draftManifest } from './release/draft-manifest.ts'
import { modelCard } from './release/model-card.ts'

const help = `Trains a model on all of a corpus and converts it to ONNX.

  npm run train -- --data PATH --out models/NAME

${optionsHelp}
  --out DIR          where the model goes: model.onnx and manifest.json (required)
  --seed N           of weights, order and augmentation (default 1)
  --exclude A,B      speakers that must not be heard at all
  --validation A,B   speakers that --keep best and --schedule plateau look at, not heard either
  --results DIR      fold results whose mean goes into the manifest (default train/results)
  --save DIR         where the model goes as tfjs has it, for --from (default in --runs)
  --container NAME   convert in a container (docker, podman) instead of train/.venv`

await runCommand(help, async (args) => {
  const { values } = parseArgs({
    args,
    options: {
      ...options,
      out: { type: 'string' },
      seed: { type: 'string', default: '1' },
      exclude: { type: 'string' },
      validation: { type: 'string' },
      results: { type: 'string' },
      save: { type: 'string' },
      container: { type: 'string' },
    },
  })
  if (!values.out) throw new UsageError('Say where the model shall go: --out models/NAME.')
  if ((values.keep === 'best' || values.schedule === 'plateau') && !values.validation) {
    throw new UsageError('--keep best and --schedule plateau look at speakers: --validation A,B.')
  }
  const seed = wholeNumber('seed', values.seed)
  const { recipe, corpus, labels, examples, from, runs, results } = await loadTraining(values)

  const validating = speakersIn(corpus, 'validation', values.validation)
  if (from) refuseHeard(from, corpus.name, validating)
  const isValidation = ({ clip }: Example) => validating.includes(clip.speaker)
  const heard = examples.filter((example) => !isValidation(example))

  const name = `${recipe.name}-${corpus.name}-all-seed-${seed}`
  const folder = join(runs, name)
  const progress = fitProgress(name, recipe.fit.epochs)
  const { model } = await fit({
    recipe,
    labels,
    train: heard,
    validation: examples.filter(isValidation),
    seed,
    ...(from ? { from } : {}),
    folder,
    ...progress,
  })
  progress.stop()

  const protocol = speakerProtocol(corpus.name)
  const settings = experimentFingerprint(recipe, corpus, from)
  const measured = (await readFoldResults(results)).filter(
    (result) => result.settings === settings && result.protocol === protocol.name,
  )
  const out = userPath(values.out)
  const saved = values.save ? userPath(values.save) : join(folder, 'saved')
  await mkdir(saved, { recursive: true })
  await model.save(`file://${saved}`)
  const summary = measured.length > 0 ? summarize(measured) : undefined
  const manifest = draftManifest({
    name: basename(out),
    recipe,
    corpus,
    labels,
    examples: heard,
    ...(from ? { from } : {}),
    ...(summary ? { summary } : {}),
  })
  await writeFile(join(saved, 'manifest.json'), JSON.stringify(manifest))
  console.log(convert(saved, out, values.container))
  const { corpus: corpusName, note, epochs, keep, schedule, exclude, validation } = values
  const command = typed('train', {
    corpus: corpusName,
    note,
    recipe: values.recipe,
    epochs,
    keep,
    schedule,
    from: values.from,
    seed,
    exclude,
    validation,
    out: `models/${basename(out)}`,
  })
  const whole = JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8'))
  await writeFile(join(out, 'README.md'), modelCard(whole, command, summary))
})
