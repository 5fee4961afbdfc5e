import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeSynthetic } from 'undertone/corpora'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const train = fileURLToPath(new URL('..', import.meta.url))

describe("fine-tuning a released model on one's own voices", () => {
  let folder: string
  let stdout: string
  let stderr: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'undertone-fine-tune-'))
    const { clips } = await makeSynthetic(join(folder, 'corpus'))
    const speakers = [...new Set(clips.map(({ speaker }) => speaker))].slice(0, 2)
    const some = clips.filter(
      ({ speaker, emotion }) => speakers.includes(speaker) && /sad|angry/.test(emotion),
    )
    const lines = some.map(({ path, emotion, speaker }) => `${path},${emotion},${speaker},de`)
    const csv = join(folder, 'my.csv')
    await writeFile(csv, ['path,label,speaker,language', ...lines].join('\n'))
    const args = ['--data', csv, '--from', 'undertone-6', '--epochs', '1']
    const places = ['out', 'runs', 'cache', 'results'].flatMap((name) => [
      `--${name}`,
      join(folder, name),
    ])
    const run = spawnSync('node', ['--import', 'tsx', 'train.ts', ...args, ...places], {
      cwd: train,
      encoding: 'utf8',
    })
    ;({ stdout, stderr } = run)
    expect(run.status, stderr).toBe(0)
  }, 300_000)
  afterAll(() => rm(folder, { recursive: true }))

  const figure = (name: string) => {
    const [, uar, wa] = new RegExp(`${name}  UAR (\\S+)  WA (\\S+)`).exec(stdout) ?? []
    return [uar, wa]
  }

  it('tells on speakers left out how both do, and what is no longer told', () => {
    expect(figure('undertone-6 as released')).not.toContain(undefined)
    expect(figure('fine-tuned')).not.toContain(undefined)
    expect(stderr).toMatch(/also tells .*happy.*never answers so/)
    const [[before], [after]] = [figure('undertone-6 as released'), figure('fine-tuned')]
    expect(stderr.includes('worse than undertone-6')).toBe(Number(after) < Number(before))
  })

  it('puts both, and the language, on the card; and its own into the manifest', async () => {
    const card = await readFile(join(folder, 'out', 'README.md'), 'utf8')
    for (const name of ['undertone-6 as released', 'fine-tuned']) {
      for (const value of figure(name)) expect(card).toContain(`| ${value} |`)
    }
    expect(card).toContain('in German, starting from a model')
    expect(card).not.toContain('Not measured yet')
    const { scores, labels } = JSON.parse(
      await readFile(join(folder, 'out', 'manifest.json'), 'utf8'),
    )
    expect(labels).toEqual(['sad', 'angry'])
    expect(scores).toMatchObject([{ protocol: 'speaker-folds', seeds: [1] }])
    expect(scores[0].uar.toFixed(3)).toBe(figure('fine-tuned')[0])
  })
})
