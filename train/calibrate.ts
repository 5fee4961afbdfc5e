import './tensorflow-settings.ts'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
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
} from './command-line.ts'
import { calibration } from './evaluation/calibration.ts'
import { winner } from './evaluation/score-clips.ts'
import { recognizeClips } from './evaluation/score-shipped.ts'
import { findCorpora } from './find-corpora.ts'
import { withCertainty } from './release/model-card.ts'
import { TrainingError } from './training-error.ts'

const help = `Tells how far a model's certainty and its being right differ, and gives the temperature that
mends it to a model that was trained alike on everybody.

  npm run calibrate -- --model models/FOLD --data PATH --to models/NAME

A model on which all speakers were spent has none left to fit a temperature to. One by the same recipe
that some of them validated (\`npm run train -- --fold 1 --out models/FOLD\`, or --validation A,B
--exclude C,D) has its own; what it does for speakers that this one never heard is told here.

  --model DIR        a model with a temperature of its own (required)
  --data PATH        a corpus that it was trained on, as \`npm run train\` takes it (required)
  --corpus NAME      which, where the path does not tell
  --to DIR           a model by the same recipe: its manifest and its card get the temperature
  --json             the figures as JSON`

await runCommand(help, async (args) => {
  const { data, corpus, note, synthetic, help } = common
  const { values } = parseArgs({
    args,
    options: {
      ...{ data, corpus, note, synthetic, help },
      model: { type: 'string' },
      to: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
  if (!values.model) throw new UsageError('Say which model: --model models/FOLD.')
  const folder = userPath(values.model)
  const model = await manifestIn(folder)
  const { temperature, speakers, of } = model.calibration ?? {}
  if (temperature === undefined || !speakers || of) {
    throw new TrainingError(
      `${model.name} has no temperature of its own: train it with --fold 1, or with --validation A,B.`,
    )
  }
  const target = values.to ? await checkedTarget(model, speakers, userPath(values.to)) : undefined

  const names = model.corpora.map(({ name }) => name)
  const given = await findCorpora(values, names, tmpdir())
  const { name, clips } = given
  const unheard = clips.filter(
    ({ corpus, speaker, emotion }) =>
      model.labels.includes(emotion) &&
      !model.corpora.some((one) => one.name === corpus && one.speakers.includes(speaker)),
  )
  if (unheard.length === 0) {
    throw new TrainingError(
      `${model.name} has heard every speaker in ${name}: train it with --fold 1, or with --exclude, too.`,
    )
  }
  const figures = {
    temperature,
    clips: unheard.length,
    speakers: new Set(unheard.map(({ speaker }) => speaker)).size,
    without: await certaintyOf(folder, model, unheard, false),
    with: await certaintyOf(folder, model, unheard, true),
  }
  const { without: before, with: after } = figures
  if (values.json) console.log(JSON.stringify(figures))
  else {
    console.log(`${figures.clips} clips of ${figures.speakers} speakers that it never heard, WA ${before.right.toFixed(3)}
without a temperature: mean certainty ${before.certainty.toFixed(3)}, calibration error ${before.ece.toFixed(3)}
at ${temperature}: mean certainty ${after.certainty.toFixed(3)}, calibration error ${after.ece.toFixed(3)}`)
  }
  if (!target) return
  const [trained] = (await readFile(join(folder, 'README.md'), 'utf8')).match(
    /(?<=^ {4})npm run train .*$/m,
  ) ?? ['']
  const manifest = { ...target.manifest, calibration: { temperature, speakers, of: trained } }
  const command = typed('calibrate', {
    data: dataShown(values.data, given),
    corpus: values.corpus,
    model: `models/${basename(folder)}`,
    to: `models/${target.manifest.name}`,
  })
  const measured = `Of ${figures.clips.toLocaleString('en')} clips of ${figures.speakers} further speakers whom that network never heard, the expected
calibration error (15 bins of equally many clips) is ${after.ece.toFixed(3)} by it, ${before.ece.toFixed(3)} without.`
  const card = join(target.folder, 'README.md')
  const whole = withCertainty(await readFile(card, 'utf8'), manifest, { measured, command })
  await writeFile(join(target.folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  await writeFile(card, whole)
})

async function manifestIn(folder: string): Promise<ModelManifest> {
  return parseManifest(await readFile(join(folder, 'manifest.json'), 'utf8'), folder)
}

/** A model may have another's temperature where they differ by what they heard alone. */
async function checkedTarget(model: ModelManifest, speakers: readonly string[], folder: string) {
  const manifest = await manifestIn(folder)
  const sameness = ({ labels, frontEnd, preparation, window, graph }: ModelManifest) => ({
    ...{ labels, frontEnd, preparation, window, graph },
  })
  if (!isDeepStrictEqual(sameness(model), sameness(manifest))) {
    throw new TrainingError(
      `${manifest.name} is another kind of model than ${model.name}: train both by the same recipe.`,
    )
  }
  const unknown = speakers.filter((one) => !manifest.corpora.some((c) => c.speakers.includes(one)))
  if (unknown.length > 0) {
    throw new TrainingError(
      `${manifest.name} has not heard ${unknown.join(', ')}: with them it can fit a temperature of its own, by --validation.`,
    )
  }
  return { folder, manifest }
}

/** How sure a model is of clips, from their files as a device hears them, and how often right. */
async function certaintyOf(
  folder: string,
  { calibration: own, ...manifest }: ModelManifest,
  clips: readonly Clip[],
  calibrated: boolean,
) {
  const copy = await mkdtemp(join(tmpdir(), 'undertone-calibrate-'))
  try {
    await cp(folder, copy, { recursive: true })
    const as = calibrated ? { ...manifest, calibration: own } : manifest
    await writeFile(join(copy, 'manifest.json'), JSON.stringify(as))
    const { scores } = await recognizeClips(copy, clips)
    const judged = clips.flatMap(({ emotion }, i) => {
      const row = scores[i]
      if (!row) return []
      const best = winner(row)
      return [{ confidence: row[best]!, right: manifest.labels[best] === emotion }]
    })
    return {
      ece: calibration(judged).ece,
      certainty: judged.reduce((sum, { confidence }) => sum + confidence, 0) / judged.length,
      right: judged.filter(({ right }) => right).length / judged.length,
    }
  } finally {
    await rm(copy, { recursive: true })
  }
}
