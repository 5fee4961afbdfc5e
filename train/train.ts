import './tensorflow-settings.ts'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import * as tf from '@tensorflow/tfjs-node'
import { type Clip, type Emotion, labelsOf } from 'undertone/corpora'
import {
  dataShown,
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
import { dryRun } from './dry-run.ts'
import { assess } from './evaluation/assessment.ts'
import { experimentsOf } from './evaluation/experiments.ts'
import { experimentFingerprint } from './evaluation/fingerprint.ts'
import { readFoldResults } from './evaluation/fold-result.ts'
import { divide, type Fold, foldName } from './evaluation/run-fold.ts'
import { temperatureOf } from './evaluation/score-clips.ts'
import { featuresOf } from './features/features-of.ts'
import { fineTuned } from './fine-tuned.ts'
import { fitRecipe } from './fit/fit-recipe.ts'
import { refuseHeard } from './fit/starting-point.ts'
import { independentProtocol, loadTraining, speakersIn, withoutSpeakers } from './load-training.ts'
import { answering } from './network/answering.ts'
import { type Recipe, tells } from './recipes/recipe.ts'
import { draftManifest } from './release/draft-manifest.ts'
import { modelCard } from './release/model-card.ts'

const help = `Trains a model on all of the data and converts it to ONNX.

  npm run train -- --data PATH --out models/NAME
  npm run train -- --data my.csv --from undertone-6 --out models/NAME

The second fine-tunes a released model on one's own voices; on speakers left out by turns it tells
first how the released model and the fine-tuned one do.

${optionsHelp}
  --out DIR          where the model goes: model.onnx and manifest.json (required)
  --seed N           of weights, order and augmentation (default 1)
  --exclude A,B      speakers that must not be heard at all
  --fold N           a fold's training and validating speakers alone, as \`npm run evaluate\` has them, whose
                     run it takes where that is done: for \`npm run calibrate\`
  --validation A,B   speakers that --keep best (as most recipes say) and --schedule plateau look at, not
                     trained on; how sure the model may be is fitted to them (calibration, in its
                     manifest)
  --answers A,B      emotions that the model may answer, of those it learned (default all)
  --noise-terms TEXT what the recordings of --noise are, and their licence: for the card. Without it
                     nobody can tell whether the model may be used commercially
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
      fold: { type: 'string' },
      validation: { type: 'string' },
      answers: { type: 'string' },
      'noise-terms': { type: 'string' },
      results: { type: 'string' },
      save: { type: 'string' },
      container: { type: 'string' },
    },
  })
  if (!values.out) throw new UsageError('Say where the model shall go: --out models/NAME.')
  const training = await loadTraining(values)
  const { recipe, from, runs, results } = training
  if (
    (recipe.fit.keep === 'best' || recipe.fit.schedule.kind === 'plateau') &&
    !(values.validation || values.fold)
  ) {
    const [one, two = one] = new Set(training.data.clips.map(({ speaker }) => speaker))
    throw new UsageError(
      `Keeping the best epoch and reducing the rate on a plateau look at speakers of their own: --validation ${one},${two}, or others.`,
    )
  }
  if (values.fold && (values.exclude || values.validation)) {
    throw new UsageError('--fold says who is excluded and who validates: leave these out.')
  }
  const seed = wholeNumber('seed', values.seed)
  const excluded = speakersIn(training.data, 'exclude', values.exclude)
  const validating = speakersIn(training.data, 'validation', values.validation)
  const data = { ...training.data, clips: withoutSpeakers(training.data.clips, excluded) }
  const names = data.corpora.map(({ name }) => name)
  const protocol = independentProtocol(data)
  if (values.fold && !protocol) {
    throw new UsageError(`--fold: no speaker-independent folds are made for ${names.join(', ')}.`)
  }
  const fold: Fold | undefined =
    values.fold && protocol
      ? { protocol, fold: wholeNumber('fold', values.fold), seed, clips: data.clips }
      : undefined
  const {
    train: heard,
    validation,
    test,
  } = fold
    ? divide(fold)
    : {
        train: withoutSpeakers(data.clips, validating),
        validation: data.clips.filter(({ speaker }) => validating.includes(speaker)),
        test: [],
      }
  if (from) {
    for (const name of names) {
      const own = [...validation, ...test].filter(({ corpus }) => corpus === name)
      refuseHeard(from, name, [...excluded, ...own.map(({ speaker }) => speaker)])
    }
  }
  const { after } = recipe
  const told = ({ corpus }: Clip) => tells(recipe, corpus)
  const labels = labelsOf(heard.filter(told))
  const answers = answersIn(labels, values.answers)
  const placeOf = (one: Recipe) => ({
    name: fold ? foldName(one, fold) : `${one.name}-${data.name}-all-seed-${seed}`,
    runs: fold ? join(runs, experimentFingerprint(one, data, from)) : runs,
  })
  const { name, runs: place } = placeOf(recipe)
  if (values['dry-run']) {
    return dryRun(training, [{ name, train: heard, validation, test: [] }])
  }

  const features = featuresOf(training, values)
  const own =
    !fold && from && training.released && protocol?.name === 'speaker-folds'
      ? await fineTuned({ ...training, data }, protocol, from, training.released, features, seed)
      : undefined
  const examples = await features.originals(heard)
  const validated = await features.originals(
    validation.filter(({ emotion }) => labels.includes(emotion)),
  )
  const settings = experimentFingerprint(recipe, data, from)
  const { votes } = training
  const { model: learned } = await fitRecipe({
    recipe,
    labels,
    train: [...examples, ...(recipe.copies.length > 0 ? await features.copies(heard, seed) : [])],
    validation: validated,
    seed,
    ...(from ? { from } : {}),
    ...(votes ? { votes } : {}),
    ...{ name, runs: place },
    first: after && placeOf(after.recipe),
  })
  const model = answering(learned, recipe, labels, answers)
  const temperature = temperatureOf(
    model,
    validated.filter(({ clip }) => told(clip) && answers.includes(clip.emotion)),
    answers,
    recipe,
    votes ? { votes } : {},
  )

  const measured = (await readFoldResults(results)).filter(
    (result) => result.settings === settings && result.protocol === protocol?.name,
  )
  const out = userPath(values.out)
  const saved = values.save ? userPath(values.save) : join(place, name, 'saved')
  await mkdir(saved, { recursive: true })
  await model.save(`file://${saved}`)
  tf.dispose(model.weights.map((weight) => weight.read()))
  const summaries = experimentsOf(measured).map(({ results }) => assess(results, recipe))
  const command = typed('train', {
    synthetic: values.synthetic,
    data: dataShown(values.data, data),
    corpus: values.corpus,
    note: values.note,
    recipe: values.recipe,
    epochs: values.epochs,
    keep: values.keep,
    schedule: values.schedule,
    noise: values.noise && 'PATH',
    'noise-terms': values['noise-terms'],
    votes: values.votes && 'CSV',
    from: training.start,
    seed,
    exclude: values.exclude,
    fold: values.fold,
    validation: values.validation,
    answers: values.answers,
    out: `models/${basename(out)}`,
  })
  const manifest = draftManifest({
    name: basename(out),
    recipe,
    corpora: data.corpora,
    labels: answers,
    // A temperature is fitted to clips, too.
    clips: [...examples, ...validated].map(({ clip }) => clip),
    ...(temperature === undefined
      ? {}
      : {
          calibration: {
            temperature,
            speakers: [...new Set(validation.filter(told).map(({ speaker }) => speaker))],
          },
        }),
    ...(from ? { from } : {}),
    ...(values['noise-terms'] ? { noiseTerms: values['noise-terms'] } : {}),
    summaries,
    ...(own ? { own: { ...own, command } } : {}),
  })
  await writeFile(join(saved, 'manifest.json'), JSON.stringify(manifest))
  console.log(convert(saved, out, values.container))
  const whole = JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8'))
  await writeFile(
    join(out, 'README.md'),
    modelCard(whole, command, {
      clips: data.clips,
      summaries,
      ...(own ? { own } : {}),
    }),
  )
})

/** Labels named by --answers. */
function answersIn(labels: readonly Emotion[], list?: string): Emotion[] {
  const named = list?.split(',').filter(Boolean) ?? labels
  const unknown = named.filter((name) => !labels.some((label) => label === name))
  if (unknown.length > 0 || named.length < 2) {
    throw new UsageError(`--answers takes two or more of ${labels.join(', ')}.`)
  }
  return labels.filter((label) => named.includes(label))
}
